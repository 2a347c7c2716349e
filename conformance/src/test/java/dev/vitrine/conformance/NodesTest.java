package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes on one database. */
class NodesTest {
  private static final String[] SETTINGS = {"--sharing.members=any", "--sharing.max-members=-1"};
  private static final int JOBS = 1_000;
  private static final int CHANGES = Integer.getInteger("vitrine.nodes.changes", 1_000);
  private static final int AT_ONCE = 16;

  private static RunningServer first;

  /** Those of a test. */
  private final List<RunningServer> nodes = new ArrayList<>();

  @BeforeAll
  static void start() {
    first = RunningServer.up(SETTINGS);
  }

  @AfterAll
  static void stop() {
    first.close();
  }

  @AfterEach
  void noNodeHasFailedAtAnything() {
    nodes.add(first);
    assertThat(nodes).allSatisfy(node -> assertThat(node.output()).doesNotContain(" ERROR "));
  }

  private RunningServer second(Path data) throws IOException {
    Path postgres = first.data().resolve("postgres");
    RunningServer second =
        RunningServer.startOn(
            data,
            SETTINGS[0],
            SETTINGS[1],
            "--db=jdbc:postgresql://127.0.0.1:%s/vitrine".formatted(line(postgres, 3)),
            "--db.user=vitrine",
            "--db.password=" + Files.readString(postgres.resolve("password")).strip(),
            "--keys=" + first.data().resolve("keys"),
            "--blobs=" + first.data().resolve("blobs"));
    nodes.add(second);
    return second;
  }

  private static String line(Path postgres, int number) throws IOException {
    return Files.readAllLines(postgres.resolve("data/postmaster.pid"), UTF_8).get(number).strip();
  }

  @Test
  void ofManyJobsAtOnceNoneIsLostAndNoneIsDoubled() throws IOException {
    Path data = RunningServer.freshData();
    Administrator admin = Administrator.of(first);
    Batches here = new Batches(admin);
    List<String> images = here.images(20);
    try (RunningServer second = second(data)) {
      Batches there = new Batches(admin.at(second));

      List<String> jobs =
          together(
              i -> (i % 2 == 0 ? here : there).submit("POST", some(images, i), own(i), "key-" + i));

      assertThat(jobs).doesNotHaveDuplicates().hasSize(JOBS);
      // Whichever node is asked knows.
      assertThat(together(i -> (i % 2 == 0 ? there : here).ended(jobs.get(i)).toString()))
          .allMatch(job -> job.contains("\"status\":\"SUCCESS\""));
      for (String image : images) {
        assertThat(here.members(image))
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, JOBS)
                    .filter(i -> some(images, i).contains(image))
                    .mapToObj(i -> own(i).getFirst())
                    .toList());
      }
    } finally {
      RunningServer.delete(data.resolveSibling(""));
    }
  }

  /** When a node is killed, another node finishes its work. */
  @Test
  void aKilledNodesJobsAreTakenOver() throws IOException {
    Path data = RunningServer.freshData();
    Administrator admin = Administrator.of(first);
    Batches here = new Batches(admin);
    List<String> images = here.images(20);
    RunningServer second = second(data);
    try {
      Batches there = new Batches(admin.at(second));
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        List<String> members =
            IntStream.range(i * 100, i * 100 + 100).mapToObj(m -> "m" + m).toList();
        jobs.add(there.submit("POST", images, members, "killed-" + i));
      }
      second.kill();

      assertThat(jobs)
          .allSatisfy(
              job -> assertThat(here.ended(job).path("status").asText()).isEqualTo("SUCCESS"));
      assertThat(images).allSatisfy(image -> assertThat(here.members(image)).hasSize(2_000));
    } finally {
      second.kill();
      RunningServer.delete(data.resolveSibling(""));
    }
  }

  /** A change that one node has confirmed is visible to the next request on the other node. */
  @Test
  void whatOneNodeChangesHoldsOnTheOtherAtOnce() throws IOException {
    Path data = RunningServer.freshData();
    Customer alice = Customer.of(first, "alice");
    Customer bob = Customer.of(first, "bob");
    String guest = alice.hireWithToken("guest", "\"ims:images:list\"");
    String role = find(alice, "/v3/roles?name=member", "/roles/0/id");
    String guestId = find(alice, "/v3/users?name=guest", "/users/0/id");
    String image = alice.image();
    String members = "/v2/images/" + image + "/members";
    String grant = "/v3/projects/%s/users/%s/roles/%s".formatted(alice.project(), guestId, role);
    try (RunningServer second = second(data)) {
      for (int i = 0; i < CHANGES; i += 4) {
        String offer = "{\"member\": \"%s\"}".formatted(bob.project());
        answers(200, first, alice.token(), "POST", members, offer);
        answers(200, second, bob.token(), "GET", "/v2/images/" + image, null);
        answers(204, first, alice.token(), "DELETE", members + "/" + bob.project(), null);
        answers(404, second, bob.token(), "GET", "/v2/images/" + image, null);
        answers(204, first, alice.token(), "PUT", grant, null);
        answers(200, second, guest, "GET", members, null);
        answers(204, first, alice.token(), "DELETE", grant, null);
        answers(403, second, guest, "GET", members, null);
      }
    } finally {
      RunningServer.delete(data.resolveSibling(""));
    }
    System.out.printf("Two nodes: %d changes on one, none stale on the other%n", CHANGES);
  }

  private static String find(Customer customer, String path, String pointer) {
    return first.endpoint(customer.token()).call("GET", path, null).json().at(pointer).asText();
  }

  private static void answers(
      int status,
      RunningServer node,
      String token,
      String method,
      String path,
      @Nullable String body) {
    Response reply = node.endpoint(token).send(method, path, body);
    assertThat(reply.status()).as("%s %s: %s", method, path, reply).isEqualTo(status);
  }

  private static List<String> own(int job) {
    return List.of("member-of-job-" + job);
  }

  /** Three of the images, so that jobs meet. */
  private static List<String> some(List<String> images, int job) {
    int size = images.size();
    return List.of(
        images.get(job % size), images.get((job + 1) % size), images.get((job + 7) % size));
  }

  private static List<String> together(IntFunction<String> work) {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      return IntStream.range(0, JOBS)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i), threads))
          .toList()
          .stream()
          .map(CompletableFuture::join)
          .toList();
    }
  }
}
