package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code keys rotate} and {@code keys list}, of two nodes that serve meanwhile. */
class KeysTest {
  private final Path folder = RunningServer.freshData().resolveSibling("");

  @AfterEach
  void remove() {
    RunningServer.delete(folder);
  }

  @Test
  void keysAreReplacedUnderTwoNodesAndNobodyIsLoggedOut() throws Exception {
    Path data = RunningServer.freshData();
    Path backups = folder.resolve("backups");
    Path restored = folder.resolve("restored");
    Administrator old;
    Administrator fresh;
    try (RunningServer first = RunningServer.start();
        RunningServer second = beside(first, data)) {
      old = Administrator.of(first);
      assertThat(generation(old)).isZero();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      AtomicBoolean ended = new AtomicBoolean();
      List<Thread> clients =
          List.of(
              client(first, first, second, old, failures, ended),
              client(first, second, first, old, failures, ended));

      RunningServer.Ended rotated = keys("rotate", first);
      assertThat(rotated.code()).as(rotated.output()).isZero();
      assertThat(rotated.output()).contains("Keys of generation 1 are made.");
      assertThat(keys("list", first).output())
          .contains("signs (of the file)")
          .contains("signs from");
      RunningServer.Ended again = keys("rotate", first);
      assertThat(again.code()).isEqualTo(1);
      assertThat(again.output()).contains("rotate again after that");

      // Both have looked by then; the rest of the minute passes at once.
      Thread.sleep(6_000);
      first.execute(
          "update key_generation set signs_from = clock_timestamp() where generation = 1");
      fresh = logIn(second, first);
      while (generation(fresh) == 0 || generation(logIn(first, first)) == 0) {
        Thread.sleep(100);
        fresh = logIn(second, first);
      }
      ended.set(true);
      for (Thread client : clients) {
        client.join();
      }
      assertThat(failures).isEmpty();
      assertThat(keys("list", first).output()).contains("verifies until").contains("  signs\n");
      assertThat(RunningServer.run("backup", "" + backups, "--data", "" + first.data()).code())
          .isZero();
    } finally {
      RunningServer.delete(data.resolveSibling(""));
    }

    assertThat(RunningServer.run("restore", "" + backups, "--data", "" + restored).code()).isZero();
    try (RunningServer server = RunningServer.startOn(restored)) {
      assertThat(old.at(server).get("/v2/images").status()).isEqualTo(200);
      assertThat(fresh.at(server).get("/v2/images").status()).isEqualTo(200);
      server.kill();
    }
    // Killed before the time of the next keys, and started after it.
    RunningServer.Ended rotated = RunningServer.run("keys", "rotate", "--data", "" + restored);
    assertThat(rotated.code()).as(rotated.output()).isZero();
    try (RunningServer server = RunningServer.startOn(restored)) {
      server.execute(
          "update key_generation set signs_from = clock_timestamp() where generation = 2");
      server.kill();
    }
    try (RunningServer server = RunningServer.startOn(restored)) {
      assertThat(generation(Administrator.of(server))).isEqualTo(2);
      assertThat(old.at(server).get("/v2/images").status()).isEqualTo(200);
      assertThat(fresh.at(server).get("/v2/images").status()).isEqualTo(200);
    }
  }

  /** Logs in at one node and uses the token at the other, with an older one beside it. */
  private static Thread client(
      RunningServer first,
      RunningServer here,
      RunningServer there,
      Administrator old,
      Queue<String> failures,
      AtomicBoolean ended) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (!ended.get()) {
                Administrator now = logIn(here, first);
                for (Administrator one : List.of(now, now.at(there), old.at(here), old.at(there))) {
                  int status = one.get("/v2/images").status();
                  if (status != 200) {
                    failures.add("%d for generation %d".formatted(status, generation(one)));
                  }
                }
              }
            });
  }

  /** A login at a node; the first one's clouds.yaml has the password. */
  private static Administrator logIn(RunningServer node, RunningServer first) {
    Login login =
        new Login(
            URI.create(node.url() + "/identity/v3"),
            first.adminUser(),
            first.adminPassword(),
            "Default",
            first.adminProject());
    return new Administrator(node.endpoint(RunningServer.CLIENT.signIn(login).token()));
  }

  /** The first byte of a token is its format; format 2 has the generation of keys after it. */
  private static int generation(Administrator admin) {
    ByteBuffer token = ByteBuffer.wrap(Base64.getUrlDecoder().decode(admin.server().token()));
    return token.get(0) == 1 ? 0 : token.getInt(1);
  }

  private static RunningServer.Ended keys(String command, RunningServer server) {
    return RunningServer.run("keys", command, "--data", server.data().toString());
  }

  private static RunningServer beside(RunningServer first, Path data) throws IOException {
    return RunningServer.startOn(
        data,
        "--db=" + first.databaseUrl(),
        "--db.user=vitrine",
        "--db.password=" + first.databasePassword(),
        "--keys=" + first.data().resolve("keys"),
        "--blobs=" + first.data().resolve("blobs"));
  }
}
