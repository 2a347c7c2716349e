/** Batches of changes to memberships, carried out as jobs that survive crashes. */
@NullMarked
package dev.vitrine.job;

import org.jspecify.annotations.NullMarked;
