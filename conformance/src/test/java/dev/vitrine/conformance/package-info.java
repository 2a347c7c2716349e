/** What the wire must answer, written down as tables and played against a running server. */
@NullMarked
package dev.vitrine.conformance;

import org.jspecify.annotations.NullMarked;
