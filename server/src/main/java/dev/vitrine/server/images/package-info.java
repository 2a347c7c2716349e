/** What the two image protocols share on the wire: attributes, patches, times. */
@NullMarked
package dev.vitrine.server.images;

import org.jspecify.annotations.NullMarked;
