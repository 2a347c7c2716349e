package dev.vitrine.login;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.identity.AccessKeyId;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How a client makes the signing key from the secret of its access key, and the string to sign from
 * the canonical request: the three forms of the vendor's clients, distinguished by the beginning of
 * {@code Authorization}.
 */
sealed interface SigningForm {
  /** {@code SDK-HMAC-SHA256 Access=AK}: the secret itself. The SDKs of today. */
  record Plain(AccessKeyId accessKey) implements SigningForm {}

  /**
   * {@code SDK-HMAC-SHA256 Credential=AK/date/region/service/sdk_request}: a chain of HMACs. The
   * older SDK for Go and the tools built on it. Region and service may be empty.
   */
  record Chained(AccessKeyId accessKey, String date, String region, String service)
      implements SigningForm {}

  /**
   * {@code V11-HMAC-SHA256 Credential=AK/date/region/service}: HKDF (RFC 5869), written in
   * hexadecimal. What the SDKs of today do with a "derived predicate".
   */
  record Derived(AccessKeyId accessKey, String date, String region, String service)
      implements SigningForm {}

  String SDK = "SDK-HMAC-SHA256";
  String V11 = "V11-HMAC-SHA256";
  String END_OF_CHAIN = "sdk_request";

  /** What comes before {@code SignedHeaders}. Names of regions and services have no slash. */
  Pattern CREDENTIAL =
      Pattern.compile(
          "(%s|%s) (?:Access=([A-Za-z0-9]{1,64})|Credential=([A-Za-z0-9]{1,64})/(\\d{8})/([A-Za-z0-9._-]{0,64})/([A-Za-z0-9._-]{0,64})(/%s)?)"
              .formatted(SDK, V11, END_OF_CHAIN));

  /** Null if it has none of the three forms. */
  static @Nullable SigningForm read(String text) {
    Matcher parts = CREDENTIAL.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    boolean isV11 = parts.group(1).equals(V11);
    boolean isChained = parts.group(7) != null;
    if (parts.group(2) != null) {
      return isV11 ? null : new Plain(new AccessKeyId(parts.group(2)));
    }
    if (isV11 == isChained) {
      return null;
    }
    AccessKeyId key = new AccessKeyId(parts.group(3));
    return isV11
        ? new Derived(key, parts.group(4), parts.group(5), parts.group(6))
        : new Chained(key, parts.group(4), parts.group(5), parts.group(6));
  }

  AccessKeyId accessKey();

  /** Whether it is made for this {@code X-Sdk-Date}. */
  default boolean isFor(String date) {
    return switch (this) {
      case Plain _ -> true;
      case Chained chained -> date.startsWith(chained.date());
      case Derived derived -> date.startsWith(derived.date());
    };
  }

  /**
   * A signed header as the client writes it down. The older SDK for Go also makes one space of
   * several.
   */
  default String canonical(String value) {
    return this instanceof Chained ? value.strip().replaceAll("\\s+", " ") : value.strip();
  }

  /**
   * Lower-case hexadecimal.
   *
   * @param date as in {@code X-Sdk-Date}
   * @param hash of the canonical request
   */
  default String sign(String secret, String date, String hash) {
    return switch (this) {
      case Plain _ -> sign(secret.getBytes(US_ASCII), SDK, date, hash);
      case Chained(AccessKeyId _, String day, String region, String service) -> {
        byte[] key = ("SDK" + secret).getBytes(US_ASCII);
        for (String part : new String[] {day, region, service, END_OF_CHAIN}) {
          key = hmac(key, part);
        }
        yield sign(key, SDK, date, String.join("/", day, region, service, END_OF_CHAIN), hash);
      }
      case Derived(AccessKeyId id, String day, String region, String service) -> {
        String info = String.join("/", day, region, service);
        byte[] extracted = hmac(id.value().getBytes(US_ASCII), secret);
        // One block of HKDF is as long as the key.
        byte[] expanded = hmac(extracted, info + "\u0001");
        yield sign(HexFormat.of().formatHex(expanded).getBytes(US_ASCII), V11, date, info, hash);
      }
    };
  }

  private static String sign(byte[] key, String... lines) {
    return HexFormat.of().formatHex(hmac(key, String.join("\n", lines)));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(ISO_8859_1));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
