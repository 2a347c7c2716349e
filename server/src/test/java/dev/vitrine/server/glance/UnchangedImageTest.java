package dev.vitrine.server.glance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A write that changes nothing leaves an image's time as it is; one that does, moves it. */
@NullMarked
class UnchangedImageTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String LONG_AGO = "2020-01-01T00:00:00Z";

  private final String alice = SERVER.token("alice");
  private String image = "";

  @BeforeEach
  void makeOne() {
    image =
        ok(
                "POST",
                "/v2/images",
                """
                {"name": "n", "disk_format": "raw", "container_format": "bare", "tags": ["t"],
                 "min_disk": 1, "custom": "v", "visibility": "private"}
                """)
            .json()
            .path("id")
            .asText();
    ok("PUT", "/v2/images/" + image + "/file", "bytes");
    SERVER.execute(
        "update image set updated_at = '%s' where image_id = '%s'".formatted(LONG_AGO, image));
  }

  private Response ok(String method, String path, @Nullable String body) {
    Response answer = SERVER.send(method, path, alice, body);
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
    return answer;
  }

  private String updatedAt() {
    return ok("GET", "/v2/images/" + image, null).json().path("updated_at").asText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | false",
        "[{\"op\": \"replace\", \"path\": \"/name\", \"value\": \"n\"}] | false",
        "[{\"op\": \"add\", \"path\": \"/custom\", \"value\": \"v\"}] | false",
        "[{\"op\": \"replace\", \"path\": \"/tags\", \"value\": [\"t\", \"t\"]}] | false",
        "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"private\"}] | false",
        "[{\"op\": \"add\", \"path\": \"/a\", \"value\": \"b\"}, {\"op\": \"remove\", \"path\": \"/a\"}] | false",
        "[{\"op\": \"replace\", \"path\": \"/name\", \"value\": \"m\"}] | true",
        "[{\"op\": \"remove\", \"path\": \"/custom\"}] | true",
      })
  void aPatchMovesTheTimeIfItChangesSomething(String patch, boolean moves) {
    for (String path : new String[] {"/v2/images/", "/v2/cloudimages/"}) {
      if (path.equals("/v2/cloudimages/") && (moves || patch.contains("visibility"))) {
        continue; // Changed already; or not to be changed there.
      }
      Response answer = SERVER.patch(path + image, alice, patch);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().path("updated_at").asText().equals(LONG_AGO)).isNotEqualTo(moves);
      assertThat(updatedAt().equals(LONG_AGO)).isNotEqualTo(moves);
    }
  }

  @Test
  void tagsAndActionsDoToo() {
    ok("PUT", "/v2/images/" + image + "/tags/t", null);
    ok("POST", "/v2/images/" + image + "/actions/reactivate", "");
    assertThat(updatedAt()).isEqualTo(LONG_AGO);
    assertThat(SERVER.send("DELETE", "/v2/images/" + image + "/tags/u", alice, null).status())
        .isEqualTo(404);
    assertThat(updatedAt()).isEqualTo(LONG_AGO);

    ok("POST", "/v2/images/" + image + "/actions/deactivate", "");
    assertThat(updatedAt()).isNotEqualTo(LONG_AGO);
    SERVER.execute(
        "update image set updated_at = '%s' where image_id = '%s'".formatted(LONG_AGO, image));
    ok("POST", "/v2/images/" + image + "/actions/deactivate", "");
    assertThat(updatedAt()).isEqualTo(LONG_AGO);
    ok("DELETE", "/v2/images/" + image + "/tags/t", null);
    assertThat(updatedAt()).isNotEqualTo(LONG_AGO);
  }
}
