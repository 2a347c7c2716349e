package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.SignedDraft.Signer;
import dev.vitrine.server.iam.AccessKeyTest;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
  @RegisterExtension static final TestServer SERVER = new TestServer();

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
    Response answer =
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
    Response answer =
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
    Response answer = draft.body(changed).send(SERVER);
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

  /** The hash is part of what is signed, and nowhere else: tools that know nothing of uploads. */
  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void bytesWhoseHashIsInTheSignatureOnlyAreStored(String where) {
    for (boolean isChunked : new boolean[] {false, true}) {
      String image = image();
      int files = SERVER.files().size();
      SignedDraft draft = upload(image, where);
      if (isChunked) {
        draft.chunked();
      }
      Response answer = draft.sign(key).send(SERVER);
      assertThat(answer.status()).as(answer.body()).isEqualTo(204);
      assertThat(shown(image).path("status").asText())
          .isEqualTo(where.equals("file") ? "active" : "uploading");
      assertThat(SERVER.files()).hasSize(files + 1);
      if (where.equals("file")) {
        assertThat(shown(image).path("os_hash_value").asText()).isEqualTo(sha512(BYTES));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void otherBytesThanThoseOfTheSignatureLeaveNothing(String where) {
    String image = image();
    int files = SERVER.files().size();
    SignedDraft draft = upload(image, where).sign(key);
    byte[] changed = BYTES.clone();
    changed[0] ^= 1;
    Response answer = draft.body(changed).send(SERVER);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().path("error_code").asText()).isEqualTo("APIGW.0301");
    assertThat(shown(image).path("status").asText()).isEqualTo("queued");
    assertThat(SERVER.files()).hasSize(files);
    assertThat(draft.body(BYTES).send(SERVER).status()).isEqualTo(204);
  }

  /** Whoever keeps beginning such uploads, with any signature, stops those of no other key. */
  @Test
  void oneSenderLeavesTurnsForOthers() throws Exception {
    String user =
        SERVER.send("GET", "/v3/users?name=alice", token, null).json().at("/users/0/id").asText();
    Signer another = AccessKeyTest.create(SERVER, token, user);
    String image = image();
    String time =
        DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
            .format(ZonedDateTime.now(ZoneOffset.UTC));
    String begun =
        """
        PUT /v2/images/%s/file HTTP/1.1\r
        Host: %s\r
        Content-Type: application/octet-stream\r
        Content-Length: 1000\r
        X-Sdk-Date: %s\r
        Authorization: SDK-HMAC-SHA256 Access=%s, SignedHeaders=x-sdk-date, Signature=00\r
        \r
        """
            .formatted(image, SERVER.host(), time, key.access());
    URI at = URI.create("http://" + SERVER.host());
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket(at.getHost(), at.getPort());
        held.add(socket);
        socket.getOutputStream().write(begun.getBytes(US_ASCII));
      }
      await(429, key);
      assertThat(upload(image(), "file").sign(another).send(SERVER).status()).isEqualTo(204);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
    await(204, key);
  }

  private static void await(int status, Signer key) throws InterruptedException {
    for (int tries = 0;
        upload(image(), "file").sign(key).send(SERVER).status() != status;
        tries++) {
      assertThat(tries).as("tries for %d", status).isLessThan(100);
      Thread.sleep(50);
    }
  }

  /** The vendor's bound of a signed request: 12 MiB (contract/ims.md 1.0.1). */
  @Test
  void beyondTwelveMebibytesTheHashMustBeSaid() {
    byte[] most = new byte[12 * 1024 * 1024];
    byte[] tooMany = new byte[most.length + 1];
    String image = image();
    for (boolean isChunked : new boolean[] {false, true}) {
      SignedDraft draft = upload(image, "file").body(tooMany);
      if (isChunked) {
        draft.chunked();
      }
      Response answer = draft.sign(key).send(SERVER);
      assertThat(answer.status()).as(answer.body()).isEqualTo(413);
      assertThat(answer.body()).contains("X-Sdk-Content-Sha256");
      assertThat(shown(image).path("status").asText()).isEqualTo("queued");
    }
    assertThat(upload(image, "file").body(most).sign(key).send(SERVER).status()).isEqualTo(204);
    Response said =
        upload(image(), "file")
            .body(tooMany)
            .header("X-Sdk-Content-Sha256", SignedDraft.sha256(tooMany))
            .sign(key)
            .send(SERVER);
    assertThat(said.status()).isEqualTo(204);
  }

  @Test
  void aWrongSecretLearnsNothingOfTheImage() {
    for (String image : new String[] {image(), "none"}) {
      for (boolean isSaid : new boolean[] {true, false}) {
        SignedDraft draft = upload(image, "file");
        if (isSaid) {
          draft.header("X-Sdk-Content-Sha256", SignedDraft.sha256(BYTES));
        }
        Response answer = draft.sign(new Signer(key.access(), "wrong")).send(SERVER);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("error_code").asText()).isEqualTo("APIGW.0301");
      }
    }
  }

  private static String sha512(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
