package dev.vitrine.postgres.embedded;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What is left when something is killed, and what the next start makes of it. */
class CrashTest extends Workplace {

  @RepeatedTest(3)
  void losesNoAcknowledgedRowWhenTheServerIsKilled() throws Exception {
    EmbeddedPostgres killed = start();
    execute(killed, "CREATE TABLE row (id bigint PRIMARY KEY)");
    AtomicLong acknowledged = new AtomicLong();
    Thread load = Thread.ofVirtual().start(() -> insertUntilItFails(killed, acknowledged));
    assertThat(Pause.until(() -> acknowledged.get() > 500, Duration.ofSeconds(20))).isTrue();
    kill(killed.pid());
    load.join();
    killed.close();

    long last = acknowledged.get();
    assertThat(query(start(), "SELECT count(*) FROM row WHERE id <= " + last))
        .isEqualTo(Long.toString(last));
  }

  private static void insertUntilItFails(EmbeddedPostgres postgres, AtomicLong acknowledged) {
    try (Connection connection = connect(postgres);
        PreparedStatement insert = connection.prepareStatement("INSERT INTO row VALUES (?)")) {
      while (true) {
        insert.setLong(1, acknowledged.get() + 1);
        insert.executeUpdate();
        acknowledged.incrementAndGet();
      }
    } catch (SQLException killed) {
      // Meant to happen.
    }
  }

  @Test
  void startsItAgainAtTheSamePortWhenItIsKilled() throws Exception {
    EmbeddedPostgres postgres = start();
    long killed = postgres.pid();
    kill(killed);
    assertThat(Pause.until(() -> answers(postgres), Duration.ofSeconds(30))).isTrue();
    assertThat(postgres.pid()).isNotEqualTo(killed);
    assertThat(postgres.onExit()).isNotDone();

    kill(postgres.pid());
    postgres.onExit().get(10, TimeUnit.SECONDS);
    assertThat(answers(postgres)).isFalse();
  }

  /** Recovery takes as long as it takes; here each file that it asks an archive for takes 20 s. */
  @Test
  void isClosedWhileItRecovers() throws Exception {
    EmbeddedPostgres postgres = start();
    long killed = postgres.pid();
    Path data = directory().resolve("data");
    Files.writeString(
        data.resolve("postgresql.auto.conf"), "restore_command = 'sleep 20'\n", APPEND);
    Files.createFile(data.resolve("recovery.signal"));
    kill(killed);
    assertThat(Pause.until(() -> isRecovering(data, killed), Duration.ofSeconds(30))).isTrue();

    assertThat(CompletableFuture.runAsync(postgres::close)).succeedsWithin(Duration.ofSeconds(10));
    assertThat(PidFile.in(data)).doesNotExist();
  }

  private static boolean isRecovering(Path data, long killed) {
    try {
      return PidFile.read(data)
          .filter(file -> file.pid() != killed && file.status().equals("starting"))
          .isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(EmbeddedPostgres postgres) {
    try {
      return query(postgres, "SELECT 1").equals("1");
    } catch (SQLException e) {
      return false;
    }
  }

  @Test
  void adoptsTheServerOfAKilledProcess() throws Exception {
    Owner owner = Owner.of(directory());
    owner.kill();
    EmbeddedPostgres adopted = start();
    assertThat(adopted.pid()).isEqualTo(owner.postgres());
    assertThat(query(adopted, "SELECT 1")).isEqualTo("1");
    adopted.close();
    assertThat(PidFile.in(directory().resolve("data"))).doesNotExist();
    adopted.onExit().get(1, TimeUnit.SECONDS);
  }

  @Test
  void replacesARunningServerThatDoesNotLetItIn() throws Exception {
    Owner owner = Owner.of(directory());
    owner.kill();
    Files.delete(directory().resolve("password"));
    EmbeddedPostgres postgres = start();
    assertThat(postgres.pid()).isNotEqualTo(owner.postgres());
    assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
  }

  @Test
  void recoversWhenEverythingIsKilled() throws Exception {
    Owner owner = Owner.of(directory());
    owner.kill();
    kill(owner.postgres());
    assertThat(query(start(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  void waitsForASessionThatOutlivesItsKilledServer() throws Exception {
    EmbeddedPostgres killed = start();
    Thread busy =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    execute(killed, "SELECT count(*) FROM generate_series(1, 8000000)");
                  } catch (SQLException e) {
                    // The session may notice.
                  }
                });
    assertThat(Pause.until(() -> isBusy(killed), Duration.ofSeconds(20))).isTrue();
    kill(killed.pid());
    killed.close();
    assertThat(query(start(), "SELECT 1")).isEqualTo("1");
    busy.join();
    assertThat(Files.readString(directory().resolve("postgres.log"))).contains("is still in use");
  }

  private static boolean isBusy(EmbeddedPostgres postgres) {
    try {
      return query(
              postgres,
              "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM gen%'"
                  + " AND state = 'active'")
          .equals("1");
    } catch (SQLException e) {
      return false;
    }
  }

  @Test
  void startsACopyBesideTheRunningOriginal() throws Exception {
    EmbeddedPostgres original = start();
    execute(original, "CREATE TABLE note AS SELECT 'original' AS text");
    Path elsewhere = directory().resolveSibling("copy");
    run("cp", "-r", directory().toString(), elsewhere.toString());

    EmbeddedPostgres copy = start(elsewhere);
    execute(copy, "UPDATE note SET text = 'copy'");
    assertThat(copy.pid()).isNotEqualTo(original.pid());
    copy.close();
    assertThat(query(original, "SELECT text FROM note")).isEqualTo("original");
  }

  @Test
  void ignoresAPidFileOfAnotherLivingProcess() throws Exception {
    Path data = directory().resolve("data");
    Account account = Account.forDirectory(directory(), data);
    Process bystander = new ProcessBuilder(account.command(List.of("sleep", "60"))).start();
    try {
      Files.writeString(PidFile.in(data), bystander.pid() + "\n" + data + "\n0\n1\n\n\n\nready\n");
      EmbeddedPostgres postgres = start();
      assertThat(postgres.pid()).isNotEqualTo(bystander.pid());
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
      assertThat(bystander.isAlive()).isTrue();
    } finally {
      bystander.destroyForcibly();
    }
  }
}
