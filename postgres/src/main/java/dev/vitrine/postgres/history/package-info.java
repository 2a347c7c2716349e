/**
 * The history of images, memberships and rights, and the refused requests, in SQL: reading it,
 * sealing it, and removing what is older than it is kept.
 */
@NullMarked
package dev.vitrine.postgres.history;

import org.jspecify.annotations.NullMarked;
