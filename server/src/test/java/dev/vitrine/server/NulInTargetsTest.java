package dev.vitrine.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.openapi.OpenApi;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL has no text with the character NUL: an id or a tag with it is refused, or absent, and
 * so is a parameter of the query.
 */
@NullMarked
class NulInTargetsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final JsonNode DOCUMENT = OpenApi.document();
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  /** Markers of lists by time and by id; the second is that of members in IMS. */
  private static final List<String> MARKERS = List.of("2026-01-01T00:00:00Z \0", "1 \0");

  private static String admin;
  private static String alice;

  /** Of what is there; what is not named here is not there. */
  private static Map<String, String> ids;

  @BeforeAll
  static void prepare() {
    admin = SERVER.admin();
    alice = SERVER.token("alice");
    ids =
        Map.of(
            "project_id", SERVER.demoProject(alice),
            "user_id", SERVER.id(admin, "users", "alice"),
            "domain_id", SERVER.id(admin, "domains", "alice"),
            "role_id", SERVER.id(admin, "roles", "reader"),
            "group_id", SERVER.make(alice, "groups", "{\"group\": {\"name\": \"some\"}}"),
            "image_id", SERVER.send("POST", "/v2/images", alice, "{}").json().path("id").asText());
  }

  static Stream<Operation> withParameters() {
    return Arrays.stream(Operation.values())
        .filter(operation -> PARAMETER.matcher(operation.path()).find());
  }

  @ParameterizedTest
  @MethodSource("withParameters")
  void inAPathItIsNoFailureOfTheServer(Operation operation) {
    List<MatchResult> parameters = PARAMETER.matcher(operation.path()).results().toList();
    for (MatchResult of : parameters) {
      String path =
          PARAMETER
              .matcher(operation.path())
              .replaceAll(
                  any ->
                      any.start() == of.start()
                          ? "%00"
                          : Matcher.quoteReplacement(ids.getOrDefault(any.group(1), "none")));
      requireAnswered(operation, path);
    }
  }

  private static void requireAnswered(Operation operation, String target) {
    for (String token : List.of(admin, alice)) {
      assertThat(SERVER.send(operation.method(), target, token, body(operation)).status())
          .as("%s %s", operation.method(), target)
          .isBetween(200, 499);
    }
  }

  @ParameterizedTest
  @EnumSource
  void inAQueryItIsNoFailureOfTheServer(Operation operation) {
    String path =
        PARAMETER
            .matcher(operation.path())
            .replaceAll(any -> Matcher.quoteReplacement(ids.getOrDefault(any.group(1), "none")));
    for (JsonNode parameter : described(operation).path("parameters")) {
      if (parameter.path("in").asText().equals("query")) {
        String name = parameter.path("name").asText();
        // Lists of images filter by properties of any name.
        String query = path + "?" + (name.equals("properties") ? "%00" : name) + "=";
        requireAnswered(operation, query + "%00");
        if (name.equals("marker")) {
          MARKERS.forEach(marker -> requireAnswered(operation, query + encoded(marker)));
        }
      }
    }
  }

  private static JsonNode described(Operation operation) {
    return DOCUMENT
        .path("paths")
        .path(operation.path())
        .path(operation.method().toLowerCase(Locale.ROOT));
  }

  private static String encoded(String marker) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(marker.getBytes(UTF_8));
  }

  /** Of a change that suits all that have a description. */
  private static @Nullable String body(Operation operation) {
    return switch (operation.method()) {
      case "PATCH" ->
          "{\"%s\": {\"description\": \"d\"}}"
              .formatted(operation.path().replaceAll(".*/(\\w+)s/\\{\\w+}$", "$1"));
      case "POST" -> "{}";
      default -> null;
    };
  }
}
