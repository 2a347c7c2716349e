/** Images: the catalogue, its life cycle, and where the bytes are. */
@NullMarked
package dev.vitrine.image;

import org.jspecify.annotations.NullMarked;
