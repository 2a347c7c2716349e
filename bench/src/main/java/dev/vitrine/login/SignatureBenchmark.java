package dev.vitrine.login;

import dev.vitrine.digest.Sha256;
import dev.vitrine.identity.AccessKeyId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Verifies signed requests, without the statement that reads the encrypted secret. The vendor's
 * client signed both requests (contract/ims.md 1.0.3).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SignatureBenchmark {
  private static final Instant NOW = Instant.parse("2026-11-24T02:56:00Z");
  private static final AccessKeyId KEY = new AccessKeyId("AKTEST");

  private final SecretCipher cipher = new SecretCipher(new KeyRing(Keys.random()));
  private final EncryptedSecret secret = cipher.encrypt(KEY, "SKTEST");
  private final EncryptedSecret wrongSecret = cipher.encrypt(KEY, "SKTESTx");
  private final byte[] none = {};
  private final byte[] body =
      "{\"images\":[\"d164b5df-1bc3-4c3f-893e-3e471fd16e64\"],\"projects\":[\"9c61004714024f9586705d090530f9fa\"]}"
          .getBytes(StandardCharsets.US_ASCII);
  private final SignedRequest list =
      signed(
          "GET",
          "/v2/cloudimages",
          Map.of(
              "visibility", List.of("shared"),
              "tag", List.of("a=b c"),
              "member_status", List.of("pending"),
              "created_at", List.of("lt:2018-10-28T10:00:00Z"),
              "__imagetype", List.of("shared")),
          "da052eb42a42efae30cf46658d7e49e07284693ba0ad4d93dae2c269666f5e7e");
  private final SignedRequest batch =
      signed(
          "POST",
          "/v1/cloudimages/members",
          Map.of(),
          "c9d761424ad614679fa527e22608fe336e2711866d36bb6f824c65c0163b0374");

  @Setup
  public void check() {
    if (!list()
        || !batch()
        || isGenuine(list, none, wrongSecret)
        || isGenuine(batch, none, secret)) {
      throw new IllegalStateException("not verified");
    }
  }

  /** A query of five filters. */
  @Benchmark
  public boolean list() {
    return isGenuine(list, none, secret);
  }

  /** No query, and a body of 99 bytes. */
  @Benchmark
  public boolean batch() {
    return isGenuine(batch, body, secret);
  }

  private boolean isGenuine(SignedRequest request, byte[] body, EncryptedSecret secret) {
    RequestSignature signature = RequestSignature.read(request, NOW, Set.of());
    return signature.isMadeWith(cipher.decrypt(signature.accessKey(), secret), Sha256.hex(body));
  }

  private static SignedRequest signed(
      String method, String path, Map<String, List<String>> query, String signature) {
    Map<String, List<String>> headers =
        Map.of(
            "host", List.of("127.0.0.1:18080"),
            "user-agent", List.of("huaweicloud-usdk-java/3.0"),
            "x-sdk-date", List.of("20261124T025535Z"),
            "x-project-id", List.of("0123456789abcdef0123456789abcdef"),
            "authorization",
                List.of(
                    "SDK-HMAC-SHA256 Access=AKTEST,"
                        + " SignedHeaders=host;user-agent;x-project-id;x-sdk-date, Signature="
                        + signature));
    return new SignedRequest(method, path, query, name -> headers.getOrDefault(name, List.of()));
  }
}
