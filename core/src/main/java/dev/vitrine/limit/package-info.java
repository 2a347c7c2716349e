/** Quotas of single projects, as Keystone's unified limits (ADR 51). */
@NullMarked
package dev.vitrine.limit;

import org.jspecify.annotations.NullMarked;
