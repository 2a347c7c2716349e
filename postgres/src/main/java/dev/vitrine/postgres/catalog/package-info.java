/** Services, endpoints and regions, in SQL. */
@NullMarked
package dev.vitrine.postgres.catalog;

import org.jspecify.annotations.NullMarked;
