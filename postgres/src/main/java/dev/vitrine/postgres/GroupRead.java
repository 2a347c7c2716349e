package dev.vitrine.postgres;

import dev.vitrine.postgres.Database.Row;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Reads that wait at the same time are asked together: executions of one statement become one
 * statement, of which each is told its own rows (ADR 15). Nobody waits for a group to fill: while
 * one is under way, the next gathers.
 *
 * <p>What is read was committed when the reading began, and that was after the caller had asked. If
 * the database refuses a group, its questions are asked one by one.
 */
final class GroupRead implements AutoCloseable {
  static final int LARGEST = 16;

  private static final System.Logger LOG = System.getLogger(GroupRead.class.getName());

  private final Database database;
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final ExecutorService readers;

  /**
   * @param readers threads, each with a connection while it reads: as many statements are asked
   *     beside each other
   */
  GroupRead(Database database, int readers) {
    this.database = database;
    this.readers =
        Executors.newFixedThreadPool(
            readers, Thread.ofPlatform().name("group-read-", 0).daemon().factory());
  }

  /** One execution. */
  private static final class Question<T extends @Nullable Object> extends Execution<List<T>> {
    private final Row<T> row;
    private List<T> rows = List.of();

    Question(Row<T> row, List<@Nullable Object> values) {
      super(values);
      this.row = row;
    }

    void begin() {
      rows = new ArrayList<>();
    }

    void read(ResultSet from) throws SQLException {
      rows.add(row.read(from));
    }

    void answer() {
      end(rows);
    }
  }

  /** All rows, read on another thread. */
  <T extends @Nullable Object> List<T> all(String sql, Row<T> row, @Nullable Object... values) {
    Question<T> question = new Question<>(row, Arrays.asList(values));
    kinds.computeIfAbsent(sql, Kind::new).ask(question, database.isSpread() ? 1 : LARGEST);
    return question.await();
  }

  /** Executions of one statement. One group of them is under way at a time. */
  private final class Kind {
    private final String sql;
    private final ManyAtOnce statement;
    private final BlockingQueue<Question<?>> waiting = new LinkedBlockingQueue<>();
    private final AtomicBoolean isUnderWay = new AtomicBoolean();

    Kind(String sql) {
      this.sql = sql;
      statement = new ManyAtOnce(sql);
    }

    void ask(Question<?> question, int largest) {
      waiting.add(question);
      goOn(largest);
    }

    private void goOn(int largest) {
      if (!waiting.isEmpty() && isUnderWay.compareAndSet(false, true)) {
        readers.execute(
            () -> {
              read(next(largest));
              isUnderWay.set(false);
              goOn(largest);
            });
      }
    }

    private List<Question<?>> next(int largest) {
      Execution.endPatience(waiting);
      List<Question<?>> group = new ArrayList<>(largest);
      waiting.drainTo(group, largest);
      return group;
    }

    private void read(List<Question<?>> group) {
      try {
        if (!group.isEmpty()) {
          send(group);
          group.forEach(Question::answer);
        }
      } catch (Throwable e) {
        boolean isGone = e instanceof DatabaseException failure && !failure.isRefusal();
        if (isGone || group.size() == 1) {
          group.forEach(question -> question.fail(e));
        } else {
          LOG.log(Level.DEBUG, "One of {0} reads: {1}", group.size(), e.getMessage());
          group.forEach(question -> read(List.of(question)));
        }
      }
    }

    private void send(List<Question<?>> group) {
      group.forEach(Question::begin);
      boolean isAlone = group.size() == 1;
      database.with(
          session -> {
            session.endSilenceAfter(Database.SILENCE_MILLIS);
            String text = isAlone ? sql : statement.text(group.size(), session);
            try (PreparedStatement prepared = session.prepare(text, Execution.values(group));
                ResultSet rows = prepared.executeQuery()) {
              int set = isAlone ? 0 : rows.findColumn(ManyAtOnce.SET);
              while (rows.next()) {
                group.get(isAlone ? 0 : rows.getInt(set)).read(rows);
              }
            }
            return group;
          });
    }
  }

  /**
   * Does not wait for a database that may never answer: closing the pool ends what is under way.
   */
  @Override
  public void close() {
    readers.shutdown();
  }
}
