package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.RequestTable;
import dev.vitrine.server.RequestTable.Row;
import dev.vitrine.server.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a project may own, in both protocols. */
@NullMarked
class QuotaTest {
  @RegisterExtension
  static final TestServer SERVER =
      new TestServer(List.of("--quota.images=3", "--quota.bytes=2MiB"));

  private static final RequestTable REQUESTS = new RequestTable(SERVER);

  /** Source, who, request, body, status, and a part of the answer. */
  private static final String ANSWERS =
      """
      # nothing yet
      ims.md 1.14 | alice | GET /v1/cloudimages/quota | | 200 | {"type":"image","used":0,"quota":3,"min":0,"max":3}
      ims.md 1.14 | alice | GET /v1/{alice}/cloudimages/quota | | 200 | {"type":"image","used":0,"quota":3,"min":0,"max":3}
      glance discovery.py | alice | GET /v2/info/usage | | 200 | {"usage":{"image_size_total":{"usage":0,"limit":2},"image_count_total":{"usage":0,"limit":3}}}
      # what somebody owns
      glance images.py | alice | POST /v2/images | {"name": "one"} | 201 | queued
      glance images.py | alice | POST /v2/images | {"name": "two", "visibility": "private"} | 201 | queued
      glance images.py | alice | POST /v2/images | {"name": "three", "visibility": "community"} | 201 | queued
      ims.md 1.14 | alice | GET /v1/cloudimages/quota | | 200 | {"type":"image","used":3,"quota":3,"min":0,"max":3}
      glance discovery.py | alice | GET /v2/info/usage | | 200 | "image_count_total":{"usage":3,"limit":3}
      quota/keystone.py | alice | POST /v2/images | {"name": "four"} | 413 | Project {alice} is over a limit for [Resource image_count_total is over limit of 3 due to current usage 3 and delta 1]
      # others have quotas of their own, cloud administrators as well
      ADR 41 | bob | POST /v2/images | {"name": "bobs"} | 201 | queued
      ADR 41 | bob | GET /v1/cloudimages/quota | | 200 | {"type":"image","used":1,"quota":3,"min":0,"max":3}
      ADR 41 | admin | POST /v2/images | {"name": "for alice", "owner": "{alice}"} | 413 | Project {alice} is over a limit
      ADR 41 | admin | POST /v2/images | {"name": "nobodys", "owner": null} | 201 | queued
      refuse, never ignore | alice | GET /v2/info/usage?project_id=1 | | 400 | project_id
      ADR 41 | admin | GET /v2/info/usage | | 200 | "image_count_total":{"usage":0,"limit":3}
      """;

  @BeforeAll
  static void logIn() {
    for (String who : List.of("alice", "bob", "admin")) {
      REQUESTS.logIn(who, SERVER.token(who));
    }
    for (String who : List.of("alice", "bob")) {
      REQUESTS.put(who, SERVER.demoProject(SERVER.token(who)));
    }
  }

  @AfterEach
  void clear() {
    SERVER.execute("truncate image cascade");
  }

  private static Stream<Row> answers() {
    return RequestTable.rows(ANSWERS);
  }

  /** The rows are one story. */
  @Test
  void answersAreAsTheProtocolsHaveThem() {
    answers().forEach(REQUESTS::play);
  }

  private static String image() {
    return made("alice", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}");
  }

  private static String made(String who, String body) {
    Response made = REQUESTS.send(who, "POST", "/v2/images", body);
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("id").asText();
  }

  private static String status(String image) {
    return REQUESTS
        .send("alice", "GET", "/v2/images/" + image, null)
        .json()
        .path("status")
        .asText();
  }

  private static Response put(String image, String where, String headers, String body) {
    return SERVER.exchange(
        new String(head(image, where, headers), US_ASCII), body.getBytes(US_ASCII));
  }

  private static byte[] head(String image, String where, String headers) {
    return """
    PUT /v2/images/%s/%s HTTP/1.1
    Host: %s
    X-Auth-Token: %s
    Content-Type: application/octet-stream
    %s
    Connection: close

    """
        .formatted(image, where, SERVER.host(), SERVER.token("alice"), headers)
        .replace("\n", "\r\n")
        .getBytes(US_ASCII);
  }

  private static Response put(String image, int size) {
    return put(image, "file", "Content-Length: " + size, "x".repeat(size));
  }

  /** No byte is asked for, so that the answer is the first line that the client reads. */
  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void bytesThatAreAnnouncedAsTooManyAreNotAskedFor(String where) throws IOException {
    String image = image();
    int files = SERVER.files().size();
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(SERVER.url()).getPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(head(image, where, "Content-Length: 2097153\nExpect: 100-continue"));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      assertThat(answer.readLine()).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
      assertThat(answer.lines().takeWhile(line -> !line.contains("remaining")))
          .as("what comes before the reason")
          .doesNotContain("HTTP/1.1 100 Continue");
    }
    assertThat(status(image)).isEqualTo("queued");
    assertThat(SERVER.files()).hasSize(files);
  }

  @Test
  void theReasonNamesTheSizeAndWhatRemains() {
    assertThat(put(image(), (2 << 20) + 1).body())
        .contains(
            "Image exceeds the storage quota: The size of the data 2097153 will exceed the limit."
                + " 2097152 bytes remaining.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void bytesThatTurnOutToBeTooManyLeaveNothing(String where) {
    String image = image();
    int files = SERVER.files().size();
    Response answer =
        put(
            image,
            where,
            "Transfer-Encoding: chunked",
            "200001\r\n" + "x".repeat((2 << 20) + 1) + "\r\n0\r\n\r\n");
    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(answer.body())
        .contains("The size of the data will exceed the limit. 2097152 bytes remaining.");
    assertThat(status(image)).isEqualTo("queued");
    assertThat(SERVER.files()).hasSize(files);
    assertThat(put(image, 2 << 20).status()).as("exactly as many as are allowed").isEqualTo(204);
  }

  @Test
  void stagedBytesCountAndAnImportAddsNone() {
    String staged = image();
    assertThat(put(staged, "stage", "Content-Length: 1572864", "x".repeat(1572864)).status())
        .isEqualTo(204);
    assertThat(put(image(), 1 << 20).status()).isEqualTo(413);
    assertThat(
            REQUESTS
                .send(
                    "alice",
                    "POST",
                    "/v2/images/" + staged + "/import",
                    "{\"method\": {\"name\": \"glance-direct\"}}")
                .status())
        .isEqualTo(202);
    assertThat(REQUESTS.send("alice", "GET", "/v2/info/usage", null).body())
        .contains("\"image_size_total\":{\"usage\":1,\"limit\":2}");
  }

  @Test
  void whatIsDeletedMakesRoom() {
    String first = image();
    assertThat(put(first, 2 << 20).status()).isEqualTo(204);
    String second = image();
    assertThat(put(second, 1).status()).isEqualTo(413);
    assertThat(REQUESTS.send("alice", "DELETE", "/v2/images/" + first, null).status())
        .isEqualTo(204);
    assertThat(put(second, 1).status()).isEqualTo(204);
  }

  @Test
  void anImageThatGetsAnOwnerNeedsRoomThere() {
    String image = made("bob", "{\"name\": \"bobs\"}");
    image();
    image();
    String third = image();
    assertThat(give(image).status()).isEqualTo(413);
    assertThat(REQUESTS.send("bob", "GET", "/v2/images/" + image, null).json().path("owner"))
        .hasToString('"' + REQUESTS.fill("{bob}") + '"');
    assertThat(REQUESTS.send("alice", "DELETE", "/v2/images/" + third, null).status())
        .isEqualTo(204);
    assertThat(give(image).status()).isEqualTo(200);
  }

  @Test
  void itsBytesNeedRoomThereToo() {
    assertThat(put(image(), 2 << 20).status()).isEqualTo(204);
    String image = made("bob", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    assertThat(
            SERVER.send("PUT", "/v2/images/" + image + "/file", SERVER.token("bob"), "a").status())
        .isEqualTo(204);
    assertThat(give(image).body())
        .contains("The size of the data 1 will exceed the limit. 0 bytes remaining.");
  }

  private static Response give(String image) {
    return SERVER.patch(
        "/v2/images/" + image,
        SERVER.token("admin"),
        REQUESTS.fill("[{\"op\": \"replace\", \"path\": \"/owner\", \"value\": \"{alice}\"}]"));
  }

  /** An image that somebody shares stays the owner's alone. */
  @Test
  void whatIsSharedWithAProjectIsNotItsOwn() {
    String offer = made("bob", "{\"name\": \"offer\"}");
    REQUESTS.send("bob", "POST", "/v2/images/" + offer + "/members", "{\"member\": \"{alice}\"}");
    assertThat(
            REQUESTS
                .send(
                    "alice",
                    "PUT",
                    "/v2/images/" + offer + "/members/{alice}",
                    "{\"status\": \"accepted\"}")
                .status())
        .isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      image();
    }
    assertThat(REQUESTS.send("alice", "GET", "/v1/cloudimages/quota", null).body())
        .contains("\"used\":3");
  }

  /** Ruling 17: an attribute of an image over the quota can still be changed. */
  @Test
  void aLoweredQuotaRemovesNothing() {
    String image = image();
    SERVER.execute(
        """
        insert into image (image_id, owner, status, visibility)
        select gen_random_uuid(), owner, 'queued', 'private' from image, generate_series(1, 3)
        """);
    assertThat(
            SERVER
                .patch(
                    "/v2/images/" + image,
                    SERVER.token("alice"),
                    "[{\"op\": \"replace\", \"path\": \"/name\", \"value\": \"new\"}]")
                .status())
        .isEqualTo(200);
    assertThat(REQUESTS.send("alice", "GET", "/v1/cloudimages/quota", null).body())
        .contains("\"used\":4,\"quota\":3");
    assertThat(REQUESTS.send("alice", "POST", "/v2/images", "{}").status()).isEqualTo(413);
  }
}
