/** Implements the core's store interfaces on one PostgreSQL. SQL is only here. */
@NullMarked
package dev.vitrine.postgres;

import org.jspecify.annotations.NullMarked;
