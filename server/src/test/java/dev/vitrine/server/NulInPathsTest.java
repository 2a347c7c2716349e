package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import java.util.Arrays;
import java.util.List;
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
import org.junit.jupiter.params.provider.MethodSource;

/** PostgreSQL has no text with the character NUL: an id or a tag with it is refused, or absent. */
@NullMarked
class NulInPathsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

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
  void itIsNoFailureOfTheServer(Operation operation) {
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
      for (String token : List.of(admin, alice)) {
        assertThat(SERVER.send(operation.method(), path, token, body(operation)).status())
            .as("%s %s", operation.method(), path)
            .isBetween(200, 499);
      }
    }
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
