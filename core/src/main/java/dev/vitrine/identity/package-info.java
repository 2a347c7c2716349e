/** Ids, the caller of a request, and its standing. A leaf: uses no other package. */
@NullMarked
package dev.vitrine.identity;

import org.jspecify.annotations.NullMarked;
