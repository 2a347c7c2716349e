package dev.vitrine.tracing;

import org.jspecify.annotations.Nullable;

/** Begins spans that belong to no span of this process. */
@FunctionalInterface
public interface Tracer {
  /** Traces nothing. */
  Tracer NONE = (name, parent) -> Span.NONE;

  /**
   * Begins a span that continues the trace of earlier work.
   *
   * @param parent the {@linkplain Span#traceParent span} of that work; null: begins a trace
   */
  Span resume(String name, @Nullable String parent);
}
