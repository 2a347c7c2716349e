package dev.vitrine.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server's OpenAPI document, which requests and answers must match: of each answer its status,
 * media type, body and headers; of a request that succeeded also its query and its body.
 */
public final class Contract {
  private static final String BASE = "https://vitrine.invalid/openapi.json";
  private static final String JSON = "application/json";

  /** Where the services are a second time. */
  private static final Pattern MOUNT =
      Pattern.compile("^/identity(?=/v3(/|$))|^/image(?=/(|versions|healthcheck|v[12](/.*)?)$)");

  private final JsonNode document;
  private final SchemaRegistry schemas;
  private final Map<String, Schema> compiled = new ConcurrentHashMap<>();
  private final List<Place> places;

  private record Place(Pattern path, String template) {
    static Place of(String template) {
      String path = Pattern.compile("\\{\\w+}").matcher(template).replaceAll("[^/]+");
      return new Place(Pattern.compile(path), template);
    }

    long parameters() {
      return template.chars().filter(c -> c == '{').count();
    }
  }

  /**
   * A request as it was sent.
   *
   * @param target path and query
   * @param type its media type; null: none
   * @param body empty: none
   */
  public record Sent(String method, String target, @Nullable String type, String body) {
    String path() {
      return target.split("\\?", 2)[0];
    }

    Set<String> parameters() {
      String[] parts = target.split("\\?", 2);
      return parts.length == 1 || parts[1].isEmpty()
          ? Set.of()
          : Stream.of(parts[1].split("&", -1))
              .map(pair -> URLDecoder.decode(pair.split("=", 2)[0], UTF_8))
              .collect(Collectors.toSet());
    }
  }

  public Contract(JsonNode document) {
    this.document = document;
    this.schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build())
                    .schemas(Map.of(BASE, document.toString())));
    this.places =
        document.path("paths").properties().stream()
            .map(path -> Place.of(path.getKey()))
            .sorted(Comparator.comparingLong(Place::parameters))
            .toList();
  }

  /** Fails if the document does not allow this answer to this request. */
  public void check(HttpRequest request, Response answer) {
    String query = request.uri().getRawQuery();
    check(
        new Sent(
            request.method(),
            request.uri().getRawPath() + (query == null ? "" : "?" + query),
            request.headers().firstValue("Content-Type").orElse(null),
            request.bodyPublisher().map(Contract::text).orElse("")),
        answer);
  }

  /** Fails if the document does not allow this answer to this request. */
  public void check(Sent sent, Response answer) {
    List<String> problems = problems(sent, answer);
    if (!problems.isEmpty()) {
      throw new AssertionError(
          "%s %s %s\nanswered %d %s\nis not as /openapi.json says:\n%s"
              .formatted(
                  sent.method(),
                  sent.target(),
                  sent.body(),
                  answer.status(),
                  answer.body(),
                  String.join("\n", problems)));
    }
  }

  private List<String> problems(Sent sent, Response answer) {
    Place place = place(sent);
    if (place == null) {
      // Glance answers 204 and 200 to these where it has other methods.
      boolean isUnlisted = sent.method().equals("HEAD") || sent.method().equals("OPTIONS");
      return answer.isSuccess() && !isUnlisted ? List.of("no such operation") : List.of();
    }
    String method = method(place, sent.method());
    String at = "/paths/" + escaped(place.template()) + "/" + method;
    List<String> problems = new ArrayList<>(ofAnswer(at, sent, answer));
    if (answer.isSuccess()) {
      problems.addAll(ofQuery(at, sent));
      problems.addAll(ofBody(at, sent));
    }
    return problems;
  }

  private @Nullable Place place(Sent sent) {
    String path = sent.path();
    // Glance answers at both of these.
    String mounted = MOUNT.matcher(path).replaceFirst("").replaceFirst("^/versions/$", "/versions");
    return Stream.of(path, mounted)
        .flatMap(one -> places.stream().filter(place -> place.path().matcher(one).matches()))
        .filter(place -> operations(place).has(method(place, sent.method())))
        .findFirst()
        .orElse(null);
  }

  private JsonNode operations(Place place) {
    return document.at("/paths/" + escaped(place.template()));
  }

  /** HEAD is GET at the server's own paths. */
  private String method(Place place, String method) {
    String word = method.toLowerCase(Locale.ROOT);
    boolean isOwn = operations(place).at("/get/tags/0").asText().equals("vitrine");
    return word.equals("head") && isOwn ? "get" : word;
  }

  private List<String> ofAnswer(String operation, Sent sent, Response answer) {
    String at = resolved(operation + "/responses/" + answer.status());
    JsonNode described = document.at(at);
    if (described.isMissingNode()) {
      return List.of("no such status");
    }
    List<String> problems = new ArrayList<>();
    described
        .path("headers")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (answer.header(name) == null) {
                problems.add("no header " + name);
              }
            });
    if (!sent.method().equals("HEAD")) {
      problems.addAll(ofContent("answer", at, answer.header("Content-Type"), answer.body()));
    }
    return problems;
  }

  private List<String> ofQuery(String operation, Sent sent) {
    JsonNode described = document.at(operation + "/parameters");
    Set<String> given = sent.parameters();
    Set<String> known = new HashSet<>();
    List<String> problems = new ArrayList<>();
    for (JsonNode one : described) {
      String name = one.path("name").asText();
      if (!one.path("in").asText().equals("query")) {
        continue;
      }
      if (one.path("explode").asBoolean()) {
        return List.of();
      }
      known.add(name);
      if (one.path("required").asBoolean() && !given.contains(name)) {
        problems.add("no parameter " + name);
      }
    }
    given.stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> problems.add("parameter " + name));
    return problems;
  }

  private List<String> ofBody(String operation, Sent sent) {
    String at = operation + "/requestBody";
    JsonNode content = document.at(at + "/content");
    // The protocols read JSON whatever the media type says.
    String type = content.has(JSON) && content.size() == 1 ? JSON : sent.type();
    return content.isMissingNode() ? List.of() : ofContent("request", at, type, sent.body());
  }

  private List<String> ofContent(String what, String at, @Nullable String header, String body) {
    JsonNode content = document.at(at + "/content");
    if (content.isMissingNode()) {
      return body.isEmpty() ? List.of() : List.of(what + " with a body");
    }
    String type = header == null ? JSON : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!content.has(type)) {
      return List.of("%s of type %s".formatted(what, type));
    }
    String schema = at + "/content/" + escaped(type) + "/schema";
    if (!type.contains("json")) {
      return List.of();
    }
    try {
      return schema(schema).validate(Json.read(body)).stream()
          .map(Error::toString)
          .map(problem -> what + ": " + problem)
          .toList();
    } catch (UncheckedIOException e) {
      return List.of(what + " that is not JSON");
    }
  }

  private Schema schema(String pointer) {
    return compiled.computeIfAbsent(
        pointer, where -> schemas.getSchema(SchemaLocation.of(BASE + "#" + where)));
  }

  private String resolved(String pointer) {
    String reference = document.at(pointer).path("$ref").asText();
    return reference.isEmpty() ? pointer : reference.substring(1);
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  /** What a publisher publishes. The publishers of texts do it at once. */
  private static String text(BodyPublisher publisher) {
    StringBuilder text = new StringBuilder();
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            text.append(UTF_8.decode(bytes));
          }

          @Override
          public void onError(Throwable failure) {
            throw new IllegalStateException(failure);
          }

          @Override
          public void onComplete() {}
        });
    return text.toString();
  }
}
