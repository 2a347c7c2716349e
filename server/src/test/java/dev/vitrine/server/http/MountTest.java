package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two OpenStack services below names of their own, as DevStack has them. */
class MountTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static String url() {
    return "http://" + SERVER.host();
  }

  @ParameterizedTest
  @CsvSource({
    "/image, 300, /image/v2/, 17",
    "/image/, 300, /image/v2/, 17",
    "/image/versions, 200, /image/v2/, 17",
    "/image/nothing, 300, /image/v2/, 17",
    "/image/v3/auth/tokens, 300, /image/v2/, 17",
    "/versions, 200, /v2/, 17",
    "/, 300, /v2/, 18",
    "/imagery, 300, /v2/, 17"
  })
  void eachListLeadsBackUnderItsOwnName(String path, int status, String href, int versions) {
    Response answer = SERVER.send("GET", path, null, null);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("versions")).hasSize(versions);
    assertThat(answer.json().at("/versions/0/links/0/href").asText()).isEqualTo(url() + href);
  }

  /** A client that was told this address alone finds where to log in. */
  @Test
  void theRootListLeadsToIdentityToo() {
    var last = SERVER.send("GET", "/", null, null).json().path("versions").path(17);
    assertThat(last.path("id").asText()).isEqualTo("v3.14");
    assertThat(last.at("/links/0/href").asText()).isEqualTo(url() + "/identity/v3/");
  }

  /** golangsdk, NewIMSV1 and NewIMSV2: the catalogue's endpoint of type image, and a version. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/cloudimages?__imagetype=private",
        "/v1/cloudimages/quota",
        "/v1/cloudimages/nothing",
        "/v2/cloudimages/nothing/here"
      })
  void imsIsServedAtTheEndpointOfImages(String path) {
    String alice = SERVER.token("alice");
    Response atRoot = SERVER.send("GET", path, alice, null);
    Response below = SERVER.send("GET", "/image" + path, alice, null);
    assertThat(below.status()).isEqualTo(atRoot.status()).isIn(200, 404);
    assertThat(below.json().path("error_code")).isEqualTo(atRoot.json().path("error_code"));
    assertThat(SERVER.send("POST", "/image/v1/cloudimages/members", alice, "{}").body())
        .contains("IMG.0001");
  }

  @Test
  void anImageIsFoundWhereItWasMade() {
    String alice = SERVER.token("alice");
    Response made = SERVER.send("POST", "/image/v2/images", alice, "{\"name\": \"below\"}");
    assertThat(made.status()).isEqualTo(201);
    String location = Objects.requireNonNull(made.header("location"));
    assertThat(location).startsWith(url() + "/image/v2/images/");
    assertThat(SERVER.send("GET", location.substring(url().length()), alice, null).status())
        .isEqualTo(200);
    assertThat(SERVER.send("GET", "/image/v2/images", null, null).status()).isEqualTo(401);
    assertThat(SERVER.send("DELETE", "/image/v2/images", alice, null).status()).isEqualTo(405);
  }

  @Test
  void aServicesTokenBesideTheUsersMustStand() {
    String alice = SERVER.token("alice");
    String header = "X-Service-Token: %s\r\n";
    String images = "/image/v2/images";
    assertThat(SERVER.send("GET", images, alice, null, header.formatted(alice)).status())
        .isEqualTo(200);
    assertThat(SERVER.send("GET", images, alice, null, header.formatted("none")).status())
        .isEqualTo(401);
    assertThat(SERVER.send("GET", images, "none", null, header.formatted(alice)).status())
        .isEqualTo(401);
  }
}
