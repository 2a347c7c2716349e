/** The bytes of images, as blobs in a file system. */
@NullMarked
package dev.vitrine.blobs;

import org.jspecify.annotations.NullMarked;
