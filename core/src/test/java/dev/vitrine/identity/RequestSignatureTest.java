package dev.vitrine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures captured from the vendor's own client (contract/ims.md 1.0.3, "Test vectors"). */
class RequestSignatureTest {
  private static final String SECRET = "SKTEST";
  private static final String PROJECT = "0123456789abcdef0123456789abcdef";

  /** A request as that client sent it; {@code query} in an order of its own. */
  record Vector(
      String method,
      String path,
      Map<String, List<String>> query,
      String body,
      boolean inProject,
      String date,
      String signature) {

    RequestSignature read() {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      headers.put("Host", "127.0.0.1:18080");
      // Whoever passes headers on may leave spaces around a value.
      headers.put("User-Agent", " huaweicloud-usdk-java/3.0 ");
      headers.put("X-Sdk-Date", date);
      if (inProject) {
        headers.put("X-Project-Id", PROJECT);
      }
      headers.put(
          "Authorization",
          "SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=host;user-agent;%sx-sdk-date, Signature=%s"
              .formatted(inProject ? "x-project-id;" : "", signature));
      return RequestSignature.read(
          new SignedRequest(
              method, path, query, name -> Stream.ofNullable(headers.get(name)).toList()),
          Instant.parse("2026-11-24T02:56:00Z"));
    }

    String payloadHash() {
      return RequestSignature.sha256(body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static Stream<Vector> vectors() {
    Map<String, List<String>> filters = new LinkedHashMap<>();
    filters.put("visibility", List.of("shared"));
    filters.put("tag", List.of("a=b c"));
    filters.put("member_status", List.of("pending"));
    filters.put("created_at", List.of("lt:2018-10-28T10:00:00Z"));
    filters.put("__imagetype", List.of("shared"));
    return Stream.of(
        new Vector(
            "GET",
            "/v3/projects",
            Map.of("name", List.of("cn-north-4")),
            "",
            false,
            "20261124T025534Z",
            "0452bf00518420286c114c5d1429f92a77f8123dad21ad522dec1f8befa3401f"),
        new Vector(
            "POST",
            "/v1/cloudimages/members",
            Map.of(),
            "{\"images\":[\"d164b5df-1bc3-4c3f-893e-3e471fd16e64\"],"
                + "\"projects\":[\"9c61004714024f9586705d090530f9fa\"]}",
            true,
            "20261124T025535Z",
            "c9d761424ad614679fa527e22608fe336e2711866d36bb6f824c65c0163b0374"),
        new Vector(
            "DELETE",
            "/v1/cloudimages/members",
            Map.of(),
            "{\"images\":[\"a\"],\"projects\":[\"b\"]}",
            true,
            "20261124T025535Z",
            "e771f454e68a545924289d29aa246ce315c22a7efcdc7c8c3f83623b76e5ec32"),
        new Vector(
            "GET",
            "/v2/cloudimages",
            filters,
            "",
            true,
            "20261124T025535Z",
            "da052eb42a42efae30cf46658d7e49e07284693ba0ad4d93dae2c269666f5e7e"),
        new Vector(
            "GET",
            "/",
            Map.of(),
            "",
            true,
            "20261124T025536Z",
            "78e8871b3d717ec0bc64650cda7edf61e5733ce2a2bc7b11450c3b5e57a367a8"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void whatTheVendorsClientSignsIsGenuine(Vector vector) {
    RequestSignature signature = vector.read();
    assertThat(signature.isMadeWith(SECRET, vector.payloadHash())).isTrue();
    assertThat(signature.isMadeWith(SECRET + "x", vector.payloadHash())).isFalse();
    assertThat(signature.isMadeWith(SECRET, RequestSignature.UNSIGNED_PAYLOAD)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void itSaysWhichKeyAndWhichScopeItIsFor(Vector vector) {
    assertThat(vector.read().accessKey()).isEqualTo(new AccessKeyId("AKTEST"));
    assertThat(vector.read().scope())
        .isEqualTo(
            vector.inProject()
                ? new Caller.Scope.InProject(new ProjectId(PROJECT))
                : new Caller.Scope.Unscoped());
  }

  @Test
  void aSecretIsOfUseForItsOwnKeyOnly() {
    SecretCipher cipher = new SecretCipher(Keys.random());
    AccessKeyId id = new AccessKeyId("ONE");
    EncryptedSecret encrypted = cipher.encrypt(id, SECRET);
    assertThat(cipher.decrypt(id, encrypted)).isEqualTo(SECRET);
    assertThat(new String(encrypted.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    assertThat(cipher.encrypt(id, SECRET).bytes()).isNotEqualTo(encrypted.bytes());
    assertThat(
            Stream.of(new SecretCipher(Keys.random()), cipher)
                .map(
                    other -> {
                      try {
                        return other.decrypt(new AccessKeyId("TWO"), encrypted);
                      } catch (IllegalStateException refused) {
                        return "refused";
                      }
                    }))
        .containsExactly("refused", "refused");
  }
}
