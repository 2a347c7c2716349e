package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vitrine.client.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server whose database and images are on one disk that gets full: a file system of its own,
 * which takes root to make.
 */
class FullDiskTest {
  private static final long MIB = 1 << 20;

  /** The reserve of the database is written some time after the start. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path disk = RunningServer.freshData();

  @BeforeEach
  void mount() throws Exception {
    Files.createDirectory(disk);
    assumeThat(
            run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=512m,nr_inodes=5000,mode=711",
                "none",
                disk.toString()))
        .isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
  }

  @Test
  void uploadsLeaveSpaceForTheDatabase() throws Exception {
    try (RunningServer server = RunningServer.startOn(data(), "--blobs.reserve=128MiB")) {
      Administrator admin = Administrator.of(server);
      String image = admin.createImage();

      assertThat(upload(admin, image, free() - 64 * MIB)).isEqualTo(413);
      assertThat(free()).isGreaterThan(128 * MIB);
      assertThat(admin.status(image)).isEqualTo("queued");

      assertThat(upload(admin, image, 16 * MIB)).isEqualTo(204);
      assertThat(server.output()).contains("blobs.reserve is 128 MiB");
    }
  }

  /** Something else fills the disk to its last byte. */
  @Test
  void theDatabaseGoesOnForAWhile() throws Exception {
    try (RunningServer server = RunningServer.startOn(data())) {
      Administrator admin = Administrator.of(server);
      String image = admin.createImage();
      long database = server.database().orElseThrow().pid();
      Path reserve = data().resolve("postgres").resolve("reserve");
      await(() -> Files.exists(reserve));

      Path filler = disk.resolve("filler");
      fill(filler);
      await(() -> server.output().contains("make space now"));

      assertThat(reserve).doesNotExist();
      for (int i = 0; i < 100; i++) {
        assertThat(admin.status(admin.createImage())).isEqualTo("queued");
      }
      assertThat(upload(admin, image, 1000)).isEqualTo(413);

      Files.delete(filler);
      await(() -> Files.exists(reserve));
      assertThat(upload(admin, image, 1000)).isEqualTo(204);
      assertThat(server.database().orElseThrow().pid()).isEqualTo(database);
    }
  }

  /**
   * The reserve is used up as well: PostgreSQL cannot write its log, and ends. Users get 503 until
   * there is space.
   */
  @Test
  void theDatabaseIsStartedAgainWhenThereIsSpace() throws Exception {
    try (RunningServer server = RunningServer.startOn(data())) {
      Administrator admin = Administrator.of(server);
      String image = admin.createImage();
      Path reserve = data().resolve("postgres").resolve("reserve");
      await(() -> Files.exists(reserve));
      Path filler = disk.resolve("filler");
      fill(filler);
      await(() -> server.output().contains("make space now"));
      Path more = disk.resolve("more");
      fill(more);
      writeLog(server);
      await(() -> server.output().contains("and it goes on"));

      Response answer = admin.get("/v2/images/" + image);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isEqualTo("1");

      Files.delete(more);
      await(() -> admin.get("/v2/images/" + image).status() == 200);
      assertThat(admin.status(admin.createImage())).isEqualTo("queued");
    }
  }

  /** There are bytes, but no file can be made. */
  @Test
  void soItIsWhenThereIsRoomForFiles() throws Exception {
    try (RunningServer server = RunningServer.startOn(data())) {
      Administrator admin = Administrator.of(server);
      String image = admin.createImage();
      Path others = Files.createDirectory(disk.resolve("others"));
      List<Path> made = makeFiles(others);

      assertThat(upload(admin, image, 1000)).isEqualTo(413);
      ProcessHandle database = server.database().orElseThrow();
      Files.delete(data().resolve("postgres").resolve("data").resolve("postmaster.pid"));
      made.add(Files.createFile(others.resolve("last"))); // in place of that one
      boolean _ = database.destroyForcibly();
      await(() -> server.output().contains("and it goes on"));
      assertThat(admin.get("/v2/images/" + image).status()).isEqualTo(503);

      for (Path one : made) {
        Files.delete(one);
      }
      await(() -> admin.get("/v2/images/" + image).status() == 200);
      assertThat(upload(admin, image, 1000)).isEqualTo(204);
    }
  }

  /** As many as the disk takes. */
  private static List<Path> makeFiles(Path folder) {
    List<Path> made = new ArrayList<>();
    try {
      while (true) {
        made.add(Files.createFile(folder.resolve(Integer.toString(made.size()))));
      }
    } catch (IOException full) {
      return made;
    }
  }

  /** Writes more of PostgreSQL's write-ahead log than the disk has space for, and nothing else. */
  private static void writeLog(RunningServer server) throws IOException {
    try {
      server.execute(
          """
          do $$ begin
            for i in 1..200 loop
              perform pg_logical_emit_message(false, 'test', repeat('x', 1000000));
            end loop;
          end $$
          """);
    } catch (SQLException ended) {
      // As intended.
    }
  }

  private Path data() {
    return disk.resolve("data");
  }

  private long free() throws IOException {
    return Files.getFileStore(disk).getUsableSpace();
  }

  private static int upload(Administrator admin, String image, long size) {
    HttpRequest request =
        admin
            .server()
            .request(
                "PUT",
                "/v2/images/" + image + "/file",
                BodyPublishers.ofByteArray(new byte[(int) size]))
            .header("Content-Type", "application/octet-stream")
            .build();
    return admin.server().client().send(request).status();
  }

  /** Takes what is free now. What the server gives up meanwhile is left to its database. */
  private void fill(Path file) throws IOException {
    byte[] piece = new byte[64 * 1024];
    long left = free();
    try (OutputStream out = Files.newOutputStream(file)) {
      for (; left > 0; left -= piece.length) {
        out.write(piece);
      }
    } catch (IOException full) {
      // As intended.
    }
  }

  /** A condition that may fail to be read. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    long since = System.nanoTime();
    while (!condition.holds()) {
      assertThat(System.nanoTime() - since).isLessThan(PATIENCE.toNanos());
      Thread.sleep(50);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}
