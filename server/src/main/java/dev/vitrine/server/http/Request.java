package dev.vitrine.server.http;

import dev.vitrine.identity.Author;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.image.Content;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request, as a handler sees it. */
public final class Request {
  /** As the semantic conventions of OpenTelemetry name it, {@code http.request.method}. */
  public static final String OTHER_METHOD = "_OTHER";

  /** RFC 9110 §9.1 and RFC 5789. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private static final Pattern NO_ESCAPE = Pattern.compile("%(?!\\p{XDigit}{2})");

  private final HttpServerRequest raw;
  private final String id;
  private final @Nullable String given;
  private final TrustedProxies proxies;
  private final String prefix;
  private final String path;
  private @Nullable Operation operation;
  private Map<String, String> parameters = Map.of();
  private @Nullable Caller caller;
  private @Nullable Buffer body;
  private @Nullable Content content;
  private @Nullable String clientAddress;

  /**
   * @param id our id of the request
   * @param given the client's id of the request; null: none
   * @param proxies believed about the client's address
   */
  Request(HttpServerRequest raw, String id, @Nullable String given, TrustedProxies proxies) {
    this.raw = raw;
    this.proxies = proxies;
    this.id = id;
    this.given = given;
    String rawPath = rawPath();
    this.prefix = Mount.prefix(rawPath);
    this.path = Mount.route(rawPath, prefix);
  }

  void routed(Operation operation, Map<String, String> parameters) {
    this.operation = operation;
    this.parameters = parameters;
  }

  void authenticated(Caller caller) {
    this.caller = caller;
  }

  void arrived(Buffer body) {
    this.body = body;
  }

  void arriving(Content content) {
    this.content = content;
  }

  /** Releases the resources of its body, which is not read further. */
  void release() {
    if (content instanceof Spool.Spooled spooled) {
      spooled.close();
    }
  }

  /** Our id: {@code req-} and a UUID. Logs and history use it. */
  public String id() {
    return id;
  }

  /** The client's id, else ours. Only for answers: a client may choose any id. */
  public String shownId() {
    return given == null ? id : given;
  }

  /** The cause that is stored with each change by this request. */
  public Cause cause() {
    return new Cause(id, given);
  }

  /** Who is stored with each change of rights by this request. */
  Author author() {
    return new Author(caller == null ? null : caller.user(), cause());
  }

  /** The operation; null if no route was found. */
  public @Nullable Operation operation() {
    return operation;
  }

  public String method() {
    return raw.method().name();
  }

  /**
   * The method for logs and traces: {@link #OTHER_METHOD} unless HTTP defines it, because a client
   * may send any text as one.
   */
  public String knownMethod() {
    return METHODS.contains(method()) ? method() : OTHER_METHOD;
  }

  /** Whether it came over TLS. */
  public boolean isEncrypted() {
    return raw.isSSL();
  }

  /** Path without the query and without {@link #prefix}, still encoded. */
  public String path() {
    return path;
  }

  /** The prefix of the client's path, which links repeat; empty at the root. */
  public String prefix() {
    return prefix;
  }

  /**
   * The IP address of the client, without a port: that at the other end of the connection, or the
   * one that a trusted proxy there names.
   */
  public String clientAddress() {
    String address = clientAddress;
    if (address == null) {
      address = proxies.client(raw.remoteAddress().hostAddress(), this::headers);
      clientAddress = address;
    }
    return address;
  }

  /** What limits count the client by; see {@link Network#ofClient}. */
  public String origin() {
    return Network.ofClient(clientAddress());
  }

  /** The path as the client sent it, still encoded. */
  String rawPath() {
    return Objects.requireNonNullElse(raw.path(), "/");
  }

  /** A segment of the path by its name in the operation's template, decoded. */
  public String parameter(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** The query as the client sent it, empty if there is none. */
  public String rawQuery() {
    return Objects.requireNonNullElse(raw.query(), "");
  }

  /** Names and values of the query, decoded, in the client's order. */
  public Map<String, List<String>> query() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : rawQuery().split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters
            .computeIfAbsent(formDecoded(name), n -> new ArrayList<>())
            .add(formDecoded(value));
      }
    }
    return parameters;
  }

  private static String formDecoded(String text) {
    String decoded = PercentEncoding.decode(text.replace('+', ' '));
    if (decoded == null || NO_ESCAPE.matcher(text).find()) {
      throw new Refusal.Invalid("The query is not well encoded.").asException();
    }
    return decoded;
  }

  /**
   * The first name in the query that is unknown or repeated; null if there is none. A list that
   * ignores a filter returns more than the client asked for, and clients delete what a list
   * returns.
   */
  public @Nullable String unexpectedParameter(Set<String> known) {
    for (Map.Entry<String, List<String>> parameter : query().entrySet()) {
      if (!known.contains(parameter.getKey()) || parameter.getValue().size() > 1) {
        return parameter.getKey();
      }
    }
    return null;
  }

  /** The last value of that name in the query, null if there is none. */
  public @Nullable String query(String name) {
    List<String> values = query().get(name);
    return values == null ? null : values.getLast();
  }

  public @Nullable String header(String name) {
    return raw.getHeader(name);
  }

  /** Whether there are several header lines of that name, with equal values or not. */
  public boolean isRepeated(String name) {
    return headers(name).size() > 1;
  }

  /** All header lines of that name, combined into one list (RFC 9110 §5.3); null: none. */
  public @Nullable String list(String name) {
    List<String> lines = headers(name);
    return lines.isEmpty() ? null : String.join(", ", lines);
  }

  /** The media type of the body, in lower case and without parameters; null if none is given. */
  public @Nullable String mediaType() {
    String header = header("Content-Type");
    return header == null ? null : header.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  /** All header values of that name, in the client's order. */
  List<String> headers(String name) {
    @Nullable HostAndPort authority = raw.version() == HttpVersion.HTTP_2 ? raw.authority() : null;
    return authority != null && name.equalsIgnoreCase("Host")
        ? List.of(authority.toString()) // HTTP/2 names it :authority
        : raw.headers().getAll(name);
  }

  /** The caller; only for operations that are not open. */
  public Caller caller() {
    return Objects.requireNonNull(caller, "an open operation has no caller");
  }

  /** The caller; null if there is none. */
  public @Nullable Caller callerIfKnown() {
    return caller;
  }

  /** The id in segment {@code {kind_id}} of the path. An invalid id is refused as absent. */
  public <T> T pathId(String kind, Function<String, T> type) {
    String value = parameter(kind + "_id");
    try {
      return type.apply(value);
    } catch (IllegalArgumentException e) {
      throw new Refusal.Absent(kind, value).asException();
    }
  }

  /** As {@link #parameter}; null if the path has no such segment. */
  public @Nullable String parameterIfAny(String name) {
    return parameters.get(name);
  }

  /** The last segment of the path that varies; null: none does. */
  public @Nullable String lastParameter(Operation routed) {
    int last = routed.path().lastIndexOf('{');
    return last < 0
        ? null
        : parameters.get(routed.path().substring(last + 1, routed.path().indexOf('}', last)));
  }

  /** The whole body, empty if there is none. */
  public Buffer body() {
    return body == null ? Buffer.buffer() : body;
  }

  /** Whether the handler reads the body as it arrives. */
  boolean isStreaming() {
    return content != null;
  }

  /** The body as it arrives; only for streaming routes. */
  public Content content() {
    return Objects.requireNonNull(content, "not a streaming route");
  }
}
