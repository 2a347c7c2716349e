/**
 * Detects the format of an image's bytes, and whether they refer to other files. Pure functions of
 * bytes as they arrive: nothing here reads a file (ADR 21).
 */
@NullMarked
package dev.vitrine.image.format;

import org.jspecify.annotations.NullMarked;
