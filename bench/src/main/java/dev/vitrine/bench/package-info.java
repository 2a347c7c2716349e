/** {@code ./vitrine bench}: what a server costs, measured through its own wire. */
@NullMarked
package dev.vitrine.bench;

import org.jspecify.annotations.NullMarked;
