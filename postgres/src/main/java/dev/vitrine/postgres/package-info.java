/** The only place that knows SQL: stores for the interfaces of the core, on one PostgreSQL. */
@NullMarked
package dev.vitrine.postgres;

import org.jspecify.annotations.NullMarked;
