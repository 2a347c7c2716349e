/** Spans of traces, without the library that reports them. */
@NullMarked
package dev.vitrine.tracing;

import org.jspecify.annotations.NullMarked;
