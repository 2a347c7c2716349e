/** Members of an image: the product's main subject. */
@NullMarked
package dev.vitrine.sharing;

import org.jspecify.annotations.NullMarked;
