package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.NullMarked;

/**
 * A request that is put together, signed as the contract says (contract/ims.md 1.0.3), and perhaps
 * tampered with before it is sent. Shares no code with the server.
 */
@NullMarked
public final class SignedDraft {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Signs with an access key. */
  public record Signer(String access, String secret) {}

  record Pair(String name, String value) {}

  String method;
  public String path;
  final List<Pair> query = new ArrayList<>();
  final List<Pair> headers = new ArrayList<>();
  public byte[] body = new byte[0];
  boolean chunked;

  public SignedDraft(String method, String path, String host) {
    this.method = method;
    this.path = path;
    header("Host", host);
    header("User-Agent", "a client/1.0");
    date(Duration.ZERO);
  }

  public SignedDraft date(Duration offset) {
    return header("X-Sdk-Date", DATE.format(Instant.now().plus(offset)));
  }

  /** In place of one of the same name. */
  public SignedDraft header(String name, String value) {
    without(name);
    headers.add(new Pair(name, value));
    return this;
  }

  public SignedDraft without(String name) {
    headers.removeIf(pair -> pair.name().equalsIgnoreCase(name));
    return this;
  }

  public SignedDraft query(String name, String value) {
    query.add(new Pair(name, value));
    return this;
  }

  public SignedDraft json(String json) {
    return header("Content-Type", "application/json;charset=UTF-8").body(json.getBytes(UTF_8));
  }

  public SignedDraft body(byte[] bytes) {
    body = bytes;
    return this;
  }

  public SignedDraft chunked() {
    chunked = true;
    return this;
  }

  /** Signs all headers but the body's type, as the Java SDK does. */
  public SignedDraft sign(Signer key) {
    TreeSet<String> names = new TreeSet<>();
    headers.forEach(pair -> names.add(pair.name().toLowerCase(Locale.ROOT)));
    names.remove("content-type");
    names.remove("authorization");
    return sign(key, String.join(";", names));
  }

  public SignedDraft sign(Signer key, String signedHeaders) {
    String signature =
        hmac(
            key.secret(),
            "SDK-HMAC-SHA256\n%s\n%s".formatted(value("x-sdk-date"), hash(signedHeaders)));
    return header(
        "Authorization",
        "SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%s"
            .formatted(key.access(), signedHeaders, signature));
  }

  /**
   * Signs all headers, as the older SDK for Go does: with a key for the day, a region and a
   * service.
   */
  public SignedDraft signForScope(Signer key, String region, String service) {
    TreeSet<String> names = new TreeSet<>();
    headers.forEach(pair -> names.add(pair.name().toLowerCase(Locale.ROOT)));
    String signedHeaders = String.join(";", names);
    String day = value("x-sdk-date").substring(0, 8);
    String scope = "%s/%s/%s/sdk_request".formatted(day, region, service);
    byte[] signing = ("SDK" + key.secret()).getBytes(UTF_8);
    for (String part : List.of(day, region, service, "sdk_request")) {
      signing = hmac(signing, part);
    }
    String text =
        "SDK-HMAC-SHA256\n%s\n%s\n%s".formatted(value("x-sdk-date"), scope, hash(signedHeaders));
    return header(
        "Authorization",
        "SDK-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(key.access(), scope, signedHeaders, hex(hmac(signing, text))));
  }

  private String hash(String signedHeaders) {
    String canonical =
        String.join(
            "\n",
            method,
            canonicalPath(),
            canonicalQuery(),
            canonicalHeaders(signedHeaders),
            signedHeaders,
            payloadHash());
    return sha256(canonical.getBytes(ISO_8859_1));
  }

  public SignedDraft authorization(UnaryOperator<String> change) {
    return header("Authorization", change.apply(value("Authorization")));
  }

  private String canonicalPath() {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      segments.add(encode(segment));
    }
    String joined = String.join("/", segments);
    return joined.endsWith("/") ? joined : joined + "/";
  }

  private String canonicalQuery() {
    return query.stream()
        .sorted(Comparator.comparing(pair -> encode(pair.name())))
        .map(pair -> encode(pair.name()) + "=" + encode(pair.value()))
        .collect(Collectors.joining("&"));
  }

  private String canonicalHeaders(String signedHeaders) {
    StringBuilder lines = new StringBuilder();
    for (String name : signedHeaders.split(";", -1)) {
      lines
          .append(name)
          .append(':')
          .append(value(name).strip().replaceAll("\\s+", " "))
          .append('\n');
    }
    return lines.toString();
  }

  private String payloadHash() {
    String declared = value("x-sdk-content-sha256");
    return declared.isEmpty() ? sha256(body) : declared;
  }

  private String value(String name) {
    return headers.stream()
        .filter(pair -> pair.name().equalsIgnoreCase(name))
        .map(Pair::value)
        .findFirst()
        .orElse("");
  }

  public Response send(TestServer server) {
    StringBuilder head = new StringBuilder();
    String target =
        query.stream()
            .map(pair -> encode(pair.name()) + "=" + encode(pair.value()))
            .collect(Collectors.joining("&", query.isEmpty() ? "" : "?", ""));
    head.append(method).append(' ').append(path).append(target).append(" HTTP/1.1\r\n");
    headers.forEach(
        pair -> head.append(pair.name()).append(": ").append(pair.value()).append("\r\n"));
    head.append("Connection: close\r\n");
    head.append(
        chunked
            ? "Transfer-Encoding: chunked\r\n\r\n"
            : "Content-Length: %d\r\n\r\n".formatted(body.length));
    return server.exchange(head.toString(), chunked ? inChunks() : body);
  }

  private byte[] inChunks() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (body.length > 0) {
      out.writeBytes("%x\r\n".formatted(body.length).getBytes(ISO_8859_1));
      out.writeBytes(body);
      out.writeBytes("\r\n".getBytes(ISO_8859_1));
    }
    out.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
    return out.toByteArray();
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || "-_.~".indexOf(b) >= 0;
      encoded.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    return encoded.toString();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hmac(String secret, String text) {
    return hex(hmac(secret.getBytes(UTF_8), text));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
