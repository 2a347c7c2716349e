/** Batches, claimed and carried out image by image, in SQL. */
@NullMarked
package dev.vitrine.postgres.job;

import org.jspecify.annotations.NullMarked;
