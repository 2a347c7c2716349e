/** The files of a data directory that are neither the database nor the blobs. */
@NullMarked
package dev.vitrine.server.data;

import org.jspecify.annotations.NullMarked;
