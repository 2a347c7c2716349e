/** Images and their lists, in SQL. */
@NullMarked
package dev.vitrine.postgres.image;

import org.jspecify.annotations.NullMarked;
