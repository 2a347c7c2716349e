package dev.vitrine.postgres.engine;

import java.util.concurrent.atomic.LongAdder;

/** Counts batches, and the executions in them, since the start. Their ratio is the mean size. */
public final class BatchCount {
  private final LongAdder batches = new LongAdder();
  private final LongAdder executions = new LongAdder();

  void sent(int size) {
    batches.increment();
    executions.add(size);
  }

  public long batches() {
    return batches.sum();
  }

  public long executions() {
    return executions.sum();
  }
}
