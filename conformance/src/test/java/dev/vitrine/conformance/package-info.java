/** The expected responses of every protocol, as tables that are played against a running server. */
@NullMarked
package dev.vitrine.conformance;

import org.jspecify.annotations.NullMarked;
