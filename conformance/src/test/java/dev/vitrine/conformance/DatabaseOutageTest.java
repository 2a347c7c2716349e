package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node that loses its database connections and reconnects. */
class DatabaseOutageTest {
  private static final String UNAVAILABLE = "The service is unavailable for the moment; try again.";

  /** A path, and the body of a 503 there in the protocol's own shape. */
  private record Row(String path, String body) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("/v2/images", "503 Service Unavailable"),
          new Row("/v2/cloudimages", "\"code\":\"APIGW.0202\""),
          new Row("/v3/projects", "\"title\":\"Service Unavailable\""),
          new Row("/v3.0/OS-CREDENTIAL/credentials", "\"error_code\":\"APIGW.0202\""));

  @Test
  void allAnswer503AndItIsWellAgainAfterwards() throws Exception {
    Path data = RunningServer.freshData();
    try (RunningServer first = RunningServer.up();
        Relay relay = new Relay(Integer.parseInt(postmaster(first, 3)));
        RunningServer node =
            RunningServer.startOn(
                data,
                "--db=jdbc:postgresql://127.0.0.1:%d/vitrine".formatted(relay.port()),
                "--db.user=vitrine",
                "--db.password="
                    + Files.readString(first.data().resolve("postgres/password")).strip(),
                "--keys=" + first.data().resolve("keys"),
                "--blobs=" + first.data().resolve("blobs"))) {
      Administrator admin = Administrator.of(first).at(node);
      assertThat(statuses(admin)).containsOnly(200);

      relay.cut();

      Stream<CompletableFuture<Response>> replies =
          ROWS.stream().map(row -> CompletableFuture.supplyAsync(() -> get(admin, row)));
      List<Response> answers = replies.toList().stream().map(CompletableFuture::join).toList();
      for (int i = 0; i < ROWS.size(); i++) {
        Response answer = answers.get(i);
        assertThat(answer.status()).as("%s: %s", ROWS.get(i), answer).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.body()).contains(ROWS.get(i).body()).contains(UNAVAILABLE);
      }
      assertThat(node.output()).contains(" WARN ").doesNotContain("\tat ", " ERROR ");

      relay.restore();

      assertThat(statuses(admin)).containsOnly(200);
    }
    RunningServer.delete(data.resolveSibling(""));
  }

  private static List<Integer> statuses(Administrator admin) {
    return ROWS.stream().map(row -> get(admin, row).status()).toList();
  }

  private static Response get(Administrator admin, Row row) {
    return admin.get(row.path());
  }

  private static String postmaster(RunningServer server, int line) throws Exception {
    Path file = server.data().resolve("postgres/data/postmaster.pid");
    return Files.readAllLines(file, UTF_8).get(line).strip();
  }
}
