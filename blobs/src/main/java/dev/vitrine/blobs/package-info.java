/** Where the bytes of images are: blobs in a file system. */
@NullMarked
package dev.vitrine.blobs;

import org.jspecify.annotations.NullMarked;
