/** Quotas of single projects. */
@NullMarked
package dev.vitrine.postgres.limit;

import org.jspecify.annotations.NullMarked;
