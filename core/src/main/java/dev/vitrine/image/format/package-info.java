/**
 * What the bytes of an image say they are, and whether they name anything outside of themselves.
 * Pure functions of bytes as they arrive: nothing here reads a file ({@code docs/decisions/0021}).
 */
@NullMarked
package dev.vitrine.image.format;

import org.jspecify.annotations.NullMarked;
