package dev.vitrine.postgres.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.vitrine.tracing.Span;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL behind a small connection pool. Statements are SQL with {@code ?} for values. A
 * value is anything that the driver accepts, including null. Each call outside {@link
 * #inTransaction} is a transaction of its own.
 */
public final class Database implements AutoCloseable {
  /** The transaction that the current thread is in. */
  private static final ScopedValue<Session> CURRENT = ScopedValue.newInstance();

  /** How long work is retried that the database aborts because of other transactions. */
  private static final Duration RETRY_TIMEOUT = Turns.TIMEOUT;

  /**
   * How long a statement may be silent before its connection counts as lost. An outage is noticed
   * earlier, by the circuit breaker; this is for a single connection that a firewall forgot.
   */
  private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(30);

  /** How long to wait for the answer of a connection that was idle. */
  private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(2);

  /** How often an idle connection is used, so that no firewall forgets it. */
  private static final Duration KEEPALIVE = Duration.ofMinutes(1);

  /** How long to try for the first connection. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** How long a call waits for a connection until it asks again whether the database answers. */
  private static final Duration POOL_WAIT = Duration.ofMillis(500);

  /** Larger than a batch of changes. */
  private static final int SEND_BUFFER = 1 << 16;

  /** Largest batch of reads of one statement. */
  public static final int READS = 16;

  /** Largest batch of lists: they gain little from batching, and their rows may be large. */
  public static final int LISTS = 4;

  /** The planner options of our statements, for programs that send them over other connections. */
  public static final String PLANNING = SessionSettings.planning();

  private final HikariDataSource pool;
  private final Address address;
  private final Timeline timeline;
  private final CircuitBreaker breaker;

  /** Connections for virtual threads, which are not bounded in number. */
  private final Turns shared;

  /** Null until it was queried. */
  private volatile @Nullable Boolean isSpread;

  private final CallerState callers = new CallerState(this);
  private final GroupCommit changes = new GroupCommit(this);
  private final GroupRead reads;
  private final GroupRead lists;

  private Database(HikariDataSource pool, Connections source, Timeline timeline, Address address) {
    this.pool = pool;
    this.address = address;
    this.timeline = timeline;
    int connections = pool.getMaximumPoolSize();
    int readers = Math.max(1, connections / 5);
    this.reads = new GroupRead(this, "group-read", readers, READS, 1);
    this.lists = new GroupRead(this, "group-list", readers, LISTS, readers);
    this.shared = new Turns(Math.max(1, connections - 2 * readers - 1));
    this.breaker = new CircuitBreaker(address, timeline, new PoolOf(pool, source));
  }

  private record PoolOf(HikariDataSource pool, Connections source) implements CircuitBreaker.Pool {
    @Override
    public boolean isEmpty() {
      return pool.getHikariPoolMXBean().getTotalConnections() == 0;
    }

    @Override
    public void requireConnection() throws SQLException {
      pool.getConnection().close();
    }

    @Override
    public void breakOff() {
      source.breakOff();
      pool.getHikariPoolMXBean().softEvictConnections();
    }
  }

  /** Where the database is. */
  public record Address(String jdbcUrl, @Nullable String user, @Nullable String password) {
    /** Without the password, which may also be in the URL. */
    @Override
    public String toString() {
      return jdbcUrl.replaceFirst("[?].*", "");
    }
  }

  /**
   * Opens the pool. Does not touch the schema: see {@link Schema}.
   *
   * @param connections the size of the pool: more than a few per core make every request more
   *     expensive. A fifth is for batched reads, a fifth for lists, one for group commit; virtual
   *     threads share the rest. The circuit breaker has one more
   */
  public static Database open(Address address, int connections) {
    Timeline timeline = new Timeline();
    Connections source = new Connections(address, timeline);
    source.limitConnecting(CONNECT_TIMEOUT);
    source.setSocketTimeout((int) NETWORK_TIMEOUT.toSeconds());
    // Few texts, used again and again: prepare each on its first use, for the connection's life.
    source.setPrepareThreshold(1);
    source.setPreparedStatementCacheQueries(512);
    source.setReWriteBatchedInserts(true);
    source.setOptions(SessionSettings.ofRequests());
    // A batch goes out in one piece: a server that received only a part would wait for the rest
    // while it holds locks.
    source.setMaxSendBufferSize(SEND_BUFFER);
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setPoolName("vitrine");
    config.setConnectionTimeout(POOL_WAIT.toMillis());
    config.setValidationTimeout(VALIDATION_TIMEOUT.toMillis());
    config.setKeepaliveTime(KEEPALIVE.toMillis());
    config.setRegisterMbeans(false);
    config.setConnectionInitSql(SessionSettings.ON_CONNECTING);
    return new Database(new HikariDataSource(config), source, timeline, address);
  }

  /** Warns if the server, which other nodes use as well, may not allow all connections. */
  public void warnOfConnectionLimit() {
    int open = 1 + pool.getHikariPoolMXBean().getTotalConnections();
    ConnectionLimit.warnIfExceeded(this, open, 1 + pool.getMaximumPoolSize());
  }

  /**
   * Opens connections ahead of calls, as many as are allowed. Until then the pool opens them when
   * they are needed, and so leaves the last ones that the server has to migrations.
   */
  public void fill() {
    pool.getHikariConfigMXBean().setMinimumIdle(pool.getMaximumPoolSize());
    List<Connection> opened = new ArrayList<>();
    try {
      while (opened.size() < pool.getMaximumPoolSize()) {
        opened.add(pool.getConnection());
      }
    } catch (SQLException e) {
      // The server allows no more, or the circuit breaker will notice.
    }
    for (Connection connection : opened) {
      try {
        connection.close();
      } catch (SQLException e) {
        pool.evictConnection(connection);
      }
    }
  }

  /** Reads the state of callers; one cache for all stores. */
  public CallerState callers() {
    return callers;
  }

  /** Connections for migrations, which may take longer than a request. */
  DataSource sourceOfMigrations() {
    Connections source = new Connections(address, timeline);
    source.setOptions(SessionSettings.ofMigrations());
    return source;
  }

  /** Reads a row. */
  @FunctionalInterface
  public interface Row<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  /** Work on one connection. */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object> {
    T on(Session session) throws SQLException;
  }

  /** The first row, null if there is none. */
  public <T> @Nullable T first(String sql, Row<T> row, @Nullable Object... values) {
    return with(session -> session.first(sql, row, values));
  }

  /** All rows. */
  public <T extends @Nullable Object> List<T> all(
      String sql, Row<T> row, @Nullable Object... values) {
    return with(session -> session.all(sql, row, values));
  }

  /**
   * All rows of a statement that only reads. It runs in a batch with others, or in the current
   * transaction.
   *
   * @param sql one of a few fixed texts; fast, because a read waits for the batch before it
   * @param row runs on another thread, and again if another read of its batch fails
   */
  public <T extends @Nullable Object> List<T> allInGroup(
      String sql, Row<T> row, @Nullable Object... values) {
    return isAskedAlone() ? all(sql, row, values) : reads.all(sql, row, values);
  }

  /** As {@link #allInGroup}, for slower statements, so that no other read waits for them. */
  public <T extends @Nullable Object> List<T> listInGroup(
      String sql, Row<T> row, @Nullable Object... values) {
    return isAskedAlone() ? all(sql, row, values) : lists.all(sql, row, values);
  }

  private boolean isAskedAlone() {
    return isInTransaction() || isSpread();
  }

  /** The first of {@link #allInGroup}, null if there is none. */
  public <T> @Nullable T firstInGroup(String sql, Row<T> row, @Nullable Object... values) {
    List<T> all = allInGroup(sql, row, values);
    return all.isEmpty() ? null : all.getFirst();
  }

  /** Carries out a change; the number of changed rows. */
  public int change(String sql, @Nullable Object... values) {
    return with(session -> session.change(sql, values));
  }

  /**
   * The first row of a statement that changes something, null if there is none. It commits in a
   * group with others, or with the current transaction.
   *
   * @param lock as for {@link GroupCommit#first}
   * @param sql as for {@link GroupCommit#first}
   */
  public <T> @Nullable T changeInGroup(
      GroupCommit.Lock lock, String sql, Row<T> row, @Nullable Object... values) {
    return isInTransaction() ? first(sql, row, values) : changes.first(lock, sql, row, values);
  }

  /**
   * Runs the work in one transaction, in read committed isolation: the work must lock what must not
   * change meanwhile. Retries it if the database aborts it because of other transactions ({@link
   * DatabaseException#isPassing}).
   */
  public <T extends @Nullable Object> T inTransaction(Work<T> work) {
    return isInTransaction() ? with(work) : with(session -> transaction(session, work));
  }

  /** Runs the work in a transaction and rolls it back. */
  public <T extends @Nullable Object> T inRehearsal(Work<T> work) {
    return with(
        session -> {
          session.connection.setAutoCommit(false);
          T result;
          try {
            result = ScopedValue.where(CURRENT, session).call(() -> work.on(session));
          } catch (Throwable e) {
            undo(session, e);
            throw e;
          }
          session.connection.rollback();
          endTransaction(session);
          return result;
        });
  }

  private <T extends @Nullable Object> T transaction(Session session, Work<T> work)
      throws SQLException {
    session.connection.setAutoCommit(false);
    T result;
    try {
      result = ScopedValue.where(CURRENT, session).call(() -> work.on(session));
      session.commit();
    } catch (Throwable e) {
      undo(session, e);
      throw e;
    }
    endTransaction(session);
    return result;
  }

  /** Rolls back. If that fails too, the caller still gets the first failure. */
  private void undo(Session session, Throwable because) {
    try {
      session.connection.rollback();
      session.connection.setAutoCommit(true);
    } catch (SQLException lost) {
      because.addSuppressed(lost);
      pool.evictConnection(session.connection);
    }
  }

  /** The transaction has ended, even if the connection is lost now. */
  private void endTransaction(Session session) {
    try {
      session.connection.setAutoCommit(true);
    } catch (SQLException lost) {
      pool.evictConnection(session.connection);
    }
  }

  /**
   * Runs the work on a connection. Work inside a transaction joins it: with a connection of its
   * own, the pool could be exhausted by transactions that wait for a second one.
   */
  public <T extends @Nullable Object> T with(Work<T> work) {
    if (isInTransaction()) {
      return once(work);
    }
    long since = System.nanoTime();
    while (true) {
      try {
        return once(work);
      } catch (DatabaseException e) {
        if (!e.isPassing()) {
          throw e;
        }
        if (System.nanoTime() - since > RETRY_TIMEOUT.toNanos()) {
          breaker.failed(e.reason());
          throw e;
        }
      }
    }
  }

  /** As {@link #with}, without retries, for callers that handle aborts themselves. */
  <T extends @Nullable Object> T once(Work<T> work) {
    try {
      if (isInTransaction()) {
        return work.on(CURRENT.get());
      }
      breaker.require();
      return Thread.currentThread().isVirtual()
          ? shared.take(() -> onConnection(work))
          : onConnection(work);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private <T extends @Nullable Object> T onConnection(Work<T> work) throws SQLException {
    try (Connection connection = connection()) {
      return work.on(new Session(this, connection));
    }
  }

  /**
   * Waits for a connection as long as for a turn: if the database allows no more of them, threads
   * share those that there are.
   */
  private Connection connection() throws SQLException {
    long since = System.nanoTime();
    while (true) {
      breaker.require();
      try {
        return pool.getConnection();
      } catch (SQLTransientConnectionException e) {
        boolean hasNone = pool.getHikariPoolMXBean().getTotalConnections() == 0;
        Duration limit = hasNone ? CONNECT_TIMEOUT : Turns.TIMEOUT;
        if (System.nanoTime() - since > limit.toNanos()) {
          throw e;
        }
      }
    }
  }

  /** The failure, which the circuit breaker examines. */
  DatabaseException failure(SQLException cause) {
    DatabaseException failure = new DatabaseException(cause);
    if (failure.isLost() || failure.isDiskFull()) {
      breaker.failed(cause);
    }
    return failure;
  }

  /** Throws at once if the database does not answer, before the call waits for a batch. */
  void requireAnswering() {
    try {
      breaker.require();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /**
   * Whether Citus spreads the tables over several databases. Then statements on several images go
   * to all of them (ADR 12).
   */
  public boolean isSpread() {
    Boolean known = isSpread;
    if (known == null) {
      known = first("select from pg_extension where extname = 'citus'", row -> true) != null;
      isSpread = known;
    }
    return known;
  }

  /**
   * The connections of the pool.
   *
   * @param waiting threads that wait for one
   */
  public record PoolUse(int active, int idle, int waiting, int most) {}

  /** How the pool is used now. */
  public PoolUse poolUse() {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    return new PoolUse(
        now.getActiveConnections(),
        now.getIdleConnections(),
        now.getThreadsAwaitingConnection() + shared.waiting(),
        pool.getMaximumPoolSize());
  }

  /** Groups of changes that were sent. */
  public BatchCount groupCommits() {
    return changes.sent();
  }

  /** Batches of reads that were sent. */
  public BatchCount groupReads() {
    return reads.sent();
  }

  /** Batches of lists that were sent. */
  public BatchCount groupLists() {
    return lists.sent();
  }

  private boolean isInTransaction() {
    return CURRENT.isBound() && CURRENT.get().database == this;
  }

  @Override
  public void close() {
    breaker.close();
    changes.close();
    reads.close();
    lists.close();
    pool.close();
  }

  /** One connection. */
  public static final class Session {
    private final Database database;
    private final Connection connection;

    private Session(Database database, Connection connection) {
      this.database = database;
      this.connection = connection;
    }

    /**
     * Until the connection is given back, the database may be silent for so long before it counts
     * as lost.
     */
    public void allowSilence(Duration longest) throws SQLException {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(longest.toMillis()));
    }

    public <T> @Nullable T first(String sql, Row<T> row, @Nullable Object... values)
        throws SQLException {
      return traced(
          sql,
          () -> {
            try (PreparedStatement statement = prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
              return rows.next() ? row.read(rows) : null;
            }
          });
    }

    public <T extends @Nullable Object> List<T> all(
        String sql, Row<T> row, @Nullable Object... values) throws SQLException {
      return traced(
          sql,
          () -> {
            try (PreparedStatement statement = prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
              List<T> all = new ArrayList<>();
              while (rows.next()) {
                all.add(row.read(rows));
              }
              return all;
            }
          });
    }

    /**
     * The numbers in the first row of each of the statements, which are not null. They are sent in
     * one round trip, but each sees what was committed before it runs.
     *
     * @param values of all statements, in their order
     */
    public List<Long> numbers(List<String> statements, @Nullable Object... values)
        throws SQLException {
      String sql = String.join(";\n", statements);
      return traced(
          sql,
          () -> {
            try (PreparedStatement statement = prepare(sql, values)) {
              List<Long> numbers = new ArrayList<>();
              for (boolean hasRows = statement.execute();
                  hasRows;
                  hasRows = statement.getMoreResults()) {
                ResultSet rows = statement.getResultSet();
                rows.next();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                  numbers.add(rows.getLong(i));
                }
              }
              return numbers;
            }
          });
    }

    public int change(String sql, @Nullable Object... values) throws SQLException {
      return this.<Integer>traced(
          sql,
          () -> {
            try (PreparedStatement statement = prepare(sql, values)) {
              return statement.executeUpdate();
            }
          });
    }

    private void commit() throws SQLException {
      this.<@Nullable Void>traced(
          "commit",
          () -> {
            connection.commit();
            return null;
          });
    }

    private <T extends @Nullable Object> T traced(
        String sql, ScopedValue.CallableOp<T, SQLException> work) throws SQLException {
      try (Span span = StatementSpan.begin(sql)) {
        try {
          return work.call();
        } catch (SQLException e) {
          StatementSpan.failed(span, e);
          throw e;
        }
      }
    }

    /** Sets a savepoint for {@link #rollbackTo}. */
    public Savepoint mark() throws SQLException {
      return connection.setSavepoint();
    }

    /** Rolls back to the savepoint; older locks are kept. */
    public void rollbackTo(Savepoint mark) throws SQLException {
      connection.rollback(mark);
    }

    PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    }
  }
}
