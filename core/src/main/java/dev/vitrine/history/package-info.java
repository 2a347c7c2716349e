/** The recorded changes of images and of their memberships. */
@NullMarked
package dev.vitrine.history;

import org.jspecify.annotations.NullMarked;
