package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.server.SignedDraft.Signer;
import dev.vitrine.server.WholeServer.Answer;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of an image, signed: they are hashed as they arrive (ruling 23). */
@NullMarked
class SignedUploadTest {
  @RegisterExtension static final WholeServer SERVER = new WholeServer();

  private static final byte[] BYTES = new byte[3 * 1024 * 1024 + 1];

  private static String token = "";
  private static Signer key = new Signer("", "");

  @BeforeAll
  static void keyAndBytes() {
    new Random(1).nextBytes(BYTES);
    token = SERVER.token("alice");
    JsonNode user = SERVER.send("GET", "/v3/users?name=alice", token, null).json().at("/users/0");
    key = AccessKeyTest.create(SERVER, token, user.path("id").asText());
  }

  private static String image() {
    Answer answer =
        SERVER.send(
            "POST",
            "/v2/images",
            token,
            "{\"name\": \"i\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    assertThat(answer.status()).isEqualTo(201);
    return answer.json().path("id").asText();
  }

  private static SignedDraft upload(String image, String where) {
    return new SignedDraft("PUT", "/v2/images/" + image + "/" + where, SERVER.host())
        .header("Content-Type", "application/octet-stream")
        .body(BYTES);
  }

  private static JsonNode shown(String image) {
    return SERVER.send("GET", "/v2/images/" + image, token, null).json();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void bytesOfTheHashThatWasSaidAreStored(String where) {
    String image = image();
    Answer answer =
        upload(image, where)
            .header("X-Sdk-Content-Sha256", SignedDraft.sha256(BYTES))
            .chunked()
            .sign(key)
            .send(SERVER);
    assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    assertThat(shown(image).path("status").asText())
        .isEqualTo(where.equals("file") ? "active" : "uploading");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void bytesOfAnotherHashLeaveNothing(String where) {
    String image = image();
    int files = SERVER.files().size();
    SignedDraft draft =
        upload(image, where).header("X-Sdk-Content-Sha256", SignedDraft.sha256(BYTES)).sign(key);
    byte[] changed = BYTES.clone();
    changed[changed.length - 1] ^= 1;
    Answer answer = draft.body(changed).send(SERVER);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().path("error_code").asText()).isEqualTo("APIGW.0301");
    assertThat(shown(image).path("status").asText()).isEqualTo("queued");
    assertThat(SERVER.files()).hasSize(files);
    assertThat(draft.body(BYTES).send(SERVER).status()).isEqualTo(204);
  }

  @Test
  void bytesNeedNoHashIfThatIsSigned() {
    String image = image();
    SignedDraft draft =
        upload(image, "file").header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD").sign(key);
    assertThat(draft.send(SERVER).status()).isEqualTo(204);
    assertThat(shown(image).path("size").asLong()).isEqualTo(BYTES.length);
  }

  /** Without a word on the body, the signature could be judged at its end only. */
  @Test
  void bytesThatNothingIsSaidOfAreRefusedBeforeTheyAreRead() {
    String image = image();
    int files = SERVER.files().size();
    Answer answer = upload(image, "file").sign(key).send(SERVER);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().path("error_code").asText()).isEqualTo("APIGW.0301");
    assertThat(shown(image).path("status").asText()).isEqualTo("queued");
    assertThat(SERVER.files()).hasSize(files);
  }

  @Test
  void aWrongSecretLearnsNothingOfTheImage() {
    for (String image : new String[] {image(), "none"}) {
      Answer answer =
          upload(image, "file")
              .header("X-Sdk-Content-Sha256", SignedDraft.sha256(BYTES))
              .sign(new Signer(key.access(), "wrong"))
              .send(SERVER);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().path("error_code").asText()).isEqualTo("APIGW.0301");
    }
  }
}
