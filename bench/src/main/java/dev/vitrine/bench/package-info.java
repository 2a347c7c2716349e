/** {@code ./vitrine bench}: measures the cost of a server through its API. */
@NullMarked
package dev.vitrine.bench;

import org.jspecify.annotations.NullMarked;
