/**
 * Connections, transactions, group commit and batched reads: what every store runs its statements
 * on.
 */
@NullMarked
package dev.vitrine.postgres.engine;

import org.jspecify.annotations.NullMarked;
