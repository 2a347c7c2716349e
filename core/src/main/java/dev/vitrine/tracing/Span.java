package dev.vitrine.tracing;

import org.jspecify.annotations.Nullable;

/**
 * A piece of work that is reported with its beginning and its end (OpenTelemetry). Any thread may
 * use it. A span that is not closed is not reported.
 *
 * <p>Names and attributes hold no secret: neither values of an SQL statement, nor the query of a
 * URL, nor the message of an exception.
 */
public abstract class Span implements AutoCloseable {
  /** Reports nothing. */
  public static final Span NONE = new None();

  private static final ScopedValue<Span> CURRENT = ScopedValue.newInstance();

  /** The span that this thread works for; {@link #NONE} if the work is not traced. */
  public static Span current() {
    return CURRENT.orElse(NONE);
  }

  /** Runs the work for this span, on the same thread. */
  public <T extends @Nullable Object, X extends Throwable> T call(
      ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  /** Whether it is reported. */
  public abstract boolean isRecorded();

  /** Begins a part of this work. */
  public abstract Span begin(String name);

  /** Begins the part of this work that another program carries out. */
  public abstract Span beginCall(String name);

  /** Sets an attribute, named by OpenTelemetry's semantic conventions where they have one. */
  public abstract Span set(String attribute, String value);

  /** As {@link #set(String, String)}. */
  public abstract Span set(String attribute, long value);

  /** Records that something happens now. */
  public abstract void event(String name);

  /**
   * Records that the work failed.
   *
   * @param type as {@code error.type} of the semantic conventions
   */
  public abstract void failed(String type);

  /** The id of the trace; null if there is none. */
  public abstract @Nullable String traceId();

  /** The span as header {@code traceparent} (W3C Trace Context §3.2); null if there is none. */
  public abstract @Nullable String traceParent();

  /** Ends the work. */
  @Override
  public abstract void close();

  private static final class None extends Span {
    @Override
    public <T extends @Nullable Object, X extends Throwable> T call(
        ScopedValue.CallableOp<? extends T, X> work) throws X {
      return work.call();
    }

    @Override
    public boolean isRecorded() {
      return false;
    }

    @Override
    public Span begin(String name) {
      return this;
    }

    @Override
    public Span beginCall(String name) {
      return this;
    }

    @Override
    public Span set(String attribute, String value) {
      return this;
    }

    @Override
    public Span set(String attribute, long value) {
      return this;
    }

    @Override
    public void event(String name) {}

    @Override
    public void failed(String type) {}

    @Override
    public @Nullable String traceId() {
      return null;
    }

    @Override
    public @Nullable String traceParent() {
      return null;
    }

    @Override
    public void close() {}
  }
}
