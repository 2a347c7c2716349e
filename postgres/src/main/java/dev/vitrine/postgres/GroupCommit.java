package dev.vitrine.postgres;

import static java.util.Comparator.comparing;

import dev.vitrine.postgres.Database.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Changes that wait at the same time are committed together: executions of one statement go in one
 * round trip, are one transaction, and share one flush to the disk (ADR 14). One thread does it, so
 * that they never wait for each other's locks.
 *
 * <p>None of them notices. If a group fails, or waits for a lock that somebody else holds, nothing
 * of it was done, and each of its changes is made alone.
 */
final class GroupCommit implements AutoCloseable {
  /** Sizes are powers of two, for each is a statement of its own to the driver. */
  private static final int SIZES = 5;

  /** For locks, as part of the group's transaction. */
  private static final String PATIENCE =
      "select set_config('lock_timeout', '20ms', true) is null;\n";

  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private final Database database;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("group-commit").daemon().factory());
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();

  /** Of a group; 0 until it is known. */
  private int largest;

  GroupCommit(Database database) {
    this.database = database;
  }

  /** Executions of one statement that wait. */
  private static final class Kind {
    private final BlockingQueue<Change<?>> waiting = new LinkedBlockingQueue<>();
    private final List<String> texts;

    Kind(String sql) {
      texts =
          IntStream.range(0, SIZES)
              .mapToObj(i -> PATIENCE + String.join(";\n", Collections.nCopies(1 << i, sql)))
              .toList();
    }

    /** Empty if what waited went with the group before. */
    List<Change<?>> next(int largest) {
      List<Change<?>> group = new ArrayList<>();
      waiting.drainTo(group, Integer.highestOneBit(Math.min(largest, waiting.size())));
      // Another node's groups lock the same rows in the same order.
      group.sort(comparing(change -> change.order));
      return group;
    }

    String text(int size) {
      return texts.get(Integer.numberOfTrailingZeros(size));
    }
  }

  /** One execution. */
  private static final class Change<T> {
    private final String order;
    private final Row<T> row;
    private final List<@Nullable Object> values;
    private final CompletableFuture<Boolean> committed = new CompletableFuture<>();
    private @Nullable T result;

    Change(String order, Row<T> row, List<@Nullable Object> values) {
      this.order = order;
      this.row = row;
      this.values = values;
    }

    /** By now all is committed: what fails here must not be done again. */
    void read(ResultSet rows) {
      try {
        result = rows.next() ? row.read(rows) : null;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** False if it has to be made alone. */
    boolean isCommitted() {
      try {
        return committed.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof DatabaseException cause ? new DatabaseException(cause) : e;
      }
    }
  }

  /**
   * The first row of a statement that changes something, once it is committed; null if there is
   * none.
   *
   * @param sql returns one row of columns of bounded size (no text), or else the driver waits for
   *     each result before it sends the next statement, and each is committed by itself
   * @param order names what it locks
   */
  <T> @Nullable T first(String order, String sql, Row<T> row, @Nullable Object... values) {
    Change<T> change = new Change<>(order, row, Arrays.asList(values));
    Kind kind = kinds.computeIfAbsent(sql, Kind::new);
    kind.waiting.add(change);
    thread.execute(() -> commit(kind));
    return change.isCommitted() ? change.result : database.first(sql, row, values);
  }

  private void commit(Kind kind) {
    List<Change<?>> group = List.of();
    try {
      group = kind.next(largest());
      if (!group.isEmpty()) {
        commit(kind.text(group.size()), group);
        group.forEach(change -> change.committed.complete(true));
      }
    } catch (Throwable e) {
      if (e instanceof DatabaseException failure && failure.isUndone()) {
        LOG.log(System.Logger.Level.DEBUG, "A group of {0}: {1}", group.size(), e.getMessage());
        group.forEach(change -> change.committed.complete(false));
      } else {
        group.forEach(change -> change.committed.completeExceptionally(e));
      }
    }
  }

  private void commit(String text, List<Change<?>> group) {
    Object[] values = group.stream().flatMap(change -> change.values.stream()).toArray();
    database.with(
        session -> {
          try (PreparedStatement statement = session.prepare(text, values)) {
            statement.execute();
            for (Change<?> change : group) {
              statement.getMoreResults();
              try (ResultSet rows = statement.getResultSet()) {
                change.read(rows);
              }
            }
            return group;
          }
        });
  }

  /** Spread over several databases, a group would need them all to commit (ADR 12). */
  private int largest() {
    if (largest == 0) {
      String citus = "select from pg_extension where extname = 'citus'";
      largest = database.first(citus, row -> true) == null ? 1 << (SIZES - 1) : 1;
    }
    return largest;
  }

  /**
   * Does not wait for a database that may never answer: closing the pool ends what is under way.
   */
  @Override
  public void close() {
    thread.shutdown();
  }
}
