package dev.vitrine.postgres.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A backup of a running server (PostgreSQL: Making a Base Backup Using the Low Level API). The
 * caller copies {@link #files}, {@link #end ends} the backup, and copies the log that this names. A
 * server that starts on the copy recovers the state at {@link #end}.
 *
 * <p>A temporary replication slot keeps the log. Both end with the connection, so a killed backup
 * leaves nothing behind.
 */
public final class OnlineBackup implements AutoCloseable {
  /** Folders whose content belongs to the running server, or, the log, is copied at the end. */
  private static final Set<String> EMPTY_FOLDERS =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans",
          "pgsql_tmp");

  private static final Pattern SKIPPED =
      Pattern.compile("postmaster\\.(pid|opts)|pg_internal\\.init.*|pgsql_tmp.*|backup_label.*");

  private static final Pattern START_OF_LOG =
      Pattern.compile("(?m)^START WAL LOCATION: .* \\(file ([0-9A-F]{24})\\)$");

  private static final Pattern LOG_FILE = Pattern.compile("[0-9A-F]{24}");

  private final Connection connection;
  private final Path data;

  private OnlineBackup(Connection connection, Path data) {
    this.connection = connection;
    this.data = data;
  }

  /**
   * The end of a backup.
   *
   * @param label the content of {@code backup_label} in the copy
   * @param log the files of the log without which the copy is worthless; to be copied before {@link
   *     #close}
   */
  public record End(String label, List<Path> log) {}

  /** Begins; waits for a checkpoint, which takes seconds at most. */
  public static OnlineBackup begin(EmbeddedPostgres.Running server) throws SQLException {
    Connection connection =
        DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    OnlineBackup backup = new OnlineBackup(connection, server.data());
    try {
      backup.ask(
          "select slot_name from pg_create_physical_replication_slot(?::name, true, true)",
          "vitrine_backup_" + ProcessHandle.current().pid());
      backup.ask("select pg_backup_start(?::text, true)::text", "vitrine");
      return backup;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** The data directory. */
  public Path data() {
    return data;
  }

  /**
   * The files and, each before its content, the folders to copy. A file may be gone when it is
   * copied: then the log says why.
   */
  public List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        data,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            found.add(folder);
            return EMPTY_FOLDERS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!SKIPPED.matcher(file.getFileName().toString()).matches()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return found;
  }

  /** Ends the backup: this is the instant whose state the copy has. */
  public End end() throws SQLException, IOException {
    String label;
    String last;
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select labelfile, pg_walfile_name(lsn) from pg_backup_stop(false)");
        ResultSet row = statement.executeQuery()) {
      row.next();
      label = row.getString(1);
      last = row.getString(2);
    }
    Matcher first = START_OF_LOG.matcher(label);
    if (!first.find()) {
      throw new EmbeddedPostgresException("PostgreSQL described its backup as: " + label);
    }
    List<Path> log;
    try (Stream<Path> files = Files.list(data.resolve("pg_wal"))) {
      log =
          files
              .filter(file -> isBetween(file.getFileName().toString(), first.group(1), last))
              .sorted()
              .toList();
    }
    return new End(label, log);
  }

  /** The names of one timeline sort as the log goes on. */
  private static boolean isBetween(String name, String first, String last) {
    return LOG_FILE.matcher(name).matches()
        && name.compareTo(first) >= 0
        && name.compareTo(last) <= 0;
  }

  private void ask(String sql, String parameter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      statement.executeQuery().close();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
