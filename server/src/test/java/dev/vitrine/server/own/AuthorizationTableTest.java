package dev.vitrine.server.own;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of authorization, played over HTTP: for each row, sets of actions that suffice and that
 * do not, granted at each kind of place, allowed and denied.
 *
 * <p>{@link #TABLE} is written by hand from the mission's table (rows 1 to 8, and the two reads),
 * the contract's table of IMS actions (2.6), and rulings 8 and 9, and the routes of our own (ADR
 * 46); it is compared with {@link Operation}, never made from it.
 */
@NullMarked
public class AuthorizationTableTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  /**
   * Method, path, actions; {@code EP}: enterprise-project grants count as well, those at the
   * image's, or at any where no image is named; {@code DOMAIN}: grants at the domain count as well,
   * and the token may be one of it. A row of two actions that has the path of another moves an
   * image to an enterprise project.
   */
  private static final String TABLE =
      """
      POST   /v2/images/{image_id}/members              ims:images:get ims:images:share
      PUT    /v2/images/{image_id}/members/{member_id}  ims:images:get ims:images:share
      GET    /v2/images/{image_id}/members/{member_id}  ims:images:get ims:images:share
      GET    /v2/images/{image_id}/members              ims:images:get ims:images:share
      DELETE /v2/images/{image_id}/members/{member_id}  ims:images:get ims:images:share
      POST   /v2/images                                 ims:images:create
      GET    /v2/images                                 ims:images:list
      GET    /v2/images/{image_id}                      ims:images:get EP
      PATCH  /v2/images/{image_id}                      ims:images:update EP
      DELETE /v2/images/{image_id}                      ims:images:delete EP
      POST   /v2/images/{image_id}/actions/deactivate   ims:images:update
      POST   /v2/images/{image_id}/actions/reactivate   ims:images:update
      PUT    /v2/images/{image_id}/file                 ims:images:get ims:images:update ims:images:upload
      GET    /v2/images/{image_id}/file                 ims:images:get
      PUT    /v2/images/{image_id}/stage                ims:images:get ims:images:update ims:images:upload
      POST   /v2/images/{image_id}/import               ims:images:get ims:images:update
      GET    /v2/images/{image_id}/tasks                ims:images:get
      PUT    /v2/images/{image_id}/tags/{tag}           ims:images:get ims:images:update
      DELETE /v2/images/{image_id}/tags/{tag}           ims:images:get ims:images:update
      POST   /v1/cloudimages/members                    ims:images:share
      PUT    /v1/cloudimages/members                    ims:images:share
      DELETE /v1/cloudimages/members                    ims:images:share
      GET    /v1/{project_id}/cloudimages/{image_id}/members              ims:images:get
      GET    /v1/{project_id}/cloudimages/{image_id}/members/{member_id}  ims:images:get
      GET    /v2/cloudimages                            ims:images:list EP
      PATCH  /v2/cloudimages/{image_id}                 ims:images:update EP
      PATCH  /v2/cloudimages/{image_id}                 ims:images:update ims:serverImages:create EP
      GET    /v1/cloudimages/quota                      ims:quotas:get EP
      GET    /v1/{project_id}/cloudimages/quota         ims:quotas:get EP
      GET    /v2/info/usage                              ims:quotas:get
      GET    /vitrine/v1/history                        ims:images:list
      GET    /vitrine/v1/images/{image_id}/history      ims:images:get
      GET    /vitrine/v1/refusals                       ims:images:list
      GET    /vitrine/v1/access                         ims:images:list
      GET    /vitrine/v1/images/{image_id}/access       ims:images:get
      POST   /vitrine/v1/webhooks                                ims:webhooks:create DOMAIN
      GET    /vitrine/v1/webhooks                                ims:webhooks:list DOMAIN
      GET    /vitrine/v1/webhooks/{webhook_id}                   ims:webhooks:get DOMAIN
      PATCH  /vitrine/v1/webhooks/{webhook_id}                   ims:webhooks:update DOMAIN
      DELETE /vitrine/v1/webhooks/{webhook_id}                   ims:webhooks:delete DOMAIN
      POST   /vitrine/v1/webhooks/{webhook_id}/secret            ims:webhooks:update DOMAIN
      POST   /vitrine/v1/webhooks/{webhook_id}/test              ims:webhooks:update DOMAIN
      GET    /vitrine/v1/webhooks/{webhook_id}/deliveries        ims:webhooks:get DOMAIN
      POST   /vitrine/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry  ims:webhooks:update DOMAIN
      POST   /vitrine/v1/webhooks/{webhook_id}/replay            ims:webhooks:update DOMAIN
      """;

  /** What operations answer when all is well: those of the mission's table, and of IMS. */
  private static final Map<String, Integer> SUCCESS =
      Map.ofEntries(
          Map.entry("POST /v2/images/{image_id}/members", 200),
          Map.entry("PUT /v2/images/{image_id}/members/{member_id}", 200),
          Map.entry("GET /v2/images/{image_id}/members/{member_id}", 200),
          Map.entry("GET /v2/images/{image_id}/members", 200),
          Map.entry("DELETE /v2/images/{image_id}/members/{member_id}", 204),
          Map.entry("POST /v1/cloudimages/members", 200),
          Map.entry("PUT /v1/cloudimages/members", 200),
          Map.entry("DELETE /v1/cloudimages/members", 200),
          Map.entry("GET /v1/{project_id}/cloudimages/{image_id}/members", 200),
          Map.entry("GET /v1/{project_id}/cloudimages/{image_id}/members/{member_id}", 200),
          Map.entry("GET /v2/cloudimages", 200),
          Map.entry("PATCH /v2/cloudimages/{image_id}", 200),
          Map.entry("GET /v1/cloudimages/quota", 200),
          Map.entry("GET /v1/{project_id}/cloudimages/quota", 200),
          Map.entry("GET /v2/info/usage", 200),
          Map.entry("GET /vitrine/v1/history", 200),
          Map.entry("GET /vitrine/v1/images/{image_id}/history", 200),
          Map.entry("GET /vitrine/v1/refusals", 200),
          Map.entry("GET /vitrine/v1/access", 200),
          Map.entry("GET /vitrine/v1/images/{image_id}/access", 200),
          Map.entry("GET /vitrine/v1/webhooks", 200));

  private static final Pattern NAMED = Pattern.compile("ims:[A-Za-z]+:[A-Za-z]+");

  /** A row of {@link #TABLE}. */
  record Row(String method, String path, List<String> actions, boolean enterprise, boolean domain) {
    static Row of(String line) {
      List<String> words = List.of(line.trim().split(" +"));
      boolean enterprise = words.getLast().equals("EP");
      boolean domain = words.getLast().equals("DOMAIN");
      return new Row(
          words.get(0),
          words.get(1),
          words.subList(2, words.size() - (enterprise || domain ? 1 : 0)),
          enterprise,
          domain);
    }

    static Row of(Operation operation) {
      return new Row(
          operation.method(),
          operation.path(),
          operation.requirements().stream().map(one -> one.action().toString()).toList(),
          counts(operation, GrantScope.ENTERPRISE_PROJECT),
          counts(operation, GrantScope.DOMAIN));
    }

    private static boolean counts(Operation operation, GrantScope scope) {
      return operation.requirements().stream().anyMatch(one -> one.scopes().contains(scope));
    }

    String name() {
      return method + " " + path;
    }

    boolean moves() {
      return actions.contains("ims:serverImages:create");
    }

    /** Of some images, or of none: a grant in one place is enough, and a Deny there is not. */
    boolean isOfAnyImages() {
      return !path.contains("{image_id}");
    }

    @Override
    public String toString() {
      return name() + " " + actions;
    }
  }

  /** Where a grant is made. */
  enum Place {
    PROJECT,
    INHERITED,
    DOMAIN,
    ENTERPRISE_PROJECT,
    OTHER_ENTERPRISE_PROJECT;

    /**
     * Whether a grant here counts.
     *
     * @param at the enterprise project that an image is in; {@link #PROJECT}: in none
     */
    boolean counts(Row row, Place at) {
      return switch (this) {
        case PROJECT, INHERITED -> true;
        case DOMAIN -> row.domain();
        case ENTERPRISE_PROJECT, OTHER_ENTERPRISE_PROJECT -> row.enterprise() && this == at;
      };
    }

    String path(String kind, String principal, String role) {
      String whom = "/%s/%s/roles/%s".formatted(kind, principal, role);
      return switch (this) {
        case PROJECT -> "/v3/projects/" + project + whom;
        case INHERITED -> "/v3/OS-INHERIT/domains/" + domain + whom + "/inherited_to_projects";
        case DOMAIN -> "/v3/domains/" + domain + whom;
        case ENTERPRISE_PROJECT -> "/v3.0/OS-PERMISSION/enterprise-projects/0" + whom;
        case OTHER_ENTERPRISE_PROJECT ->
            "/v3.0/OS-PERMISSION/enterprise-projects/" + otherEnterpriseProject + whom;
      };
    }
  }

  /** A policy of one statement, granted somewhere. */
  record Grant(String effect, List<String> actions, Place place) {}

  /**
   * Grants, and the actions of the row that they leave missing.
   *
   * @param missing empty: they suffice
   */
  record Case(List<Grant> grants, List<String> missing) {}

  /** The ids of those that have been made, by what they say. */
  private static final Map<List<Object>, String> POLICIES = new HashMap<>();

  private static String alice;
  private static String bob;
  private static String domain;
  private static String project;
  private static String bobsProject;
  private static String otherEnterpriseProject;
  private static String user;
  private static String group;
  private static String token;
  private static String image;
  private static String bobsImage;
  private static String batchImage;

  static Stream<Row> rows() {
    return TABLE.lines().map(Row::of);
  }

  @BeforeAll
  static void prepare() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    var projects = ok("GET", "/v3/projects?name=RegionOne", alice, null).json();
    project = projects.at("/projects/0/id").asText();
    domain = projects.at("/projects/0/domain_id").asText();
    bobsProject =
        ok("GET", "/v3/projects?name=RegionOne", bob, null).json().at("/projects/0/id").asText();
    otherEnterpriseProject = made("/v1.0/enterprise-projects", "{\"name\": \"other\"}");
    user = made("/v3/users", "{\"user\": {\"name\": \"probe\", \"password\": \"p\"}}");
    group = made("/v3/groups", "{\"group\": {\"name\": \"probes\"}}");
    ok("PUT", "/v3/groups/%s/users/%s".formatted(group, user), alice, null);
    // Ruling 4: a token takes a grant that reaches the project.
    grant("PUT", "users", new Grant("Allow", List.of("ims:images:export"), Place.PROJECT));
    token =
        SERVER.token(
            "probe",
            "p",
            "alice",
            "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");
    image = image(alice);
    share(alice, image, bobsProject);
    bobsImage = image(bob);
    share(bob, bobsImage, project);
    batchImage = image(alice);
    ok("PUT", "/v2/images/" + bobsImage + "/file", bob, "bytes");
    ok("PUT", "/v2/images/" + batchImage + "/file", alice, "bytes");
  }

  @Test
  void theTableIsThatOfTheOperations() {
    assertThat(
            Arrays.stream(Operation.values())
                .filter(
                    operation ->
                        operation.requirements().stream()
                            .anyMatch(one -> one.action().service().equals("ims")))
                .map(Row::of))
        .containsExactlyInAnyOrderElementsOf(rows().toList());
  }

  /** All actions of a row count at the same places. */
  @Test
  void aRowsActionsHaveOneScope() {
    for (Operation operation : Operation.values()) {
      if (operation.requirements().stream().anyMatch(one -> one.action().service().equals("ims"))) {
        Row row = Row.of(operation);
        Set<GrantScope> scopes = EnumSet.of(GrantScope.PROJECT);
        if (row.enterprise()) {
          scopes.add(GrantScope.ENTERPRISE_PROJECT);
        }
        if (row.domain()) {
          scopes.add(GrantScope.DOMAIN);
        }
        assertThat(operation.requirements())
            .as(operation.name())
            .allSatisfy(one -> assertThat(one.scopes()).isEqualTo(scopes));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatSufficesPassesAndNothingElse(Row row) {
    String holders = "users";
    for (Case one : cases(row)) {
      holders = holders.equals("users") ? "groups" : "users";
      for (Grant grant : one.grants()) {
        grant("PUT", holders, grant);
      }
      try {
        assertAnswer(row, one.missing(), one.toString());
      } finally {
        for (Grant grant : one.grants()) {
          grant("DELETE", holders, grant);
        }
      }
      assertAnswer(row, row.actions(), "revoked: " + one);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void grantingAgainAllowsAgain(Row row) {
    Grant all = new Grant("Allow", row.actions(), Place.INHERITED);
    for (int round = 1; round <= 2; round++) {
      grant("PUT", "groups", all);
      assertAnswer(row, List.of(), "granted, round " + round);
      grant("DELETE", "groups", all);
      assertAnswer(row, row.actions(), "revoked, round " + round);
    }
  }

  /** Case counts in the service: such a policy never comes to be judged. */
  @ParameterizedTest
  @MethodSource("rows")
  void aServiceInUpperCaseIsRefusedWhenItIsWritten(Row row) {
    for (String action : row.actions()) {
      Grant wrong = new Grant("Allow", List.of(action.replace("ims:", "IMS:")), Place.PROJECT);
      Response answer = SERVER.send("POST", "/v3.0/OS-ROLE/roles", alice, document(wrong));
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.json().path("error_code").asText()).isEqualTo("IAM.1035");
    }
  }

  private static List<Case> cases(Row row) {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case(List.of(), row.actions()));
    for (Place place : Place.values()) {
      for (List<String> actions : sets(row)) {
        cases.add(judged(row, new Grant("Allow", actions, place)));
      }
      Grant all = new Grant("Allow", row.actions(), place);
      cases.add(judged(row, all, new Grant("Deny", List.of("ims:images:*"), place)));
      for (String denied : row.actions()) {
        for (Place where : Place.values()) {
          cases.add(judged(row, all, new Grant("Deny", List.of(denied), where)));
        }
      }
    }
    return cases;
  }

  /** Each action alone, all, wildcards, another case, and what is beside the point. */
  private static Set<List<String>> sets(Row row) {
    Set<List<String>> sets = new LinkedHashSet<>();
    row.actions().forEach(action -> sets.add(List.of(action)));
    sets.add(row.actions());
    sets.add(row.actions().stream().map(AuthorizationTableTest::shouted).toList());
    sets.add(List.of("ims:*:*"));
    sets.add(List.of("ims:images:*"));
    sets.add(List.of("ims:i*s:*"));
    sets.add(List.of("ims:*:*e"));
    sets.add(List.of("ims:quotas:*"));
    sets.add(List.of("ims:webhooks:*"));
    sets.add(row.actions().stream().map(action -> action.replace("ims:", "ecs:")).toList());
    return sets;
  }

  /** Case counts in the service only. */
  private static String shouted(String action) {
    return "ims" + action.substring(3).toUpperCase(Locale.ROOT);
  }

  private static Case judged(Row row, Grant... grants) {
    if (!row.isOfAnyImages()) {
      return new Case(List.of(grants), missing(row, Place.ENTERPRISE_PROJECT, grants));
    }
    boolean somewhere =
        Stream.of(Place.PROJECT, Place.ENTERPRISE_PROJECT, Place.OTHER_ENTERPRISE_PROJECT)
            .anyMatch(at -> missing(row, at, grants).isEmpty());
    return new Case(List.of(grants), somewhere ? List.of() : missing(row, Place.PROJECT, grants));
  }

  private static List<String> missing(Row row, Place at, Grant... grants) {
    return row.actions().stream()
        .filter(
            action ->
                !says("Allow", action, row, at, grants) || says("Deny", action, row, at, grants))
        .toList();
  }

  private static boolean says(String effect, String action, Row row, Place at, Grant... grants) {
    return Stream.of(grants)
        .anyMatch(
            grant ->
                grant.effect().equals(effect)
                    && grant.place().counts(row, at)
                    && grant.actions().stream().anyMatch(pattern -> covers(pattern, action)));
  }

  private static boolean covers(String pattern, String action) {
    String regex = Pattern.quote(pattern).replace("*", "\\E[^:]*\\Q");
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE).matcher(action).matches();
  }

  private static void assertAnswer(Row row, List<String> missing, String why) {
    SERVER.decisions(user);
    Response answer = send(row);
    String description = "%s, %s: %s".formatted(row, why, answer.body());
    assertThat(SERVER.decisions(user))
        .as("%s: it asks once, for its own row", description)
        .singleElement()
        .satisfies(
            decision -> {
              assertThat(decision.operation().method() + " " + decision.operation().path())
                  .isEqualTo(row.name());
              assertThat(decision.reasons())
                  .extracting(reason -> reason.action().toString())
                  .containsExactlyElementsOf(row.actions());
              assertThat(decision.allowed()).isEqualTo(missing.isEmpty());
            });
    List<String> named = named(answer);
    if (missing.isEmpty()) {
      assertThat(named).as(description).isEmpty();
      Integer success = SUCCESS.get(row.name());
      if (success != null) {
        assertThat(answer.status()).as(description).isEqualTo(success);
      }
    } else {
      assertThat(answer.status()).as(description).isEqualTo(403);
      assertThat(named).as(description).isEqualTo(missing);
    }
  }

  /** The actions that a refusal names. */
  private static List<String> named(Response answer) {
    Matcher matcher = NAMED.matcher(answer.status() == 403 ? answer.body() : "");
    return matcher.results().map(found -> Action.of(found.group()).toString()).toList();
  }

  private static Response send(Row row) {
    boolean accepts = row.name().equals("PUT /v2/images/{image_id}/members/{member_id}");
    boolean adds = row.name().equals("POST /v2/images/{image_id}/members");
    if (adds) {
      SERVER.send("DELETE", "/v2/images/%s/members/%s".formatted(image, bobsProject), alice, null);
    } else if (row.path().endsWith("{member_id}")) {
      SERVER.send("POST", "/v2/images/%s/members".formatted(image), alice, member());
    }
    String path =
        row.path()
            .replace("{image_id}", accepts ? bobsImage : image)
            .replace("{member_id}", accepts ? project : bobsProject)
            .replace("{project_id}", project)
            .replace("{tag}", "t")
            .replace("{webhook_id}", "none")
            .replace("{delivery_id}", "1");
    return SERVER.exchange(head(row, path, body(row)), body(row).getBytes(UTF_8));
  }

  private static String member() {
    return "{\"member\": \"%s\"}".formatted(bobsProject);
  }

  private static String body(Row row) {
    if (row.path().equals("/v1/cloudimages/members")) {
      return row.method().equals("PUT")
          ? "{\"images\": [\"%s\"], \"project_id\": \"%s\", \"status\": \"accepted\"}"
              .formatted(bobsImage, project)
          : "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}".formatted(batchImage, bobsProject);
    }
    return switch (row.method() + " " + row.path().replaceAll(".*/", "")) {
      case "POST members" -> member();
      case "PUT {member_id}" -> "{\"status\": \"accepted\"}";
      case "POST images" -> "{\"name\": \"made\"}";
      case "PATCH {image_id}" ->
          "[{\"op\": \"replace\", \"path\": \"/%s\", \"value\": \"0\"}]"
              .formatted(row.moves() ? "enterprise_project_id" : "name");
      case "POST import" -> "{\"method\": {\"name\": \"glance-direct\"}}";
      case "PUT file", "PUT stage" -> "bytes";
      case "POST webhooks" -> "{\"url\": \"https://example.org\"}";
      case "PATCH {webhook_id}" -> "{}";
      case "POST replay" -> "{\"since\": \"2026-01-01\"}";
      default -> "";
    };
  }

  private static String head(Row row, String path, String body) {
    String type =
        switch (row.method() + " " + row.path().replaceAll(".*/", "")) {
          case "PATCH {image_id}" -> "application/openstack-images-v2.1-json-patch";
          case "PUT file", "PUT stage" -> "application/octet-stream";
          default -> "application/json";
        };
    return """
    %s %s HTTP/1.1
    Host: %s
    X-Auth-Token: %s
    Content-Type: %s
    Content-Length: %d
    Connection: close

    """
        .formatted(row.method(), path, SERVER.host(), token, type, body.length())
        .replace("\n", "\r\n");
  }

  private static void grant(String method, String holders, Grant grant) {
    String policy =
        POLICIES.computeIfAbsent(List.of(grant.effect(), grant.actions()), says -> policy(grant));
    String holder = holders.equals("users") ? user : group;
    ok(method, grant.place().path(holders, holder, policy), alice, null);
  }

  private static String policy(Grant grant) {
    return made("/v3.0/OS-ROLE/roles", document(grant));
  }

  private static String document(Grant grant) {
    return """
    {"role": {"display_name": "%s", "type": "XA", "description": "", "policy":
      {"Version": "1.1", "Statement": [{"Effect": "%s", "Action": ["%s"]}]}}}
    """
        .formatted(UUID.randomUUID(), grant.effect(), String.join("\", \"", grant.actions()));
  }

  /** Protected, so that deleting it is tried and not done. */
  private static String image(String owner) {
    return ok(
            "POST",
            "/v2/images",
            owner,
            "{\"disk_format\": \"raw\", \"container_format\": \"bare\", \"protected\": true}")
        .json()
        .path("id")
        .asText();
  }

  private static void share(String owner, String image, String member) {
    ok("POST", "/v2/images/" + image + "/members", owner, "{\"member\": \"%s\"}".formatted(member));
  }

  private static String made(String path, String body) {
    return ok("POST", path, alice, body).json().elements().next().path("id").asText();
  }

  private static Response ok(String method, String path, String token, @Nullable String body) {
    Response answer = SERVER.send(method, path, token, body);
    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isBetween(200, 299);
    return answer;
  }
}
