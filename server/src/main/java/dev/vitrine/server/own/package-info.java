/** Vitrine's own routes, under {@code /vitrine}: why something is allowed or refused. */
@NullMarked
package dev.vitrine.server.own;

import org.jspecify.annotations.NullMarked;
