package dev.vitrine.postgres.engine;

import static java.util.Comparator.comparing;

import dev.vitrine.postgres.engine.Database.Row;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: changes that wait at the same time are sent in one round trip, as one transaction,
 * with one flush to disk (ADR 14). Each group consists of executions of one statement. One thread
 * sends all groups, so groups never wait for each other's locks.
 *
 * <p>If the database refuses a group, nothing of it was committed, and the thread sends its changes
 * one by one. A change that is refused again runs on its caller's thread, which may wait for the
 * lock. If the connection is lost, the outcome is unknown, and all changes of the group fail.
 */
public final class GroupCommit implements AutoCloseable {
  /** Group sizes are powers of two, because the driver prepares a statement for each size. */
  private static final int SIZES = 5;

  private static final int LARGEST = 1 << (SIZES - 1);

  /** Lock timeout within the group's transaction. */
  private static final String LOCK_TIMEOUT =
      "select set_config('lock_timeout', '20ms', true) is null";

  /** How many callers at a time may run their refused changes, on a connection each. */
  private static final int ALONE = 2;

  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private final Database database;
  private final Turns alone = new Turns(ALONE);
  private final BatchCount sent = new BatchCount();
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("group-commit").daemon().factory());

  GroupCommit(Database database) {
    this.database = database;
  }

  /**
   * The lock that a change needs.
   *
   * @param order groups lock in this order, so that they cannot deadlock
   * @param condition SQL expression that takes the lock; its value is ignored. A change that runs
   *     alone takes the lock in a statement of its own, so that the change reads the state after
   *     the wait
   * @param isAhead whether groups, too, take the lock before the changes, because the change itself
   *     does not lock
   */
  public record Lock(String order, String condition, List<Object> values, boolean isAhead) {}

  /** Waiting executions of one statement. */
  private static final class Kind {
    private final BlockingQueue<Change<?>> waiting = new LinkedBlockingQueue<>();
    private final List<String> texts;

    Kind(String sql, Lock lock) {
      texts = IntStream.range(0, SIZES).mapToObj(i -> text(sql, lock, 1 << i)).toList();
    }

    private static String text(String sql, Lock lock, int size) {
      String locks = lock.isAhead() ? (", " + lock.condition()).repeat(size) : "";
      return LOCK_TIMEOUT + locks + ";\n" + String.join(";\n", Collections.nCopies(size, sql));
    }

    String text(int size) {
      return texts.get(Integer.numberOfTrailingZeros(size));
    }

    /** The next group; empty if the group before took all. Runs on the group's thread only. */
    List<Change<?>> next(int largest, Database database) {
      Execution.failExpired(waiting, database);
      List<Change<?>> group = new ArrayList<>();
      waiting.drainTo(group, Integer.highestOneBit(Math.min(largest, waiting.size())));
      // Groups of other nodes lock the same rows in the same order.
      group.sort(comparing(change -> change.lock.order()));
      return group;
    }
  }

  private enum Outcome {
    COMMITTED,
    REFUSED
  }

  /** One execution. */
  private static final class Change<T> extends Execution<Outcome> {
    private final Lock lock;
    private final Row<T> row;
    private @Nullable T result;
    private @Nullable Exception failure;

    Change(String sql, Lock lock, Row<T> row, List<@Nullable Object> values) {
      super(sql, values);
      this.lock = lock;
      this.row = row;
    }

    /**
     * The group is already committed: a failure here concerns this result only and must not cause a
     * retry.
     */
    void read(ResultSet rows) {
      try {
        result = rows.next() ? row.read(rows) : null;
      } catch (SQLException | RuntimeException e) {
        failure = e;
      }
    }

    void committed() {
      if (failure == null) {
        end(Outcome.COMMITTED);
      } else {
        fail(failure);
      }
    }
  }

  /**
   * The first row of a statement that changes something, after its commit; null if there is none.
   *
   * @param lock its lock; one statement always has the same condition
   * @param sql returns one row, and only columns of bounded size (no text). With others, the driver
   *     waits for each result before it sends the next statement. Each would then commit by itself,
   *     and would be repeated if a later one is refused
   */
  <T> @Nullable T first(Lock lock, String sql, Row<T> row, @Nullable Object... values) {
    database.requireAnswering();
    int largest = database.isSpread() ? 1 : LARGEST;
    Kind kind = kinds.computeIfAbsent(sql, text -> new Kind(text, lock));
    Change<T> change = new Change<>(sql, lock, row, Arrays.asList(values));
    kind.waiting.add(change);
    thread.execute(() -> commit(kind, kind.next(largest, database)));
    return switch (change.await()) {
      case COMMITTED -> change.result;
      case REFUSED -> alone(lock, sql, row, values);
    };
  }

  private <T> @Nullable T alone(Lock lock, String sql, Row<T> row, @Nullable Object... values) {
    try {
      return alone.<@Nullable T>take(
          () ->
              database.<@Nullable T>inTransaction(
                  session -> {
                    session.first(
                        "select " + lock.condition(), locked -> true, lock.values().toArray());
                    return session.first(sql, row, values);
                  }));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private void commit(Kind kind, List<Change<?>> group) {
    try {
      if (!group.isEmpty()) {
        send(kind.text(group.size()), group);
        group.forEach(Change::committed);
      }
    } catch (Throwable e) {
      if (!(e instanceof DatabaseException failure && failure.isRefusal())) {
        group.forEach(change -> change.fail(e));
      } else if (group.size() == 1) {
        group.getFirst().end(Outcome.REFUSED);
      } else {
        LOG.log(
            Level.DEBUG,
            "A group of {0} changes failed, retrying one by one: {1}",
            group.size(),
            e.getMessage());
        group.forEach(change -> commit(kind, List.of(change)));
      }
    }
  }

  BatchCount sent() {
    return sent;
  }

  private void send(String text, List<Change<?>> group) {
    sent.sent(group.size());
    Execution.sent(group);
    database.once(
        session -> {
          try (PreparedStatement statement = session.prepare(text, values(group))) {
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

  /** The values of the locks that are taken ahead, then those of the changes. */
  private static @Nullable Object[] values(List<Change<?>> group) {
    Stream<Object> locks =
        group.stream()
            .map(change -> change.lock)
            .filter(Lock::isAhead)
            .flatMap(lock -> lock.values().stream());
    return Stream.concat(locks, Arrays.stream(Execution.values(group))).toArray();
  }

  /**
   * Does not wait for a database that may never answer: closing the pool ends the batch in flight.
   */
  @Override
  public void close() {
    thread.shutdown();
  }
}
