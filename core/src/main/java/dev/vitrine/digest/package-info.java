/** Hashes of bytes. */
@NullMarked
package dev.vitrine.digest;

import org.jspecify.annotations.NullMarked;
