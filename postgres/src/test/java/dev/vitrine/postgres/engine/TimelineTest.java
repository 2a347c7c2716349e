package dev.vitrine.postgres.engine;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.engine.Database.Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A primary that was replaced is noticed. {@code promoted} is a copy of {@code old} that has ended
 * a recovery, as a standby that is promoted does: it is on the next timeline. {@code old} runs
 * beside it, as a deposed primary that was woken up.
 */
@NullMarked
class TimelineTest {
  @TempDir static Path folder;

  private static EmbeddedPostgres old = none();
  private static EmbeddedPostgres promoted = none();
  private static EmbeddedPostgres standby = none();

  @SuppressWarnings("NullAway") // set before all tests
  private static EmbeddedPostgres none() {
    return null;
  }

  @BeforeAll
  static void start() throws Exception {
    Files.setPosixFilePermissions(folder, fromString("rwxr-xr-x"));
    EmbeddedPostgres.start(folder.resolve("old")).close();
    promoted = EmbeddedPostgres.start(copy("promoted", "recovery.signal"));
    standby = EmbeddedPostgres.start(copy("standby", "standby.signal"));
    old = EmbeddedPostgres.start(folder.resolve("old"));
  }

  /** A server that recovers first; there is no log to recover from. */
  private static Path copy(String name, String signal) throws Exception {
    Path copy = folder.resolve(name);
    Process cp =
        new ProcessBuilder("cp", "-a", folder.resolve("old").toString(), copy.toString())
            .inheritIO()
            .start();
    assertThat(cp.waitFor()).isZero();
    Path data = copy.resolve("data");
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "restore_command = 'false'\n",
        StandardOpenOption.APPEND);
    Files.createFile(data.resolve(signal));
    return copy;
  }

  @AfterAll
  static void stop() {
    old.close();
    promoted.close();
    standby.close();
  }

  private static Address address(EmbeddedPostgres postgres) {
    return new Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  private static Connection connect(EmbeddedPostgres postgres, Timeline timeline)
      throws SQLException {
    return new Connections(address(postgres), timeline).getConnection();
  }

  @Test
  void aPrimaryIsUsedAsLongAsNoneHasReplacedIt() throws Exception {
    Timeline timeline = new Timeline();

    for (int i = 0; i < 2; i++) {
      connect(old, timeline).close();
      assertThat(timeline.newest()).isEqualTo(1);
    }
    connect(promoted, timeline).close();
    assertThat(timeline.newest()).isEqualTo(2);
  }

  @Test
  void aPrimaryThatWasReplacedIsRefused() throws Exception {
    Timeline timeline = new Timeline();
    connect(promoted, timeline).close();

    assertThatThrownBy(() -> connect(old, timeline))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessage("it is on timeline 1, and timeline 2 has begun");
    assertThat(timeline.newest()).isEqualTo(2);
  }

  @Test
  void aStandbyIsRefused() throws Exception {
    Timeline timeline = new Timeline();
    connect(old, timeline).close();

    assertThatThrownBy(() -> connect(standby, timeline))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessage("it is a standby");
  }

  /** They lead to the primary that was replaced. */
  @Test
  void connectionsFromBeforeThePromotionAreBrokenOff() throws Exception {
    Timeline timeline = new Timeline();
    connect(old, timeline).close();
    CountDownLatch brokenOff = new CountDownLatch(1);
    CircuitBreaker.Pool pool =
        new CircuitBreaker.Pool() {
          @Override
          public boolean isEmpty() {
            return false;
          }

          @Override
          public void requireConnection() {}

          @Override
          public void breakOff() {
            brokenOff.countDown();
          }
        };
    try (CircuitBreaker _ = new CircuitBreaker(address(old), timeline, pool)) {
      assertThat(brokenOff.await(2, TimeUnit.SECONDS)).isFalse();

      connect(promoted, timeline).close();

      assertThat(brokenOff.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
