/**
 * Connections, transactions, group commit and batched reads: every store runs its statements here.
 */
@NullMarked
package dev.vitrine.postgres.engine;

import org.jspecify.annotations.NullMarked;
