package dev.vitrine.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.digest.Sha256;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.RequestSignature.Required;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
          Instant.parse("2026-11-24T02:56:00Z"),
          Set.of());
    }

    String payloadHash() {
      return Sha256.hex(body.getBytes(StandardCharsets.UTF_8));
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

  /**
   * A request as the official SDK for Go signs it (huaweicloud-sdk-go-v3, core/auth/signer: the
   * requests and signatures of its own tests): nothing but the date is signed.
   */
  record GoVector(String method, String query, String body, String authorization) {
    RequestSignature read(String authorization, Map<String, String> more, Required... required) {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      headers.put("Host", "example.huaweicloud.com");
      headers.put("X-Sdk-Date", "20060102T150405Z");
      headers.put("Authorization", authorization);
      headers.putAll(more);
      String[] pair = query.split("=", -1);
      return RequestSignature.read(
          new SignedRequest(
              method,
              "/path",
              Map.of(pair[0], List.of(pair[1])),
              name -> Stream.ofNullable(headers.get(name)).toList()),
          Instant.parse("2006-01-02T15:10:00Z"),
          Set.of(required));
    }

    boolean isGenuine(String authorization, String secret) {
      return read(authorization, Map.of())
          .isMadeWith(secret, Sha256.hex(body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static final GoVector PLAIN =
      new GoVector(
          "GET",
          "limit=1",
          "",
          "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date,"
              + " Signature=5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624");

  static Stream<GoVector> goVectors() {
    String body = "{\"Name\":\"test\",\"Id\":1}\n";
    return Stream.of(
        PLAIN,
        new GoVector(
            "POST",
            "key=value",
            body,
            "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date,"
                + " Signature=cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59"),
        new GoVector(
            "GET",
            "limit=1",
            "",
            "V11-HMAC-SHA256 Credential=AccessKey/20060102/test-region-1/demo,"
                + " SignedHeaders=x-sdk-date,"
                + " Signature=8fd3610508884bb19718317797c7378716a94bc740d97502e569322e366341cc"),
        new GoVector(
            "POST",
            "key=value",
            body,
            "V11-HMAC-SHA256 Credential=AccessKey/20060102/test-region-1/demo,"
                + " SignedHeaders=x-sdk-date,"
                + " Signature=4112f88b92d82dd1e1b7dd142f1e99e4f1762c42ca8fe0968b3045120870a903"));
  }

  @ParameterizedTest
  @MethodSource("goVectors")
  void whatTheSdkForGoSignsIsGenuine(GoVector vector) {
    assertThat(vector.isGenuine(vector.authorization(), "SecretKey")).isTrue();
    assertThat(vector.isGenuine(vector.authorization(), "secretKey")).isFalse();
    assertThat(vector.read(vector.authorization(), Map.of()).accessKey())
        .isEqualTo(new AccessKeyId("AccessKey"));
  }

  /** The scope is part of what is signed: another one is not genuine. */
  @Test
  void theScopeOfASignatureIsSigned() {
    GoVector derived = goVectors().toList().get(2);
    assertThat(derived.isGenuine(derived.authorization().replace("demo", "demos"), "SecretKey"))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SDK-HMAC-SHA256 Credential=AccessKey/20060102/r/s",
        "SDK-HMAC-SHA256 Credential=AccessKey/20060102/r/s/sdk_requests",
        "SDK-HMAC-SHA256 Credential=AccessKey/20060103/r/s/sdk_request",
        "SDK-HMAC-SHA256 Credential=AccessKey/2006010/r/s/sdk_request",
        "SDK-HMAC-SHA256 Credential=AccessKey/20060102/r/s/t/sdk_request",
        "SDK-HMAC-SHA256 Credential=/20060102/r/s/sdk_request",
        "V11-HMAC-SHA256 Credential=AccessKey/20060102/r/s/sdk_request",
        "V11-HMAC-SHA256 Access=AccessKey",
        "SDK-HMAC-SM3 Access=AccessKey",
        "SDK-ECDSA-P256-SHA256 Access=AccessKey",
        "SDK-SM2-SM3 Access=AccessKey",
        "AWS4-HMAC-SHA256 Credential=AccessKey/20060102/r/s/aws4_request",
        ""
      })
  void whatIsNoneOfTheThreeFormsIsRefused(String form) {
    String authorization = form + ", SignedHeaders=x-sdk-date, Signature=0";
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> PLAIN.read(authorization, Map.of()))
        .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(new Refusal.BadSignature()));
  }

  /** {@code signature.require}: for operators whose clients all sign them. */
  @Test
  void whatIsRequiredMustBeSignedToo() {
    Map<String, String> project = Map.of("X-Project-Id", PROJECT);
    Map<String, String> domain = Map.of("X-Domain-Id", "d");
    String authorization = PLAIN.authorization();
    assertThat(PLAIN.read(authorization, project).scope())
        .isEqualTo(new Caller.Scope.InProject(new ProjectId(PROJECT)));
    assertThat(PLAIN.read(authorization, Map.of(), Required.PROJECT).scope())
        .isEqualTo(new Caller.Scope.Unscoped());
    for (Executable refused :
        List.<Executable>of(
            () -> PLAIN.read(authorization, Map.of(), Required.HOST),
            () -> PLAIN.read(authorization, project, Required.PROJECT),
            () -> PLAIN.read(authorization, domain, Required.PROJECT))) {
      assertThatExceptionOfType(Refused.class).isThrownBy(refused::execute);
    }
    String signsThem = authorization.replace("SignedHeaders=", "SignedHeaders=host;x-project-id;");
    assertThat(PLAIN.read(signsThem, project, Required.HOST, Required.PROJECT).scope())
        .isEqualTo(new Caller.Scope.InProject(new ProjectId(PROJECT)));
  }

  @Test
  void aSecurityTokenIsNoLoginTokenAndNamesItsOwnKey() {
    KeyRing ring = new KeyRing(Keys.random());
    InstantSource clock = InstantSource.system();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Caller source =
        new Caller(
            new UserId("u"),
            new Caller.Scope.InProject(new ProjectId(PROJECT)),
            "audit",
            now,
            now.plusSeconds(3600),
            List.of("password"));
    SecurityTokens tokens = new SecurityTokens(ring, clock);
    SecurityTokens.Key key = tokens.issue(source, now.plusSeconds(900));
    assertThat(key.id().value()).matches("HST[0-9A-F]{17}");
    assertThat(key.secret()).matches("[0-9a-f]{40}");
    assertThat(tokens.read(key.securityToken())).isEqualTo(key);
    assertThat(key.source().expiresAt()).isEqualTo(now.plusSeconds(900));
    assertThat(key.toString()).doesNotContain(key.secret());
    assertThat(tokens.read(new Tokens(ring, clock).issue(source))).isNull();
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> new Tokens(ring, clock).verify(key.securityToken()));
    assertThat(new SecurityTokens(new KeyRing(Keys.random()), clock).read(key.securityToken()))
        .isNull();
    assertThat(tokens.read(tokens.issue(source, now).securityToken())).isNull();
  }

  @Test
  void aSecretIsOfUseForItsOwnKeyOnly() {
    SecretCipher cipher = new SecretCipher(new KeyRing(Keys.random()));
    AccessKeyId id = new AccessKeyId("ONE");
    EncryptedSecret encrypted = cipher.encrypt(id, SECRET);
    assertThat(cipher.decrypt(id, encrypted)).isEqualTo(SECRET);
    assertThat(new String(encrypted.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    assertThat(cipher.encrypt(id, SECRET).bytes()).isNotEqualTo(encrypted.bytes());
    assertThat(
            Stream.of(new SecretCipher(new KeyRing(Keys.random())), cipher)
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
