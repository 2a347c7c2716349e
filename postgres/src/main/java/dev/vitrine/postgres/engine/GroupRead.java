package dev.vitrine.postgres.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.postgres.engine.Database.Row;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Batched reads: executions of one statement that wait at the same time become one statement, and
 * each receives its own rows (ADR 15). No read waits for a batch to fill: the next batch gathers
 * while one is in flight.
 *
 * <p>The snapshot of a batch is later than each of its calls, so a read sees everything that was
 * committed before it was asked. If the database refuses a batch, its reads are sent one by one.
 */
final class GroupRead implements AutoCloseable {
  /** How many statements keep their queue; an evicted statement gets a new queue. */
  private static final int KINDS = 64;

  private static final System.Logger LOG = System.getLogger(GroupRead.class.getName());

  private final Database database;
  private final int largest;
  private final int beside;
  private final Cache<String, Kind> kinds = Caffeine.newBuilder().maximumSize(KINDS).build();
  private final ExecutorService readers;
  private final BatchCount sent = new BatchCount();

  /**
   * @param readers threads, each with a connection while it reads
   * @param largest the largest batch
   * @param beside how many batches of one statement may be in flight
   */
  GroupRead(Database database, String name, int readers, int largest, int beside) {
    this.database = database;
    this.largest = largest;
    this.beside = beside;
    this.readers =
        Executors.newFixedThreadPool(
            readers, Thread.ofPlatform().name(name + "-", 0).daemon().factory());
  }

  /** One execution. */
  private static final class Question<T extends @Nullable Object> extends Execution<List<T>> {
    private final Row<T> row;
    private List<T> rows = List.of();
    private @Nullable Exception failure;

    Question(String sql, Row<T> row, List<@Nullable Object> values) {
      super(sql, values);
      this.row = row;
    }

    void begin() {
      rows = new ArrayList<>();
      failure = null;
    }

    /** A row that cannot be read fails this execution, not the batch. */
    void read(ResultSet from) {
      if (failure == null) {
        try {
          rows.add(row.read(from));
        } catch (SQLException e) {
          failure = new DatabaseException(e);
        } catch (RuntimeException e) {
          failure = e;
        }
      }
    }

    void answer() {
      if (failure == null) {
        end(rows);
      } else {
        fail(failure);
      }
    }
  }

  /** All rows, read on another thread. */
  <T extends @Nullable Object> List<T> all(String sql, Row<T> row, @Nullable Object... values) {
    database.requireAnswering();
    Question<T> question = new Question<>(sql, row, Arrays.asList(values));
    kinds.get(sql, Kind::new).ask(question);
    return question.await();
  }

  BatchCount sent() {
    return sent;
  }

  /** Executions of one statement. */
  private final class Kind {
    private final String sql;
    private final ManyAtOnce statement;
    private final BlockingQueue<Question<?>> waiting = new LinkedBlockingQueue<>();
    private final Semaphore permits = new Semaphore(beside);

    Kind(String sql) {
      this.sql = sql;
      statement = new ManyAtOnce(sql);
    }

    void ask(Question<?> question) {
      waiting.add(question);
      startNextBatch();
    }

    private void startNextBatch() {
      if (!waiting.isEmpty() && permits.tryAcquire()) {
        try {
          readers.execute(this::readNext);
        } catch (Throwable noThread) {
          permits.release();
          for (Question<?> left = waiting.poll(); left != null; left = waiting.poll()) {
            left.fail(noThread);
          }
        }
      }
    }

    private void readNext() {
      try {
        read(next());
      } finally {
        permits.release();
        startNextBatch();
      }
    }

    private List<Question<?>> next() {
      Execution.failExpired(waiting, database);
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
        if (group.size() > 1 && e instanceof DatabaseException failure && failure.isRefusal()) {
          LOG.log(
              Level.DEBUG,
              "A batch of {0} reads failed, retrying one by one: {1}",
              group.size(),
              e.getMessage());
          group.forEach(question -> read(List.of(question)));
        } else {
          group.forEach(question -> question.fail(e));
        }
      }
    }

    private void send(List<Question<?>> group) {
      sent.sent(group.size());
      Execution.sent(group);
      group.forEach(Question::begin);
      boolean isAlone = group.size() == 1;
      database.once(
          session -> {
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
   * Does not wait for a database that may never answer: closing the pool ends the batch in flight.
   */
  @Override
  public void close() {
    readers.shutdown();
  }
}
