package dev.vitrine.postgres.embedded;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedPostgresTest extends Workplace {

  @Test
  void keepsRowsAndPasswordOverARestart() throws Exception {
    EmbeddedPostgres first = start();
    execute(first, "CREATE TABLE note AS SELECT 'kept' AS text");
    first.close();
    EmbeddedPostgres second = start();
    assertThat(query(second, "SELECT text FROM note")).isEqualTo("kept");
    assertThat(second.password()).isEqualTo(first.password()).hasSizeGreaterThanOrEqualTo(32);
  }

  @Test
  void hasWhatWePromise() throws Exception {
    EmbeddedPostgres postgres = start();
    assertThat(
            query(
                postgres,
                """
                SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
                WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums',
                  'listen_addresses', 'server_encoding')
                """))
        .isEqualTo(
            "data_checksums=on fsync=on full_page_writes=on listen_addresses=127.0.0.1"
                + " server_encoding=UTF8 synchronous_commit=on");
    assertThat(Files.readString(directory().resolve("data/postmaster.opts")))
        .contains("\"--unix_socket_directories=\"");
    assertThat(query(postgres, "SELECT 'B' < 'a' AND upper('é') = 'É'")).isEqualTo("t");
    assertThat(query(postgres, "SELECT usesuper FROM pg_user WHERE usename = current_user"))
        .isEqualTo("f");
    assertThat("PostgreSQL " + Binaries.VERSION)
        .startsWith(query(postgres, "SELECT split_part(version(), ' on ', 1)"));
  }

  @Test
  void letsNoOneInWithoutThePassword() throws Exception {
    EmbeddedPostgres postgres = start();
    assertThatThrownBy(
            () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "guess"))
        .hasMessageContaining("password authentication failed");
    assertThat(Files.readAllLines(directory().resolve("data/pg_hba.conf")))
        .filteredOn(line -> !line.startsWith("#") && !line.isBlank())
        .isNotEmpty()
        .allMatch(line -> line.endsWith("scram-sha-256") || line.endsWith("reject"));
    assertThat(Files.getPosixFilePermissions(directory().resolve("password")))
        .isEqualTo(fromString("rw-------"));
  }

  @Test
  void listensOnLoopbackOnly() throws Exception {
    EmbeddedPostgres postgres = start();
    String port = postgres.jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1");
    String inHex = "%04X".formatted(Integer.parseInt(port));
    List<String> sockets = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    sockets.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
    // Local address, remote address, state; 0A is listening.
    assertThat(sockets)
        .filteredOn(line -> line.contains(":" + inHex + " ") && line.contains(" 0A "))
        .singleElement()
        .asString()
        .contains(" 0100007F:" + inHex);
  }

  @Test
  void isGoneAfterCloseAndSaysSo() throws Exception {
    EmbeddedPostgres postgres = start();
    assertThat(postgres.onExit()).isNotDone();
    postgres.close();
    // It has ended; its parent asks how a moment later, and until then its number is taken.
    assertThat(Pause.until(() -> !isAlive(postgres.pid()), Duration.ofSeconds(5))).isTrue();
    postgres.onExit().get(1, TimeUnit.SECONDS);
    postgres.close();
  }

  @Test
  void refusesADirectoryInUse() {
    EmbeddedPostgres postgres = start();
    assertThatThrownBy(() -> EmbeddedPostgres.start(directory()))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("Another Vitrine is running on " + directory());
    assertThat(isAlive(postgres.pid())).isTrue();
  }

  @Test
  void completesAFirstStartThatWasInterrupted() throws Exception {
    Path directory = directory().resolveSibling("interrupted");
    Path binaries;
    try (var found = Files.newDirectoryStream(directory(), "binaries-*")) {
      binaries = found.iterator().next();
    }
    Files.createDirectories(directory.resolve(binaries.getFileName() + ".new/bin"));
    Files.writeString(directory.resolve(binaries.getFileName() + ".new/bin/postgres"), "half");
    Files.createDirectories(directory.resolve("data.new"));
    Files.writeString(directory.resolve("data.new/PG_VERSION"), "18");
    Files.writeString(directory.resolve("password.new"), "half");
    Files.writeString(directory.resolve("password"), "of a cluster that was not finished");
    EmbeddedPostgres postgres = start(directory);
    assertThat(query(postgres, "SELECT current_database()")).isEqualTo("vitrine");
    assertThat(directory.toFile().list()).noneMatch(name -> name.endsWith(".new"));
  }

  /** An ephemeral cluster, which a start does not permit backups, shows what its creation does. */
  @Test
  void permitsBackupsWhenItCreatesACluster() throws Exception {
    Path directory = directory().resolveSibling("new");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, Durability.EPHEMERAL)) {
      assertThat(
              query(
                  postgres,
                  """
                  SELECT concat_ws(' ', rolreplication,
                    has_function_privilege('pg_backup_start(text, boolean)', 'execute'),
                    has_function_privilege('pg_backup_stop(boolean)', 'execute'))
                  FROM pg_roles WHERE rolname = current_user
                  """))
          .isEqualTo("t t t");
    }
  }

  @Test
  void replacesALostPassword() throws Exception {
    Files.delete(directory().resolve("password"));
    assertThat(query(start(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  void refusesDataOfAnotherMajorVersion() throws Exception {
    Files.writeString(directory().resolve("data/PG_VERSION"), "17\n");
    assertThatThrownBy(() -> start()).hasMessageContaining("written by PostgreSQL 17");
  }

  @Test
  void showsTheLastWordsOfAServerThatDoesNotStart() throws Exception {
    Files.delete(directory().resolve("data/global/pg_control"));
    assertThatThrownBy(() -> start())
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("could not find the database system");
  }

  @Test
  void boundsItsLog() throws Exception {
    start();
    Path log = directory().resolve("postgres.log");
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(9 << 20);
    }
    assertThat(Pause.until(() -> log.toFile().length() < 1000, Duration.ofSeconds(5))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 65534", "12345, 12345"})
  void runsAsTheOwnerOfTheDataOrNobodyButNeverAsRoot(int owner, int expected) throws Exception {
    assumeTrue(ROOT);
    run("chown", "-R", owner + ":" + owner, directory().toString());
    run("chmod", "755", directory().resolve("data").toString());
    run("chmod", "644", directory().resolve("password").toString());
    run("chmod", "700", directory().toString());
    EmbeddedPostgres postgres = start();
    assertThat(owner(Path.of("/proc", "" + postgres.pid()))).isEqualTo(expected);
    assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    assertThat(Files.getPosixFilePermissions(directory().resolve("password")))
        .isEqualTo(fromString("rw-------"));
  }

  @Test
  void namesTheFolderThatBarsTheWay() throws Exception {
    assumeTrue(ROOT);
    Path barred = Files.createDirectory(directory().resolveSibling("barred"));
    Files.setPosixFilePermissions(barred, fromString("rwx------"));
    assertThatThrownBy(() -> start(barred.resolve("vitrine/postgres")))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("cannot enter " + barred + ".")
        .hasMessageContaining("chmod o+x " + barred);
  }
}
