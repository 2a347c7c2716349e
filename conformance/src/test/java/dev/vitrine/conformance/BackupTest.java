package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator's commands: backup, restore, verify, a new password. */
class BackupTest {
  private final Path folder = RunningServer.freshData().resolveSibling("");
  private final Path backups = folder.resolve("backups");
  private final Path restored = folder.resolve("restored");

  @AfterEach
  void remove() {
    RunningServer.delete(folder);
  }

  @Test
  void whatWasAcknowledgedBeforeABackupUnderLoadIsThereAfterwards() throws Exception {
    Map<String, String> before = new HashMap<>();
    Map<String, String> later = new ConcurrentHashMap<>();
    Administrator admin;
    try (RunningServer server = RunningServer.start()) {
      admin = Administrator.of(server);
      for (int i = 0; i < 20; i++) {
        before.put(upload(admin, "before " + i), "before " + i);
      }
      AtomicBoolean ended = new AtomicBoolean();
      Thread load = Thread.ofVirtual().start(() -> change(admin, later, ended));
      RunningServer.Ended backup = backup(server);
      ended.set(true);
      load.join();

      assertThat(backup.code()).as(backup.output()).isZero();
      assertThat(later).isNotEmpty();
    }
    RunningServer.Ended restore =
        RunningServer.run("restore", "" + backups, "--data", "" + restored);
    assertThat(restore.code()).as(restore.output()).isZero();

    RunningServer.Ended verify = RunningServer.run("verify", "--data", "" + restored);
    assertThat(verify.output()).contains(" 0 missing or damaged");
    try (RunningServer server = RunningServer.startOn(restored)) {
      Administrator same = admin.at(server);
      before.forEach((image, text) -> assertThat(same.download(image)).isEqualTo(text));
      // One instant: of the images that came one after the other, it has the first ones.
      List<Integer> statuses =
          later.keySet().stream().map(image -> same.get("/v2/images/" + image).status()).toList();
      assertThat(statuses).allMatch(status -> status == 200 || status == 404);
      later.forEach(
          (image, text) -> {
            if (same.get("/v2/images/" + image).status() == 200
                && same.status(image).equals("active")) {
              assertThat(same.download(image)).isEqualTo(text);
            }
          });
    }
  }

  /** Uploads images, and deletes every second one at once. */
  private static void change(
      Administrator admin, Map<String, String> uploaded, AtomicBoolean ended) {
    for (int i = 0; !ended.get(); i++) {
      String text = "later " + i;
      uploaded.put(upload(admin, text), text);
      String gone = upload(admin, "gone " + i);
      assertThat(admin.server().send("DELETE", "/v2/images/" + gone, null).status()).isEqualTo(204);
    }
  }

  @Test
  void theNextBackupCopiesWhatIsNewAndForgetsWhatIsDeleted() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      Administrator admin = Administrator.of(server);
      String first = upload(admin, "first");
      upload(admin, "second");
      assertThat(backup(server).code()).isZero();
      Map<Path, Object> copied = blobs();
      assertThat(copied).hasSize(2);

      admin.server().send("DELETE", "/v2/images/" + first, null);
      upload(admin, "third");
      assertThat(backup(server).code()).isZero();

      Map<Path, Object> now = blobs();
      assertThat(now).hasSize(2);
      assertThat(now.entrySet()).filteredOn(copied.entrySet()::contains).hasSize(1);
      try (Stream<Path> snapshots = Files.list(backups)) {
        assertThat(snapshots.filter(file -> file.toString().contains("snapshot-"))).hasSize(1);
      }
    }
  }

  @Test
  void aDamagedCopyOfAnEarlierBackupIsCopiedAgain() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      upload(Administrator.of(server), "content");
      assertThat(backup(server).code()).isZero();
      Path copy = blobs().keySet().iterator().next();
      Files.writeString(copy, "Content");

      assertThat(backup(server, "--quick").code()).isZero();
      assertThat(copy).hasContent("Content");

      RunningServer.Ended backup = backup(server);
      assertThat(backup.code()).isZero();
      assertThat(backup.output()).contains(copy + " is damaged; copying it again");
      assertThat(copy).hasContent("content");
    }
  }

  @Test
  void onlyItsOwnerReadsABackup() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      assertThat(backup(server).code()).isZero();
    }
    try (Stream<Path> all = Files.walk(backups)) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void ofTwoCommandsOnAStoppedServerTheSecondIsRefused() throws Exception {
    Path data = RunningServer.startedData();
    RunningServer.startOn(data).close();
    Process first = RunningServer.execute(List.of("verify", "--data", "" + data));
    while (!Files.exists(data.resolve("lock.command"))) {
      Thread.sleep(1);
    }
    signal(first, "STOP");
    RunningServer.Ended second = RunningServer.run("verify", "--data", "" + data);
    signal(first, "CONT");

    assertThat(second.code()).isEqualTo(1);
    assertThat(second.output())
        .contains("Another command (process %d) is at work on %s".formatted(first.pid(), data));
    assertThat(first.waitFor()).isZero();
    RunningServer.delete(data.resolveSibling(""));
  }

  private static void signal(Process process, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor())
        .isZero();
  }

  /** Each with its inode. */
  private Map<Path, Object> blobs() throws IOException {
    Map<Path, Object> found = new HashMap<>();
    try (Stream<Path> all = Files.walk(backups.resolve("store"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        found.put(file, Files.getAttribute(file, "unix:ino"));
      }
    }
    return found;
  }

  @Test
  void aBackupThatWasCutShortCannotBeRestoredAndTheNextOneCan() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      upload(Administrator.of(server), "content");
      Process cut = RunningServer.execute(backupOf(server));
      while (!Files.isDirectory(backups) || filesIn(backups) < 100) {
        Thread.sleep(1);
      }
      cut.destroyForcibly().waitFor();

      RunningServer.Ended refused =
          RunningServer.run("restore", "" + backups, "--data", "" + restored);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.output()).contains("no complete backup").doesNotContain("\tat ");
      assertThat(restored).doesNotExist();

      assertThat(backup(server).code()).isZero();
      assertThat(RunningServer.run("restore", "" + backups, "--data", "" + restored).code())
          .isZero();
    }
  }

  private static long filesIn(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.count();
    } catch (IOException | UncheckedIOException changing) {
      return 0;
    }
  }

  @Test
  void aRestoreRefusesADirectoryThatIsNotEmptyAndABackupThatChanged() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      upload(Administrator.of(server), "content");
      assertThat(backup(server).code()).isZero();
      RunningServer.Ended full =
          RunningServer.run("restore", "" + backups, "--data", "" + server.data());
      assertThat(full.code()).isEqualTo(1);
      assertThat(full.output()).contains("is not empty");
    }
    Path blob = blobs().keySet().iterator().next();
    Files.writeString(blob, "Content");

    RunningServer.Ended damaged =
        RunningServer.run("restore", "" + backups, "--data", "" + restored);
    assertThat(damaged.code()).isEqualTo(1);
    assertThat(damaged.output()).contains(blob + " is damaged");
    RunningServer start = RunningServer.launch(restored);
    assertThat(start.exitCode()).isEqualTo(1);
    assertThat(start.output()).contains("did not finish");
  }

  @Test
  void itDoesNotBackUpIntoAFolderOfSomethingElse() throws Exception {
    Files.createDirectories(backups);
    Files.writeString(backups.resolve("note"), "mine");
    try (RunningServer server = RunningServer.start()) {
      RunningServer.Ended refused = backup(server);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.output()).contains("is not empty, and contains no backup");
    }
  }

  @Test
  void verifyFindsMissingAndDamagedBlobsAndBlobsWithoutAnImage() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      Administrator admin = Administrator.of(server);
      String missing = upload(admin, "missing");
      String damaged = upload(admin, "damaged");
      String well = upload(admin, "well");
      Path store = server.data().resolve("blobs/store");
      Files.delete(withText(store, "missing"));
      Files.writeString(withText(store, "damaged"), "Damaged");
      Path group = Files.createDirectories(store.resolve("ff/ff"));
      Path orphan = Files.writeString(group.resolve("ffff" + "0".repeat(28)), "orphan");
      Files.setLastModifiedTime(orphan, FileTime.fromMillis(0));
      Path young = Files.writeString(group.resolve("ffff" + "1".repeat(28)), "orphan");
      Path stray = Files.writeString(store.resolve("x"), "stray");

      RunningServer.Ended found = RunningServer.run("verify", "--data", "" + server.data());
      assertThat(found.code()).isEqualTo(4);
      assertThat(found.output())
          .contains(
              missing,
              damaged,
              "" + orphan,
              stray + " is no blob",
              "2 missing or damaged, 1 blobs without an image, 1 other files")
          .doesNotContain(well, "" + young);
      assertThat(admin.status(missing)).isEqualTo("active");

      assertThat(RunningServer.run("verify", "--repair", "--data", "" + server.data()).code())
          .isEqualTo(4);
      assertThat(admin.status(missing)).isEqualTo("deactivated");
      assertThat(admin.status(damaged)).isEqualTo("deactivated");
      JsonNode last =
          admin.get("/vitrine/v1/images/" + missing + "/history").json().at("/events/0");
      assertThat(last.path("kind").asText()).isEqualTo("image.deactivated");
      assertThat(last.path("request_id").asText()).isEqualTo("verify");
      assertThat(admin.status(well)).isEqualTo("active");
      assertThat(orphan).doesNotExist();
      assertThat(young).exists();
      assertThat(stray).exists();
    }
  }

  private static Path withText(Path store, String text) throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.UTF_8).equals(text)) {
          return file;
        }
      }
    }
    throw new AssertionError(text);
  }

  @Test
  void aNewPasswordEndsTheTokensAndIsInTheFileOfClouds() throws Exception {
    Path data = RunningServer.startedData();
    try (RunningServer server = RunningServer.startOn(data)) {
      Administrator admin = Administrator.of(server);
      String old = server.adminPassword();
      String cheap = "pbkdf2-sha512$" + RunningServer.CHEAP_HASHES + "$";
      assertThat(hashes(server)).isNotEmpty().allMatch(hash -> hash.startsWith(cheap));
      List<String> before = hashes(server);

      RunningServer.Ended reset = RunningServer.run("admin", "reset-password", "--data", "" + data);

      assertThat(hashes(server))
          .as("password.iterations")
          .isNotEqualTo(before)
          .allMatch(hash -> hash.startsWith(cheap));

      assertThat(reset.code()).as(reset.output()).isZero();
      assertThat(server.adminPassword()).isNotEqualTo(old);
      assertThat(reset.output()).contains(server.adminPassword());
      assertThat(admin.get("/v2/images").status()).isEqualTo(401);
      Administrator again = Administrator.of(server);
      assertThat(again.get("/v2/images").status()).isEqualTo(200);
      assertThat(again.get("/vitrine/v1/history?kind=user.password_changed&limit=1").body())
          .contains("\"user_id\":null", "\"request_id\":\"reset-password\"");
    }
    assertThat(RunningServer.run("admin", "reset-password", "--data", "" + data).code()).isZero();
    try (RunningServer server = RunningServer.startOn(data)) {
      assertThat(Administrator.of(server).get("/v2/images").status()).isEqualTo(200);
    }
    RunningServer.delete(data.resolveSibling(""));
  }

  private static List<String> hashes(RunningServer server) {
    return server.query(
        "select password_hash from user_account where password_hash is not null order by user_id",
        row -> row.getString(1));
  }

  @Test
  void aPasswordThatCannotBePrintedIsNotSet() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      String password = server.adminPassword();

      assertThat(RunningServer.runUnheard("admin", "reset-password", "--data=" + server.data()))
          .isEqualTo(1);
      assertThat(server.adminPassword()).isEqualTo(password);
      assertThat(Administrator.of(server).get("/v2/images").status()).isEqualTo(200);
      assertThat(RunningServer.runUnheard("verify", "--data=" + server.data())).isEqualTo(1);
    }
  }

  @Test
  void aUserIsNamedLikeASetting() throws Exception {
    try (RunningServer server = RunningServer.up()) {
      String password = server.cloud("bob", "password");

      RunningServer.Ended reset =
          RunningServer.run(
              "admin", "reset-password", "--user=bob", "--domain=bob", "--data=" + server.data());

      assertThat(reset.code()).as(reset.output()).isZero();
      assertThat(server.cloud("bob", "password")).isNotEqualTo(password);
    }
  }

  @Test
  void aPasswordForOneUseMustBeChangedBeforeTheLogin() throws Exception {
    Path data = RunningServer.freshData();
    try (RunningServer server = RunningServer.startOn(data, "--admin.must-change=true")) {
      changeFirst(server);
      RunningServer.Ended reset =
          RunningServer.run(
              "admin", "reset-password", "--admin.must-change=true", "--data", "" + data);
      assertThat(reset.code()).as(reset.output()).isZero();
      assertThat(reset.output()).contains("It must change this password before it logs in");
      changeFirst(server);
    }
    RunningServer.delete(data.resolveSibling(""));
  }

  /** What docs/operators/secrets.md says: the refusal names the user, whose id is all it takes. */
  private static void changeFirst(RunningServer server) {
    String login =
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "admin", "domain": {"name": "Default"}, "password": "%s"}}}}}
        """;
    Endpoint anybody = server.endpoint(null);
    String first = server.adminPassword();
    Response refused = anybody.send("POST", "/v3/auth/tokens", login.formatted(first));
    assertThat(refused.status()).isEqualTo(401);
    String user = refused.body().replaceAll("(?s).*changed for user: (\\w+)\\..*", "$1");
    String fresh = "a password of one's own";
    Response changed =
        anybody.send(
            "POST",
            "/v3/users/" + user + "/password",
            "{\"user\": {\"original_password\": \"%s\", \"password\": \"%s\"}}"
                .formatted(first, fresh));
    assertThat(changed.status()).as(changed.body()).isEqualTo(204);
    assertThat(anybody.send("POST", "/v3/auth/tokens", login.formatted(fresh)).status())
        .isEqualTo(201);
  }

  private static String upload(Administrator admin, String text) {
    String image = admin.createImage();
    admin.upload(image, text);
    return image;
  }

  private RunningServer.Ended backup(RunningServer server, String... options) {
    List<String> arguments = new ArrayList<>(backupOf(server));
    arguments.addAll(List.of(options));
    return RunningServer.run(arguments.toArray(String[]::new));
  }

  private List<String> backupOf(RunningServer server) {
    return List.of("backup", backups.toString(), "--data", server.data().toString());
  }
}
