package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as two users meet it: the packaged program, each command a process. */
class CommandLineTest {
  private static final Path JAR = Path.of("..", "cli", "target", "vitrine-cli.jar");
  private static final int BYTES = 3_000_000;
  private static RunningServer server;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    server = RunningServer.up("--webhooks.allow=127.0.0.1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anImageIsSharedAcceptedDownloadedAndTakenBack() throws Exception {
    byte[] disk = new byte[BYTES];
    new Random(17).nextBytes(disk);
    Files.write(directory.resolve("disk.raw"), disk);
    String bob = run("bob", "login", "-f", "value", "-c", "project_id").strip();
    String image =
        run("alice", "image", "upload", "disk.raw", "--name", "镜像", "-f", "value", "-c", "id")
            .strip();

    assertThat(run("alice", "share", "镜像", "--with", bob, "--dry-run", "-f", "value"))
        .isEqualTo("%s %s success \n".formatted(image, bob));
    assertThat(run("alice", "share", "镜像", "--with", bob, "--dry-run"))
        .startsWith("Image ID ")
        .doesNotContain("Reason");
    assertThat(run("bob", "inbox", "--json")).isEqualTo("[ ]\n");
    assertThat(run("alice", "share", "镜像", "--with", bob, "--wait", "-f", "value", "-c", "status"))
        .isEqualTo("success\n");
    assertThat(run("bob", "inbox", "-f", "csv", "-c", "id", "-c", "name", "-c", "member_status"))
        .isEqualTo("id,name,member_status\n%s,镜像,pending\n".formatted(image));
    assertThat(run("bob", "accept", "镜像", "-f", "value", "-c", "status")).isEqualTo("success\n");
    assertThat(run("alice", "access", image, "-f", "value", "-c", "status"))
        .isEqualTo("owner\naccepted\n");
    String before =
        run("alice", "history", "镜像", "--kind", "image.activated", "-f", "value", "-c", "at")
            .strip();
    assertThat(run("alice", "access", image, "--as-of", before, "-f", "value", "-c", "status"))
        .isEqualTo("owner\n");
    assertThat(run("bob", "access", "-f", "value", "-c", "image", "-c", "relation"))
        .isEqualTo("镜像 member\n");
    String alice = run("alice", "login", "-f", "value", "-c", "project_id").strip();
    String[] offers = {
      "history",
      "--kind",
      "offer.accepted,offer.created",
      "-f",
      "value",
      "-c",
      "kind",
      "-c",
      "image",
      "-c",
      "by"
    };
    assertThat(run("bob", offers))
        .isEqualTo("offer.accepted 镜像 bob\noffer.created 镜像 %s\n".formatted(alice));

    // A download that was interrupted, and one whose beginning is of something else.
    Files.write(directory.resolve("got.part"), Arrays.copyOf(disk, 1_000_000));
    run("bob", "image", "download", "镜像", "--file", "got");
    assertThat(directory.resolve("got")).hasBinaryContent(disk);
    Files.write(directory.resolve("other.part"), new byte[1000]);
    run("bob", "image", "download", "镜像", "--file", "other");
    assertThat(directory.resolve("other")).hasBinaryContent(disk);
    assertThat(directory.resolve("other.part")).doesNotExist();

    assertThat(run("bob", "why", "bob", "delete", "镜像"))
        .contains("✗ You: “Delete an image” is not allowed", "✗ Only the owner of the image");

    run("alice", "unshare", "镜像", "--with", bob, "--wait");
    assertThat(refused(3, "bob", "image", "show", image)).contains(image);
    run("alice", "image", "delete", "镜像");
    assertThat(run("alice", "history", image, "--limit", "2", "-f", "value", "-c", "kind"))
        .isEqualTo("image.deleted\noffer.withdrawn\n");
    assertThat(run("alice", "image", "list", "--mine", "-f", "value")).isEmpty();
  }

  @Test
  void allOffersAreAcceptedButThoseThatCannotBe() throws Exception {
    Files.writeString(directory.resolve("f"), "x");
    String alice = run("alice", "login", "-f", "value", "-c", "project_id").strip();
    List<String> images = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      images.add(
          run("admin", "image", "upload", "f", "--name", name, "-f", "value", "-c", "id").strip());
    }
    run("admin", "share", "a", "b", "c", "--with", alice, "--wait");
    String deactivate = "/v2/images/%s/actions/deactivate".formatted(images.get(1));
    new Endpoint(new Client(), server.url(), server.signIn("admin").token())
        .call("POST", deactivate, null);

    Ended some =
        execute("alice", "accept", "--all", "-f", "value", "-c", "status", "-c", "error_code");
    assertThat(some.code()).as(some.err()).isEqualTo(1);
    assertThat(some.out()).isEqualTo("success \nfailed IMG.0046\nsuccess \n");
    assertThat(refused(1, "alice", "accept", "b")).contains(images.get(1));
    assertThat(run("alice", "inbox", "-f", "value", "-c", "name")).isEqualTo("b\n");
    assertThat(run("alice", "reject", "--all", "-f", "value", "-c", "status"))
        .isEqualTo("success\n");

    for (String image : images) {
      run("admin", "image", "delete", image);
    }
  }

  @Test
  void aRefusalSaysWhyAndWhatToDoNext() throws Exception {
    Files.writeString(directory.resolve("f"), "x");
    assertThat(refused(4, "alice", "image", "upload", "f", "--visibility", "public"))
        .contains("vitrine why --refusal ");
    assertThat(refused(3, "alice", "image", "show", "nothing"))
        .contains("There is no image nothing", "vitrine image list");
    assertThat(refused(2, "nobody", "login")).contains("There is no cloud nobody");
  }

  @Test
  void anAmbiguousNameIsRefusedWithTheCandidates() throws Exception {
    Files.writeString(directory.resolve("f"), "x");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ids.add(run("alice", "image", "upload", "f", "--name", "twin", "-f", "value", "-c", "id"));
    }

    assertThat(refused(2, "alice", "image", "delete", "twin"))
        .contains(ids.stream().map(String::strip).toList());
    assertThat(run("alice", "image", "list", "--name", "twin", "-f", "value").lines()).hasSize(2);
  }

  @Test
  void aProgramIsToldOfAnOfferAndWhatItMissedIsSentAgain() throws Exception {
    Files.writeString(directory.resolve("f"), "x");
    run("admin", "image", "upload", "f", "--name", "told", "-f", "value");
    String project = run("alice", "login", "-f", "value", "-c", "project_id").strip();
    try (WebhookReceiver receiver = new WebhookReceiver()) {
      String url = receiver.url("cli");
      String kinds = "offer.created,offer.withdrawn";
      String[] create = {"webhook", "create", url, "--kinds", kinds, "--description", "told"};
      Ended made = execute("alice", with(create, "-f", "value", "-c", "id", "-c", "secret"));
      assertThat(made.code()).as(made.err()).isZero();
      assertThat(made.out()).matches("[0-9a-f]{32}\nwhsec_\\S{44}\n");
      assertThat(made.err()).contains("it cannot be shown again");
      String webhook = made.out().lines().findFirst().orElseThrow();
      assertThat(run("alice", "webhook", "list", "-f", "value", "-c", "url", "-c", "enabled"))
          .isEqualTo(url + " true\n");
      assertThat(
              run(
                  "alice",
                  "webhook",
                  "test",
                  url,
                  "-f",
                  "value",
                  "-c",
                  "delivered",
                  "-c",
                  "status"))
          .isEqualTo("true\n204\n");

      receiver.answer(500);
      run("admin", "share", "told", "--with", project, "--wait");
      String[] deliveries = {"webhook", "deliveries", webhook, "-f", "value"};
      await(
          deliveries, "offer.created told pending 500\n", "kind", "image", "status", "last_status");
      assertThat(execute("alice", "webhook", "test", webhook).code()).isEqualTo(1);
      run("alice", "webhook", "update", webhook, "--disable");
      await(deliveries, "offer.created parked\n", "kind", "status");
      assertThat(
              run(
                  "alice", "webhook", "show", webhook, "-f", "value", "-c", "enabled", "-c",
                  "parked"))
          .isEqualTo("false\n1\n");
      String delivery = run("alice", with(deliveries, "-c", "id")).strip();
      assertThat(refused(1, "alice", "webhook", "retry", webhook, delivery))
          .contains("vitrine webhook update " + webhook + " --enable");

      receiver.answer(200);
      run("alice", "webhook", "update", webhook, "--enable", "--kinds", "all");
      run("alice", "webhook", "retry", webhook, delivery);
      await(deliveries, "delivered 200\n", "status", "last_status");
      run("admin", "unshare", "told", "--with", project, "--wait");
      await(deliveries, "offer.withdrawn\noffer.created\n", "kind");
      assertThat(run("alice", "webhook", "replay", webhook, "--since", "1h", "-f", "value"))
          .isEqualTo("2\n");
      assertThat(run("alice", "webhook", "rotate", "told", "-f", "value", "-c", "secret"))
          .startsWith("whsec_")
          .isNotEqualTo(made.out().lines().skip(1).findFirst().orElseThrow() + "\n");
      run("alice", "webhook", "delete", "told");
      assertThat(refused(3, "alice", "webhook", "show", "told")).contains("vitrine webhook list");
    }
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
  }

  /** Runs a command of alice's until these columns of it are as expected. */
  private void await(String[] command, String expected, String... columns) {
    String[] options = Stream.of(columns).flatMap(c -> Stream.of("-c", c)).toArray(String[]::new);
    String last = "";
    for (int i = 0; i < 30 && !last.equals(expected); i++) {
      last = run("alice", with(command, options));
    }
    assertThat(last).isEqualTo(expected);
  }

  private String run(String cloud, String... arguments) {
    Ended ended = execute(cloud, arguments);
    assertThat(ended.code()).as("%s: %s", List.of(arguments), ended.err()).isZero();
    return ended.out();
  }

  private String refused(int code, String cloud, String... arguments) {
    Ended ended = execute(cloud, arguments);
    assertThat(ended.code()).as("%s: %s", List.of(arguments), ended.err()).isEqualTo(code);
    assertThat(ended.out()).isEmpty();
    return ended.err();
  }

  private record Ended(int code, String out, String err) {}

  private Ended execute(String cloud, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toAbsolutePath().toString(),
                "--os-cloud",
                cloud));
    command.addAll(List.of(arguments));
    try {
      Path err = Files.createTempFile(directory, "err", "");
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("OS_"));
      builder.environment().put("OS_CLIENT_CONFIG_FILE", server.clouds().toString());
      // As the launcher does, so that arguments are read as they are.
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Ended(process.waitFor(), out, Files.readString(err));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
