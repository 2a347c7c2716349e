package dev.vitrine.postgres.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The data directory of a stopped PostgreSQL: one database, and one role that may log in.
 *
 * @param data the data directory; it exists only when complete
 * @param passwordFile readable only by our user
 */
record Cluster(
    Path data, Path passwordFile, Binaries binaries, Account account, Durability durability) {

  static final String DATABASE = "vitrine";
  static final String ROLE = "vitrine";

  /** An empty file in the data directory, ignored by PostgreSQL. */
  private static final String PERMITTED = "vitrine.backups-permitted";

  /** Lets {@link #ROLE} back up the running server ({@link OnlineBackup}). */
  private static final String PERMIT_BACKUPS =
      """
      ALTER ROLE %1$s REPLICATION;
      GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean) TO %1$s;
      GRANT EXECUTE ON FUNCTION pg_backup_stop(boolean) TO %1$s;
      """
          .formatted(ROLE);

  /** Half of the files of a cluster that will be copied. */
  private static final String REMOVE_TEMPLATES =
      """
      UPDATE pg_database SET datistemplate = false WHERE datistemplate;
      DROP DATABASE template0;
      DROP DATABASE template1;
      """;

  private static final int PASSWORD_BYTES = 32;

  /**
   * Creates the cluster if there is none.
   *
   * <p>A directory under the unfinished name was never in use, so it may be deleted.
   */
  void create() throws IOException {
    if (Files.exists(data)) {
      return;
    }
    String password = newPassword();
    Path unfinished = Disk.unfinished(data);
    Disk.delete(unfinished);
    account.own(Files.createDirectory(unfinished));
    Command.run(account.command(initdb(unfinished)), "");
    // One run, because each starts PostgreSQL and ends it with a checkpoint. We rename the default
    // database: copying a template would take longer. ALTER DATABASE cannot rename the one that is
    // connected to, and rights on functions are granted in the database that they are for.
    runSingleUser(
        unfinished,
        "postgres",
        """
        CREATE ROLE %2$s LOGIN PASSWORD '%3$s';
        UPDATE pg_database SET datname = '%1$s' WHERE datname = 'postgres';
        ALTER DATABASE %1$s OWNER TO %2$s;
        """
                .formatted(DATABASE, ROLE, password)
            + PERMIT_BACKUPS
            + (durability == Durability.EPHEMERAL ? REMOVE_TEMPLATES : ""));
    Files.createFile(unfinished.resolve(PERMITTED));
    storePassword(password);
    Disk.finish(data);
  }

  /** Lets {@link #ROLE} back up the server of a cluster that an earlier version created. */
  void permitBackups() throws IOException {
    Path done = data.resolve(PERMITTED);
    if (durability == Durability.EPHEMERAL || Files.exists(done)) {
      return;
    }
    runSingleUser(data, DATABASE, PERMIT_BACKUPS);
    Files.createFile(done);
  }

  /** The password of {@link #ROLE}; a new one if the file that held it is lost. */
  String password() throws IOException {
    if (!Files.exists(passwordFile)) {
      String password = newPassword();
      runSingleUser(data, DATABASE, "ALTER ROLE %s PASSWORD '%s';%n".formatted(ROLE, password));
      storePassword(password);
    }
    Files.setPosixFilePermissions(passwordFile, fromString("rw-------"));
    return Files.readString(passwordFile).strip();
  }

  /** Refuses a cluster that another major version of PostgreSQL wrote. */
  static void requireOurVersion(Path data) throws IOException {
    if (!Files.exists(data)) {
      return;
    }
    String found = Files.readString(data.resolve("PG_VERSION")).strip();
    if (!found.equals(Binaries.MAJOR_VERSION)) {
      throw new EmbeddedPostgresException(
          "The data in %s was written by PostgreSQL %s, but this program brings PostgreSQL %s."
              .formatted(data, found, Binaries.MAJOR_VERSION));
    }
  }

  /**
   * {@code initdb} flushes all that it wrote. The superuser has no password and cannot log in.
   * Sorting is by code point, therefore the same on every machine.
   */
  private List<String> initdb(Path target) {
    List<String> command =
        List.of(
            binaries.initdb(),
            "--pgdata=" + target,
            "--username=postgres",
            "--auth-local=reject",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--sync-method=syncfs");
    return Stream.concat(command.stream(), durability.layout().stream()).toList();
  }

  /** Runs SQL, one statement a line, in single-user mode: without a server or a password. */
  private void runSingleUser(Path target, String database, String sql) throws IOException {
    List<String> command =
        List.of(
            binaries.postgres(),
            "--single",
            "-D",
            target.toString(),
            "-c",
            "exit_on_error=on",
            database);
    Command.run(account.command(command), sql);
  }

  private static String newPassword() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void storePassword(String password) throws IOException {
    Path unfinished = Disk.unfinished(passwordFile);
    Files.deleteIfExists(unfinished);
    try (FileChannel file =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            asFileAttribute(fromString("rw-------")))) {
      Channels.newOutputStream(file).write(password.getBytes(UTF_8));
      file.force(true);
    }
    Disk.finish(passwordFile);
  }
}
