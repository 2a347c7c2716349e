package dev.vitrine.postgres.engine;

import dev.vitrine.tracing.Span;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One execution of a statement, which waits to be sent in a batch with others. */
abstract class Execution<R> {
  private final List<@Nullable Object> values;
  private final Span span;
  private final long since = System.nanoTime();
  private final CompletableFuture<R> outcome = new CompletableFuture<>();

  Execution(String sql, List<@Nullable Object> values) {
    this.values = values;
    this.span = StatementSpan.begin(sql);
  }

  private Stream<@Nullable Object> values() {
    return values.stream();
  }

  /** The values of all executions, in their order. */
  static @Nullable Object[] values(List<? extends Execution<?>> group) {
    return group.stream().flatMap(Execution::values).toArray();
  }

  /** A batch is about to be sent: until now its executions waited. */
  static void sent(List<? extends Execution<?>> group) {
    for (Execution<?> each : group) {
      each.span.event("sent");
      if (group.size() > 1) {
        each.span.set("db.operation.batch.size", group.size());
      }
    }
  }

  /** Fails the executions that have waited for too long. */
  static void failExpired(Queue<? extends Execution<?>> waiting, Database database) {
    for (Execution<?> oldest = waiting.peek();
        oldest != null && System.nanoTime() - oldest.since > Turns.TIMEOUT.toNanos();
        oldest = waiting.peek()) {
      waiting.remove().fail(database.failure(Turns.timedOut()));
    }
  }

  final void end(R with) {
    outcome.complete(with);
  }

  final void fail(Throwable cause) {
    outcome.completeExceptionally(cause);
  }

  final R await() {
    try {
      return outcome.join();
    } catch (CompletionException e) {
      StatementSpan.failed(span, Objects.requireNonNullElse(e.getCause(), e));
      throw e.getCause() instanceof DatabaseException cause ? new DatabaseException(cause) : e;
    } finally {
      span.close();
    }
  }
}
