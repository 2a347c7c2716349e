package dev.vitrine.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Signatures by Standard Webhooks. */
class WebhookSignatureTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  /** The test vector of the specification's reference libraries ({@code sign function works}). */
  @Test
  void theyAreThoseOfTheSpecification() {
    assertThat(sign(SECRET)).isEqualTo(SIGNATURE);
  }

  /** Standard Webhooks: "a space delimited list of signatures", for the rotation of secrets. */
  @Test
  void eachSecretSigns() {
    String other = WebhookSignature.newSecret();

    assertThat(sign(other, SECRET)).isEqualTo(sign(other) + " " + SIGNATURE);
    assertThat(sign(other)).isNotEqualTo(SIGNATURE);
  }

  /** Standard Webhooks: 24 to 64 random bytes in Base64 after {@code whsec_}. */
  @Test
  void aSecretIsOfTheFormThatReceiversExpect() {
    String secret = WebhookSignature.newSecret();

    assertThat(secret).startsWith("whsec_").isNotEqualTo(WebhookSignature.newSecret());
    assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
  }

  private static String sign(String... secrets) {
    return WebhookSignature.of(
        List.of(secrets),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        "{\"test\": 2432232314}".getBytes(UTF_8));
  }
}
