/** Vitrine's own routes, under {@code /vitrine}: explanations of decisions. */
@NullMarked
package dev.vitrine.server.own;

import org.jspecify.annotations.NullMarked;
