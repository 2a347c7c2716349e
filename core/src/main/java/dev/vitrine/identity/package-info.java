/**
 * Ids, the caller of a request and its standing, and the cause of a change. A leaf: uses no other
 * package.
 */
@NullMarked
package dev.vitrine.identity;

import org.jspecify.annotations.NullMarked;
