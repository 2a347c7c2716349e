package dev.vitrine.login;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.digest.Sha256;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A signature as a request carries it, in one of the vendor's {@link SigningForm forms}
 * (contract/ims.md 1.0.3). Reading a signature proves nothing: {@link #isMadeWith} does.
 *
 * <p>As at the vendor, {@code X-Sdk-Date} must be signed, and so must {@code X-Sdk-Content-Sha256},
 * the hash of the body, if the request has it. Of the other headers, the signature covers only
 * those that the client lists: the SDKs for Go never sign {@code Host}, and tools add {@code
 * X-Project-Id}, {@code X-Domain-Id} and {@code X-Security-Token} after signing.
 */
public final class RequestSignature {
  /** What {@code X-Sdk-Content-Sha256} says when the client has not hashed the body. */
  public static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  /** How far the client's clock may be from ours. */
  static final Duration WINDOW = Duration.ofMinutes(15);

  private static final Pattern AUTHORIZATION =
      Pattern.compile("([^,]*), *SignedHeaders=([!-~&&[^,]]+), *Signature=([!-~]+)");
  private static final String HOST = "host";
  private static final String PROJECT = "x-project-id";
  private static final String DOMAIN = "x-domain-id";
  private static final String SECURITY_TOKEN = "x-security-token";
  private static final String PAYLOAD = "x-sdk-content-sha256";
  private static final String DATE_HEADER = "x-sdk-date";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  /**
   * Escapes that are not decoded. Those of letters, digits, {@code - . _} and {@code ~} stay,
   * because these characters need no escape. {@code %25} stays, because decoding it could turn a
   * name that is encoded twice into another name that is encoded once.
   */
  private static final Pattern AMBIGUOUS_ESCAPE =
      Pattern.compile("%(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|2[5DEde]|5[Ff]|7[Ee])");

  private final SignedRequest request;
  private final SigningForm form;
  private final List<String> signedHeaders;
  private final String signature;
  private final Caller.Scope scope;
  private final @Nullable String securityToken;
  private final Payload payload;

  /** What an operator can require to be signed beyond what the vendor requires. */
  public enum Required {
    /** {@code Host}. */
    HOST,

    /** {@code X-Project-Id} and {@code X-Domain-Id}, if the request has them. */
    PROJECT
  }

  /** What the client says about the hash of the body. */
  public sealed interface Payload {
    /** Its hash: lower-case hexadecimal SHA-256. */
    record Declared(String sha256) implements Payload {}

    /** The client has not hashed the body. */
    record Unsigned() implements Payload {}

    /**
     * The client says nothing. The server computes the hash; a wrong body then fails the signature,
     * because the hash is part of the signed text.
     */
    record Undeclared() implements Payload {}
  }

  /**
   * Whether an {@code Authorization} header is a signature at all, of a supported or a related
   * algorithm.
   */
  public static boolean isOne(@Nullable String authorization) {
    return authorization != null
        && (authorization.startsWith("SDK-") || authorization.startsWith("V11-"));
  }

  /**
   * Reads the signature of a request.
   *
   * @throws Refused {@link Refusal.BadSignature} if it is not a signature, is too old, or leaves
   *     out what must be signed
   */
  public static RequestSignature read(SignedRequest request, Instant now, Set<Required> required) {
    return new RequestSignature(request, now, required);
  }

  private RequestSignature(SignedRequest request, Instant now, Set<Required> required) {
    this.request = request;
    Matcher parts = AUTHORIZATION.matcher(only(request.headers().apply("authorization")));
    SigningForm read = parts.matches() ? SigningForm.read(parts.group(1)) : null;
    if (read == null) {
      throw bad();
    }
    this.form = read;
    this.signedHeaders = List.of(parts.group(2).split(";", -1));
    this.signature = parts.group(3);
    if (new HashSet<>(signedHeaders).size() < signedHeaders.size()) {
      // No client does this, and it could make one request cost as much time as a thousand others.
      throw bad();
    }
    requireNear(now, date());
    if (!form.isFor(date())) {
      throw bad();
    }
    requireSigned(required);
    this.scope = readScope();
    this.securityToken = ifThere(SECURITY_TOKEN);
    this.payload = readPayload();
  }

  private void requireSigned(Set<Required> required) {
    if (required.contains(Required.HOST)) {
      signed(HOST);
    }
    if (required.contains(Required.PROJECT)) {
      signedIfThere(PROJECT);
      signedIfThere(DOMAIN);
    }
  }

  /** The key it claims to be made with. */
  public AccessKeyId accessKey() {
    return form.accessKey();
  }

  /** The security token of a temporary key; null for a permanent key. */
  public @Nullable String securityToken() {
    return securityToken;
  }

  /**
   * The scope that the request asks for: the project if it names one, else the domain if it names
   * one, else unscoped.
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
    String project = ifThere(PROJECT);
    String domain = ifThere(DOMAIN);
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
    String hash = signedIfThere(PAYLOAD);
    if (hash == null) {
      return new Payload.Undeclared();
    }
    return hash.equals(UNSIGNED_PAYLOAD) ? new Payload.Unsigned() : new Payload.Declared(hash);
  }

  /**
   * Whether the signature was made with this secret for this request and a body with this hash. The
   * comparison takes constant time.
   *
   * @param payloadHash lower-case hexadecimal SHA-256 of the body, or {@link #UNSIGNED_PAYLOAD}
   */
  public boolean isMadeWith(String secret, String payloadHash) {
    boolean made = false;
    for (String path : canonicalPaths()) {
      for (String query : canonicalQueries()) {
        String hash = Sha256.hex(canonicalRequest(path, query, payloadHash).getBytes(ISO_8859_1));
        byte[] expected = form.sign(secret, date(), hash).getBytes(US_ASCII);
        made |= MessageDigest.isEqual(expected, signature.getBytes(US_ASCII));
      }
    }
    return made;
  }

  private String canonicalRequest(String path, String query, String payloadHash) {
    String headers =
        signedHeaders.stream()
            .sorted(Comparator.comparing(RequestSignature::lower))
            .map(name -> lower(name) + ":" + form.canonical(signed(name)) + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n", request.method(), path, query, headers, String.join(";", signedHeaders), payloadHash);
  }

  /**
   * Some clients encode each segment of the URL's path once more, and sign that; others sign the
   * path with each segment encoded once. The request does not tell which, so both are tried.
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

  /** Malformed and ambiguous escapes stay unchanged. */
  private static String decoded(String segment) {
    try {
      return AMBIGUOUS_ESCAPE.matcher(segment).find()
          ? segment
          : URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  /** Some clients sort the values of a name and some do not, so both orders are tried. */
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

  /** The value of a header, null if it is absent. A header that is listed as signed must exist. */
  private @Nullable String ifThere(String name) {
    List<String> values = request.headers().apply(name);
    return values.isEmpty() && !signedHeaders.contains(name) ? null : only(values).strip();
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

  private static Refused bad() {
    return new Refusal.BadSignature().asException();
  }
}
