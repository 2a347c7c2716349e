package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.client.Response;
import dev.vitrine.history.AccessEvent;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes of rights are in the history, and who may list the rights reads it (ADR 49). */
@NullMarked
class AccessHistoryTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String HISTORY = "/vitrine/v1/history";

  /** They change nothing that somebody may do. */
  private static final Set<Operation> NO_RIGHTS =
      EnumSet.of(
          // Sessions: a login gives no right that its user did not have.
          Operation.ISSUE_TOKEN,
          Operation.REVOKE_TOKEN,
          Operation.CREATE_TEMPORARY_ACCESS_KEY,
          // No rule and no policy reads tags of projects.
          Operation.REPLACE_PROJECT_TAGS,
          Operation.DELETE_PROJECT_TAGS,
          Operation.ADD_PROJECT_TAG,
          Operation.DELETE_PROJECT_TAG,
          // The catalogue says where services are.
          Operation.CREATE_SERVICE,
          Operation.UPDATE_SERVICE,
          Operation.DELETE_SERVICE,
          Operation.CREATE_ENDPOINT,
          Operation.UPDATE_ENDPOINT,
          Operation.DELETE_ENDPOINT,
          Operation.CREATE_REGION,
          Operation.UPDATE_REGION,
          Operation.DELETE_REGION,
          // Always refused: they are settings.
          Operation.CREATE_REGISTERED_LIMITS,
          Operation.UPDATE_REGISTERED_LIMIT,
          Operation.DELETE_REGISTERED_LIMIT);

  /** The user does it itself; all others the administrator does. */
  private static final Set<Operation> BY_USER =
      EnumSet.of(
          Operation.CHANGE_OWN_PASSWORD,
          Operation.CREATE_APPLICATION_CREDENTIAL,
          Operation.DELETE_APPLICATION_CREDENTIAL);

  private static final String POLICY =
      """
      {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:%s"]}]}""";

  /** What is sent, the name of what it makes, and the kinds of events, sorted. */
  private static final String WRITES =
      """
      CREATE_DOMAIN      | {"domain": {"name": "d"}} | domain | domain.created
      UPDATE_DOMAIN      | {"domain": {"name": "e"}} | | domain.changed
      UPDATE_DOMAIN      | {"domain": {"enabled": false}} | | domain.disabled
      UPDATE_DOMAIN      | {"domain": {"enabled": true}} | | domain.enabled
      CREATE_PROJECT     | {"project": {"name": "p", "domain_id": "default"}} | project | project.created
      UPDATE_PROJECT     | {"project": {"enabled": false}} | | project.disabled
      UPDATE_PROJECT     | {"project": {"enabled": true}} | | project.enabled
      CREATE_USER        | {"user": {"name": "u", "domain_id": "default", "password": "old-secret-1"}} | user | user.created
      UPDATE_USER        | {"user": {"name": "v"}} | | user.changed
      UPDATE_USER        | {"user": {"enabled": false}} | | user.disabled
      UPDATE_USER        | {"user": {"enabled": true}} | | user.enabled
      UPDATE_USER        | {"user": {"password": "new-secret-2"}} | | user.password_changed
      CHANGE_OWN_PASSWORD | {"user": {"original_password": "new-secret-2", "password": "own-secret-3"}} | | user.password_changed
      CREATE_GROUP       | {"group": {"name": "g", "domain_id": "default"}} | group | group.created
      UPDATE_GROUP       | {"group": {"name": "h"}} | | group.changed
      ADD_USER_TO_GROUP  | | | group.member_added
      ADD_USER_TO_GROUP  | | |
      CREATE_ROLE        | {"role": {"name": "r"}} | role | role.created
      UPDATE_ROLE        | {"role": {"name": "s"}} | | role.changed
      GRANT_ROLE_TO_USER_ON_PROJECT   | | | grant.created
      GRANT_ROLE_TO_USER_ON_PROJECT   | | |
      REVOKE_ROLE_FROM_USER_ON_PROJECT | | | grant.removed
      GRANT_ROLE_TO_GROUP_ON_PROJECT  | | | grant.created
      REVOKE_ROLE_FROM_GROUP_ON_PROJECT | | | grant.removed
      GRANT_ROLE_TO_USER_ON_DOMAIN    | | | grant.created
      REVOKE_ROLE_FROM_USER_ON_DOMAIN | | | grant.removed
      GRANT_ROLE_TO_GROUP_ON_DOMAIN   | | | grant.created
      REVOKE_ROLE_FROM_GROUP_ON_DOMAIN | | | grant.removed
      GRANT_ROLE_TO_USER_ON_ALL_PROJECTS    | | | grant.created
      REVOKE_ROLE_FROM_USER_ON_ALL_PROJECTS | | | grant.removed
      GRANT_ROLE_TO_GROUP_ON_ALL_PROJECTS   | | | grant.created
      REVOKE_ROLE_FROM_GROUP_ON_ALL_PROJECTS | | | grant.removed
      GRANT_ROLE_TO_USER_ON_PROJECT   | | | grant.created
      CREATE_APPLICATION_CREDENTIAL | {"application_credential": {"name": "c"}} | application_credential | application_credential.created
      DELETE_APPLICATION_CREDENTIAL | | | application_credential.deleted
      CREATE_ACCESS_KEY  | {"credential": {"user_id": "<user>"}} | access_key | access_key.created
      UPDATE_ACCESS_KEY  | {"credential": {"status": "inactive"}} | | access_key.disabled
      UPDATE_ACCESS_KEY  | {"credential": {"description": "d"}} | |
      UPDATE_ACCESS_KEY  | {"credential": {"status": "active"}} | | access_key.enabled
      DELETE_ACCESS_KEY  | | | access_key.deleted
      CREATE_ACCESS_KEY  | {"credential": {"user_id": "<user>"}} | access_key | access_key.created
      CREATE_CUSTOM_POLICY | {"role": {"display_name": "x", "type": "XA", "description": "", "policy": <policy-get>}} | policy | policy.created
      UPDATE_CUSTOM_POLICY | {"role": {"policy": <policy-list>}} | | policy.changed
      CREATE_ENTERPRISE_PROJECT  | {"name": "ep"} | enterprise_project | enterprise_project.created
      UPDATE_ENTERPRISE_PROJECT  | {"name": "eq"} | | enterprise_project.changed
      DISABLE_ENTERPRISE_PROJECT | {"action": "disable"} | | enterprise_project.disabled
      ENABLE_ENTERPRISE_PROJECT  | {"action": "enable"} | | enterprise_project.enabled
      GRANT_ROLE_TO_USER_ON_ENTERPRISE_PROJECT    | | | grant.created
      REVOKE_ROLE_FROM_USER_ON_ENTERPRISE_PROJECT | | | grant.removed
      GRANT_ROLE_TO_GROUP_ON_ENTERPRISE_PROJECT   | | | grant.created
      REVOKE_ROLE_FROM_GROUP_ON_ENTERPRISE_PROJECT | | | grant.removed
      GRANT_ROLE_TO_GROUP_ON_ENTERPRISE_PROJECT   | | | grant.created
      DELETE_CUSTOM_POLICY | | | grant.removed policy.deleted
      REMOVE_USER_FROM_GROUP | | | group.member_removed
      ADD_USER_TO_GROUP  | | | group.member_added
      GRANT_ROLE_TO_GROUP_ON_PROJECT | | | grant.created
      DELETE_GROUP       | | | grant.removed group.deleted group.member_removed
      DELETE_ROLE        | | | grant.removed role.deleted
      DELETE_USER        | | | access_key.deleted user.deleted
      CREATE_LIMITS      | <limits> | limit | limit.created
      UPDATE_LIMIT       | {"limit": {"description": "d"}} | |
      UPDATE_LIMIT       | {"limit": {"resource_limit": 2}} | | limit.changed
      DELETE_LIMIT       | | | limit.deleted
      CREATE_LIMITS      | <limits> | limit | limit.created
      DELETE_PROJECT     | | | limit.deleted project.deleted
      UPDATE_DOMAIN      | {"domain": {"enabled": false}} | | domain.disabled
      DELETE_DOMAIN      | | | domain.deleted
      """;

  private static String admin;
  private static String alice;
  private static String aliceDomain;

  @BeforeAll
  static void logIn() {
    admin = SERVER.token("admin");
    alice = SERVER.token("alice");
    aliceDomain = domain("alice");
  }

  private static String domain(String name) {
    return SERVER.look("select domain_id from domain where name = '%s'".formatted(name)).getFirst();
  }

  /** Each operation that may change a right is here: a new one is missing until it has a row. */
  @Test
  void everyChangeOfRightsIsAnEvent() {
    Map<String, String> ids = new HashMap<>();
    Set<Operation> done = EnumSet.noneOf(Operation.class);
    for (String line : WRITES.lines().toList()) {
      String[] cells = Stream.of(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
      Operation operation = Operation.valueOf(cells[0]);
      done.add(operation);
      long last = last();

      Response answer = send(operation, cells[1], ids);

      assertThat(answer.status()).as("%s: %s", line, answer.body()).isBetween(200, 299);
      if (!cells[2].isEmpty()) {
        ids.put(cells[2], made(answer));
      }
      assertThat(kindsSince(last)).as(line).isEqualTo(cells[3]);
      String author = BY_USER.contains(operation) ? ids.get("user") : user("admin");
      assertThat(authorsSince(last))
          .as(line)
          .isEqualTo(cells[3].isEmpty() ? Set.of() : Set.of(author + " req req-mine"));
    }
    Set<Operation> writes =
        Stream.of(Operation.values())
            .filter(
                operation ->
                    operation.protocol() == Protocol.KEYSTONE
                        || operation.protocol() == Protocol.IAM)
            .filter(operation -> !Set.of("GET", "HEAD").contains(operation.method()))
            .filter(operation -> !NO_RIGHTS.contains(operation))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Operation.class)));
    assertThat(done).isEqualTo(writes);
  }

  private static long last() {
    return Long.parseLong(
        SERVER.look("select coalesce(max(event_id), 0)::text from access_event").getFirst());
  }

  private static String kindsSince(long last) {
    return String.join(
        " ",
        SERVER.look(
            "select kind from access_event where event_id > %d order by 1".formatted(last)));
  }

  private static Set<String> authorsSince(long last) {
    return Set.copyOf(
        SERVER.look(
            """
            select concat_ws(' ', actor, substr(request_id, 1, 3), client_request_id) from access_event
            where event_id > %d
            """
                .formatted(last)));
  }

  private static Response send(Operation operation, String body, Map<String, String> ids) {
    String path = operation.path();
    // A custom policy is granted where enterprise projects are.
    String role =
        Objects.requireNonNullElse(
            path.contains("OS-ROLE") || path.contains("enterprise-projects")
                ? ids.get("policy")
                : ids.get("role"),
            "none");
    path =
        path.replace("{role_id}", role).replace("{access_key}", ids.getOrDefault("access_key", ""));
    for (Map.Entry<String, String> id : ids.entrySet()) {
      path = path.replace("{" + id.getKey() + "_id}", id.getValue());
      body = body.replace("<" + id.getKey() + ">", id.getValue());
    }
    body =
        body.replace("<policy-get>", POLICY.formatted("get"))
            .replace("<limits>", limits(ids.get("project")))
            .replace("<policy-list>", POLICY.formatted("list"));
    String token = null;
    if (!operation.isOpen()) {
      token =
          BY_USER.contains(operation)
              ? SERVER.token("v", "own-secret-3", "Default", TestServer.project("p", "Default"))
              : admin;
    }
    return SERVER.send(
        operation.method(),
        path,
        token,
        body.isEmpty() ? null : body,
        "X-Openstack-Request-Id: mine\r\n");
  }

  private static String limits(@Nullable String project) {
    return """
    {"limits": [{"project_id": "%s", "service_id": "%s", "resource_name": "image_count_total", "resource_limit": 1}]}
    """
        .formatted(project, BuiltIn.id("image"));
  }

  private static String made(Response answer) {
    JsonNode first = answer.json().elements().next();
    JsonNode made = first.isArray() ? first.path(0) : first;
    return made.path(made.has("access") ? "access" : "id").asText();
  }

  private static String user(String name) {
    return SERVER
        .look("select user_id from user_account where name = '%s'".formatted(name))
        .getFirst();
  }

  @Test
  void whatEndsWithADomainIsRecorded() {
    String domain = SERVER.make(admin, "domains", "{\"domain\": {\"name\": \"ending\"}}");
    String user = in(domain, "users", "user");
    String group = in(domain, "groups", "group");
    in(domain, "projects", "project");
    put("/v3/groups/" + group + "/users/" + user);
    put("/v3/domains/" + domain + "/users/" + user + "/roles/" + role("reader"));
    done(
        SERVER.send("PATCH", "/v3/domains/" + domain, admin, "{\"domain\": {\"enabled\": false}}"));
    long last = last();

    done(SERVER.send("DELETE", "/v3/domains/" + domain, admin, null));

    assertThat(kindsSince(last))
        .isEqualTo(
            "domain.deleted grant.removed group.deleted group.member_removed project.deleted user.deleted");
  }

  /** Its domain stays, without an account user. */
  @Test
  void theDeletionOfAnAccountUserChangesItsDomain() {
    String user = user("bob");
    long last = last();

    done(SERVER.send("DELETE", "/v3/users/" + user, admin, null));

    assertThat(kindsSince(last)).isEqualTo("domain.changed grant.removed user.deleted");
    JsonNode changed =
        get(admin, HISTORY + "?kind=domain.changed&limit=1&domain_id=" + domain("bob"))
            .at("/events/0");
    assertThat(changed.at("/before/account_user_id").asText()).isEqualTo(user);
    assertThat(changed.at("/after/account_user_id").isNull()).isTrue();
  }

  private static String in(String domain, String plural, String name) {
    return SERVER.make(
        admin,
        plural,
        "{\"%s\": {\"name\": \"e\", \"domain_id\": \"%s\"}}".formatted(name, domain));
  }

  private static void put(String path) {
    done(SERVER.send("PUT", path, admin, null));
  }

  private static void done(Response answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
  }

  private static String role(String name) {
    return SERVER
        .look("select role_id from role where domain_id is null and name = '%s'".formatted(name))
        .getFirst();
  }

  @Test
  void aPolicyIsToldAsItWasAndAsItIs() {
    JsonNode made =
        SERVER
            .send(
                "POST",
                "/v3.0/OS-ROLE/roles",
                alice,
                "{\"role\": {\"display_name\": \"told\", \"type\": \"XA\", \"description\": \"\", \"policy\": %s}}"
                    .formatted(POLICY.formatted("get")))
            .json()
            .path("role");
    done(
        SERVER.send(
            "PATCH",
            "/v3.0/OS-ROLE/roles/" + made.path("id").asText(),
            alice,
            "{\"role\": {\"policy\": %s}}".formatted(POLICY.formatted("list"))));

    JsonNode event = get(alice, HISTORY + "?kind=policy.changed&limit=1").at("/events/0");

    assertThat(event.at("/before/document/Statement/0/Action/0").asText())
        .isEqualTo("ims:images:get");
    assertThat(event.at("/after/document/Statement/0/Action/0").asText())
        .isEqualTo("ims:images:list");
    assertThat(event.path("domain_id").asText()).isEqualTo(aliceDomain);
    assertThat(event.path("user_id").asText()).isEqualTo(user("alice"));
    assertThat(event.path("image_id").isNull()).isTrue();
  }

  @Test
  void noSecretIsTold() {
    String before = SERVER.look("select count(*)::text from access_event").getFirst();
    assertThat(Long.parseLong(before)).isPositive();
    assertThat(
            SERVER.look(
                """
                select kind from access_event
                where concat(before, after) ~* 'password_hash|secret|pbkdf|\\$'
                """))
        .isEmpty();
  }

  /** The right to list is the right to read what happened; there is no other. */
  @Test
  void whoMayListTheRightsReadsTheirHistory() {
    String everything = HISTORY + "?kind=" + words(AccessEvent.Kind.values());
    SERVER.make(admin, "roles", "{\"role\": {\"name\": \"of-all-domains\"}}");
    assertThat(get(alice, everything).path("events")).isNotEmpty();
    assertThat(domains(alice, everything)).containsOnly(aliceDomain, "");
    assertThat(domains(admin, everything + "&domain_id=" + aliceDomain))
        .containsOnly(aliceDomain, "");
    assertThat(domains(admin, everything)).containsOnly("default", "");
    assertThat(SERVER.send("GET", everything + "&domain_id=default", alice, null).status())
        .isEqualTo(403);
    assertThat(SERVER.send("GET", HISTORY + "?domain_id=default", alice, null).status())
        .isEqualTo(403);
    assertThat(domains(alice, HISTORY + "?domain_id=" + aliceDomain))
        .as("no events of images")
        .containsOnly(aliceDomain, "");
    assertThat(
            SERVER
                .send("GET", HISTORY + "?kind=offer.created&domain_id=" + aliceDomain, alice, null)
                .status())
        .isEqualTo(400);

    String ofDomain = SERVER.tokenOf("alice", "{\"domain\": {\"name\": \"alice\"}}");
    assertThat(domains(ofDomain, everything)).containsOnly(aliceDomain, "");
    assertThat(SERVER.send("GET", HISTORY, ofDomain, null).status())
        .as("images belong to projects")
        .isEqualTo(403);

    String reader = reader();
    Response refused = SERVER.send("GET", HISTORY + "?kind=grant.created", reader, null);
    assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    assertThat(get(reader, HISTORY).path("events")).as("nor without asking").isEmpty();
    for (AccessEvent.Kind kind : AccessEvent.Kind.values()) {
      assertThat(SERVER.send("GET", HISTORY + "?kind=" + kind.word(), reader, null).status())
          .as(kind.word())
          .isEqualTo(403);
    }
  }

  /** The first start ships roles, and then makes the domains. */
  @Test
  void whatBelongedToAllBeforeADomainWasThereDoesNotConcernIt() {
    String events = HISTORY + "?kind=role.created,domain.created&limit=1000&domain_id=";
    String role = SERVER.make(admin, "roles", "{\"role\": {\"name\": \"between\"}}");
    String later = SERVER.make(admin, "domains", "{\"domain\": {\"name\": \"later\"}}");

    assertThat(get(admin, events + later).path("events").findValuesAsText("kind"))
        .containsExactly("domain.created");
    JsonNode ofAlice = get(alice, events + aliceDomain).path("events");
    assertThat(ofAlice.findValuesAsText("kind")).endsWith("role.created", "domain.created");
    assertThat(ofAlice.toString()).contains(role).doesNotContain("IMS ReadOnlyAccess");
  }

  /** A user that may read images only. */
  private static String reader() {
    String user =
        SERVER.make(
            alice,
            "users",
            "{\"user\": {\"name\": \"rita\", \"password\": \"rita-secret-1\", \"domain_id\": \"%s\"}}"
                .formatted(aliceDomain));
    done(
        SERVER.send(
            "PUT",
            "/v3/projects/%s/users/%s/roles/%s"
                .formatted(SERVER.demoProject(alice), user, role("IMS ReadOnlyAccess")),
            alice,
            null));
    return SERVER.token(
        "rita", "rita-secret-1", "alice", TestServer.project(TestServer.REGION, "alice"));
  }

  private static String words(AccessEvent.Kind... kinds) {
    return Stream.of(kinds).map(AccessEvent.Kind::word).collect(Collectors.joining(","));
  }

  private static Set<String> domains(String token, String path) {
    return StreamSupport.stream(
            get(token, path + "&limit=1000").path("events").spliterator(), false)
        .filter(event -> event.path("image_id").isNull())
        .map(event -> event.path("domain_id").isNull() ? "" : event.path("domain_id").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Both sorts in one list, by time. */
  @Test
  void pagesAreTheWholeOfIt() {
    for (int i = 0; i < 3; i++) {
      done(
          SERVER.send(
              "POST",
              "/v2/images",
              alice,
              "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}"));
      SERVER.make(alice, "groups", "{\"group\": {\"name\": \"page-%d\"}}".formatted(i));
    }
    List<String> whole = marks(get(alice, HISTORY + "?limit=1000"));
    List<String> read = new ArrayList<>();
    JsonNode page = get(alice, HISTORY + "?limit=1");
    while (true) {
      read.addAll(marks(page));
      if (page.path("next_marker").isNull()) {
        break;
      }
      page = get(alice, HISTORY + "?limit=1&marker=" + page.path("next_marker").asText());
    }
    assertThat(read).isEqualTo(whole).doesNotHaveDuplicates();
    assertThat(whole.subList(0, 6).stream().map(mark -> mark.split(" ", -1)[1]))
        .containsExactly(
            "group.created",
            "image.created",
            "group.created",
            "image.created",
            "group.created",
            "image.created");
  }

  private static List<String> marks(JsonNode page) {
    return StreamSupport.stream(page.path("events").spliterator(), false)
        .map(
            event ->
                event.path("at").asText()
                    + " "
                    + event.path("kind").asText()
                    + " "
                    + event.path("id").asText())
        .toList();
  }

  @Test
  void itIsATableToo() {
    Response csv = SERVER.send("GET", HISTORY + "?kind=domain.created&format=csv", alice, null);

    String[] lines = csv.body().split("\r\n", -1);
    assertThat(lines[0]).endsWith(",domain_id,before,after");
    assertThat(lines[1])
        .contains(
            "domain.created", aliceDomain, "\"\"name\"\" : \"\"alice\"\"".replace(" : ", ":"));
  }

  @Test
  void theStartIsAnAuthor() {
    JsonNode events =
        get(alice, HISTORY + "?kind=domain.created,grant.created&limit=1000").path("events");
    JsonNode oldest = events.path(events.size() - 1);

    assertThat(oldest.path("request_id").asText()).isEqualTo("start");
    assertThat(oldest.path("user_id").isNull()).isTrue();
  }

  private static JsonNode get(String token, String path) {
    Response answer = SERVER.send("GET", path, token, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }
}
