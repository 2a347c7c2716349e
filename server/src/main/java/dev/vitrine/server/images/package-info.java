/** Shared by the two image protocols: attributes, patches, times. */
@NullMarked
package dev.vitrine.server.images;

import org.jspecify.annotations.NullMarked;
