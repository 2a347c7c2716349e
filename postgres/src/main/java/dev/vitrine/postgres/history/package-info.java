/** The history of memberships, in SQL. */
@NullMarked
package dev.vitrine.postgres.history;

import org.jspecify.annotations.NullMarked;
