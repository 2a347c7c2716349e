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
 * Changes that wait at the same time are committed together: executions of one statement go in one
 * round trip, are one transaction, and share one flush to the disk (ADR 14). One thread does it, so
 * that they never wait for each other's locks.
 *
 * <p>If the database refuses a group, nothing of it was done, and its changes are made one by one;
 * what is refused then as well, its caller makes, and waits for whatever lock it needs. If the
 * database goes away, nobody knows what was done, and all of the group fail.
 */
public final class GroupCommit implements AutoCloseable {
  /** Sizes of groups are powers of two, for each is a statement of its own to the driver. */
  private static final int SIZES = 5;

  private static final int LARGEST = 1 << (SIZES - 1);

  /** Of each lock, for as long as the group's transaction. */
  private static final String LOCK_TIMEOUT =
      "select set_config('lock_timeout', '20ms', true) is null";

  /** Changes that callers make at a time, and for which they hold connections. */
  private static final int ALONE = 2;

  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private final Database database;
  private final Turns alone = new Turns(ALONE);
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("group-commit").daemon().factory());

  GroupCommit(Database database) {
    this.database = database;
  }

  /**
   * What a change locks.
   *
   * @param order changes of many rows lock them in this order
   * @param condition takes the lock, and may say anything. Who has to wait for long takes it in a
   *     statement before the change: what is decided after a wait is decided on what is there by
   *     then
   * @param isAhead so does everybody else: the change itself does not lock it
   */
  public record Lock(String order, String condition, List<Object> values, boolean isAhead) {}

  /** Executions of one statement that wait. */
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

    /** Empty if what waited went with the group before. On the group's thread alone. */
    List<Change<?>> next(int largest) {
      Execution.endPatience(waiting);
      List<Change<?>> group = new ArrayList<>();
      waiting.drainTo(group, Integer.highestOneBit(Math.min(largest, waiting.size())));
      // Another node's groups lock the same rows in the same order.
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

    Change(Lock lock, Row<T> row, List<@Nullable Object> values) {
      super(values);
      this.lock = lock;
      this.row = row;
    }

    /** All is committed by now: a failure is this one's own, and no reason to do it again. */
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
   * The first row of a statement that changes something, once it is committed; null if there is
   * none.
   *
   * @param lock what it locks, always of the same condition for one statement
   * @param sql returns one row of columns of bounded size (no text): of others the driver awaits
   *     the result before it sends the next statement, so that each is committed by itself, and is
   *     made twice if one behind it is refused
   */
  <T> @Nullable T first(Lock lock, String sql, Row<T> row, @Nullable Object... values) {
    int largest = database.isSpread() ? 1 : LARGEST;
    Kind kind = kinds.computeIfAbsent(sql, text -> new Kind(text, lock));
    Change<T> change = new Change<>(lock, row, Arrays.asList(values));
    kind.waiting.add(change);
    thread.execute(() -> commit(kind, kind.next(largest)));
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
        LOG.log(Level.DEBUG, "One of {0} changes: {1}", group.size(), e.getMessage());
        group.forEach(change -> commit(kind, List.of(change)));
      }
    }
  }

  private void send(String text, List<Change<?>> group) {
    database.once(
        session -> {
          session.endSilenceAfter(Database.SILENCE_MILLIS);
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

  /** Those of the locks that are taken ahead, and then those of the changes. */
  private static @Nullable Object[] values(List<Change<?>> group) {
    Stream<Object> locks =
        group.stream()
            .map(change -> change.lock)
            .filter(Lock::isAhead)
            .flatMap(lock -> lock.values().stream());
    return Stream.concat(locks, Arrays.stream(Execution.values(group))).toArray();
  }

  /**
   * Does not wait for a database that may never answer: closing the pool ends what is under way.
   */
  @Override
  public void close() {
    thread.shutdown();
  }
}
