/** Who is meant: ids, the caller of a request, and its standing. Depends on nothing. */
@NullMarked
package dev.vitrine.identity;

import org.jspecify.annotations.NullMarked;
