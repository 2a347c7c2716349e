/** The grants of a caller, in SQL. */
@NullMarked
package dev.vitrine.postgres.access;

import org.jspecify.annotations.NullMarked;
