package dev.vitrine.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.Refusal;
import dev.vitrine.Refused;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A signature as a request carries it, {@code SDK-HMAC-SHA256} (contract/ims.md 1.0.3; rulings 4
 * and 23). Read, it proves nothing: {@link #isMadeWith} does.
 *
 * <p>Beyond the contract, whatever decides who the caller is must be signed: {@code Host}, {@code
 * X-Sdk-Date}, and {@code X-Project-Id}, {@code X-Domain-Id} and {@code X-Sdk-Content-Sha256} if
 * they are there.
 */
public final class RequestSignature {
  /** What {@code X-Sdk-Content-Sha256} says when the client has not hashed the body. */
  public static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  /** How far the client's clock may be from ours. */
  static final Duration WINDOW = Duration.ofMinutes(15);

  private static final String ALGORITHM = "SDK-HMAC-SHA256";
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          ALGORITHM
              + " Access=([A-Za-z0-9]{1,64}), *SignedHeaders=([!-~&&[^,]]+),"
              + " *Signature=([!-~]+)");
  private static final Pattern MEDIA_TYPE = Pattern.compile("([!-~&&[^;]]+) *(;.*)?");
  private static final Pattern JSON = Pattern.compile("[^/]*/(.*\\+)?json");
  private static final String DATE_HEADER = "x-sdk-date";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  /**
   * Of letters, digits, {@code - . _} and {@code ~}, which need none; and of the percent sign, lest
   * the name of one thing, encoded twice, be that of another, encoded once.
   */
  private static final Pattern AMBIGUOUS_ESCAPE =
      Pattern.compile("%(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|2[5DEde]|5[Ff]|7[Ee])");

  private final SignedRequest request;
  private final AccessKeyId accessKey;
  private final List<String> signedHeaders;
  private final String signature;
  private final Caller.Scope scope;
  private final Payload payload;

  /** What the client says of the body. */
  public sealed interface Payload {
    /** Its hash: lower-case hexadecimal SHA-256. */
    record Declared(String sha256) implements Payload {}

    /** That it has not hashed it. */
    record Unsigned() implements Payload {}

    /** Nothing: its hash is part of what is signed. */
    record Undeclared() implements Payload {}
  }

  /** Whether an {@code Authorization} header is a signature at all, of this or a kin algorithm. */
  public static boolean isOne(@Nullable String authorization) {
    return authorization != null && authorization.startsWith("SDK-");
  }

  /**
   * Reads the signature of a request.
   *
   * @throws Refused {@link Refusal.BadSignature} if it is none, too old, or leaves out what must be
   *     signed
   */
  public static RequestSignature read(SignedRequest request, Instant now) {
    return new RequestSignature(request, now);
  }

  private RequestSignature(SignedRequest request, Instant now) {
    this.request = request;
    Matcher parts = AUTHORIZATION.matcher(only(request.headers().apply("authorization")));
    if (!parts.matches()) {
      throw bad();
    }
    this.accessKey = new AccessKeyId(parts.group(1));
    this.signedHeaders = List.of(parts.group(2).split(";", -1));
    this.signature = parts.group(3);
    if (new HashSet<>(signedHeaders).size() < signedHeaders.size()) {
      // No client does it, and it could make one request cost a thousand others' time.
      throw bad();
    }
    signed("host");
    requireNear(now, date());
    this.scope = readScope();
    this.payload = readPayload();
  }

  /** The key it claims to be made with. */
  public AccessKeyId accessKey() {
    return accessKey;
  }

  /**
   * The scope it asks for; a project outweighs a domain, and unscoped means that it does not say.
   */
  public Caller.Scope scope() {
    return scope;
  }

  public Payload payload() {
    return payload;
  }

  private String date() {
    return signed(DATE_HEADER);
  }

  private static void requireNear(Instant now, String text) {
    try {
      Instant date = LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC);
      if (Duration.between(date, now).abs().compareTo(WINDOW) > 0) {
        throw bad();
      }
    } catch (DateTimeException e) {
      throw bad();
    }
  }

  private Caller.Scope readScope() {
    String project = signedIfThere("x-project-id");
    String domain = signedIfThere("x-domain-id");
    try {
      if (project != null) {
        return new Caller.Scope.InProject(new ProjectId(project));
      }
      return domain == null
          ? new Caller.Scope.Unscoped()
          : new Caller.Scope.InDomain(new DomainId(domain));
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  private Payload readPayload() {
    String hash = signedIfThere("x-sdk-content-sha256");
    if (hash == null) {
      return new Payload.Undeclared();
    }
    if (!hash.equals(UNSIGNED_PAYLOAD)) {
      return new Payload.Declared(hash);
    }
    if (isJson(request.headers().apply("content-type"))) {
      throw bad();
    }
    return new Payload.Unsigned();
  }

  /** What names no media type is taken for JSON, as routes do that expect it. */
  private static boolean isJson(List<String> contentType) {
    Matcher type = MEDIA_TYPE.matcher(contentType.isEmpty() ? "" : only(contentType).trim());
    return !type.matches() || JSON.matcher(type.group(1).toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * Whether it was made with this secret, of this request and a body of this hash. The comparison
   * takes the same time wherever the two differ.
   *
   * @param payloadHash lower-case hexadecimal SHA-256 of the body, or {@link #UNSIGNED_PAYLOAD}
   */
  public boolean isMadeWith(String secret, String payloadHash) {
    boolean made = false;
    for (String path : canonicalPaths()) {
      for (String query : canonicalQueries()) {
        String toSign = stringToSign(canonicalRequest(path, query, payloadHash));
        byte[] expected = hmac(secret, toSign).getBytes(US_ASCII);
        made |= MessageDigest.isEqual(expected, signature.getBytes(US_ASCII));
      }
    }
    return made;
  }

  private String stringToSign(String canonicalRequest) {
    return String.join("\n", ALGORITHM, date(), sha256(canonicalRequest.getBytes(ISO_8859_1)));
  }

  private String canonicalRequest(String path, String query, String payloadHash) {
    String headers =
        signedHeaders.stream()
            .sorted(Comparator.comparing(RequestSignature::lower))
            .map(name -> lower(name) + ":" + signed(name) + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n", request.method(), path, query, headers, String.join(";", signedHeaders), payloadHash);
  }

  /**
   * What a client encodes is each segment as it was told it: an encoded one once more, if that is
   * what it was told, and if not, the segment itself. The URL is the same in both cases.
   */
  private List<String> canonicalPaths() {
    List<String> segments = List.of(request.path().split("/", -1));
    return Stream.of(segments, segments.stream().map(RequestSignature::decoded).toList())
        .map(RequestSignature::canonicalPath)
        .distinct()
        .toList();
  }

  /** Always with a slash at the end. */
  private static String canonicalPath(List<String> segments) {
    String path = segments.stream().map(RequestSignature::encoded).collect(Collectors.joining("/"));
    return path.endsWith("/") ? path : path + "/";
  }

  /** What is not well encoded stays as it is, and what could be meant otherwise. */
  private static String decoded(String segment) {
    try {
      return AMBIGUOUS_ESCAPE.matcher(segment).find()
          ? segment
          : URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  /** Clients differ in whether they sort the values of a name: as they came, and sorted. */
  private List<String> canonicalQueries() {
    return Stream.of(canonicalQuery(values -> values), canonicalQuery(Stream::sorted))
        .distinct()
        .toList();
  }

  private String canonicalQuery(UnaryOperator<Stream<String>> order) {
    return request.query().entrySet().stream()
        .map(pair -> Map.entry(encoded(pair.getKey()), pair.getValue()))
        .sorted(Map.Entry.comparingByKey())
        .flatMap(
            pair ->
                order
                    .apply(pair.getValue().stream().map(RequestSignature::encoded))
                    .map(value -> pair.getKey() + "=" + value))
        .collect(Collectors.joining("&"));
  }

  private @Nullable String signedIfThere(String name) {
    return request.headers().apply(name).isEmpty() ? null : signed(name);
  }

  /** The value of a signed header, which must be there once. */
  private String signed(String name) {
    if (!signedHeaders.contains(name)) {
      throw bad();
    }
    return only(request.headers().apply(name)).strip();
  }

  private static String only(List<String> values) {
    if (values.size() != 1) {
      throw bad();
    }
    return values.getFirst();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** All but {@code A-Z a-z 0-9 - _ . ~}. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(US_ASCII), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(ISO_8859_1)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Refused bad() {
    return new Refusal.BadSignature().asException();
  }
}
