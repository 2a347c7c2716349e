package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.client.Endpoint;
import dev.vitrine.conformance.Browser.Look;
import dev.vitrine.operation.Operation;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the console offers is what {@code explain} allows: five roles walk every view. Each button
 * names its operations in {@code data-operation}. None is offered that would be refused, and none
 * that a view has is hidden from those who may.
 */
class OfferedTest {
  private static final String PASSWORD = "correct horse battery staple";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The operations of each view, beside that without which the view has no rows to work on. {@code
   * IMAGE} is an active image with a tag, offered to another project.
   */
  private static final List<Shown> VIEWS =
      List.of(
          new Shown(
              "images",
              "LIST_IMAGES",
              "v-images .body .row",
              Set.of("CREATE_IMAGE", "UPLOAD_IMAGE"),
              Set.of("BATCH_ADD_MEMBERS")),
          new Shown(
              "images/IMAGE",
              "SHOW_IMAGE",
              ".facts",
              Set.of(),
              Set.of(
                  "DOWNLOAD_IMAGE",
                  "DEACTIVATE_IMAGE",
                  "UPDATE_IMAGE",
                  "DELETE_IMAGE",
                  "ADD_TAG",
                  "DELETE_TAG",
                  "BATCH_ADD_MEMBERS",
                  "BATCH_DELETE_MEMBERS")),
          new Shown(
              "inbox", "LIST_IMAGES", "v-rows.offers", Set.of(), Set.of("BATCH_UPDATE_MEMBERS")),
          new Shown(
              "access",
              "LIST_OWN_PROJECTS",
              ".empty",
              Set.of(
                  "LIST_CUSTOM_POLICIES",
                  "LIST_GRANTS",
                  "LIST_USERS",
                  "LIST_GROUPS",
                  "LIST_PROJECTS",
                  "LIST_ENTERPRISE_PROJECTS"),
              Set.of()),
          access(
              "policies",
              "LIST_CUSTOM_POLICIES",
              "v-rows.policies",
              "CREATE_CUSTOM_POLICY",
              "UPDATE_CUSTOM_POLICY",
              "DELETE_CUSTOM_POLICY"),
          access(
              "grants",
              "LIST_GRANTS",
              "v-rows.grants",
              "GRANT_ROLE_TO_USER_ON_PROJECT",
              "REVOKE_ROLE_FROM_USER_ON_PROJECT"),
          access(
              "users",
              "LIST_USERS",
              "v-rows.directory",
              "CREATE_USER",
              "UPDATE_USER",
              "DELETE_USER"),
          access(
              "groups",
              "LIST_GROUPS",
              "v-rows.directory",
              "CREATE_GROUP",
              "UPDATE_GROUP",
              "DELETE_GROUP",
              "LIST_USERS_IN_GROUP"),
          access(
              "projects",
              "LIST_PROJECTS",
              "v-rows.directory",
              "CREATE_PROJECT",
              "UPDATE_PROJECT",
              "DELETE_PROJECT"),
          access(
              "enterprise",
              "LIST_ENTERPRISE_PROJECTS",
              "v-rows.directory",
              "CREATE_ENTERPRISE_PROJECT",
              "UPDATE_ENTERPRISE_PROJECT",
              "DISABLE_ENTERPRISE_PROJECT"));

  private static RunningServer server;

  /**
   * A view.
   *
   * @param needed fills the view
   * @param filled what one sees then
   * @param always offered also if the view cannot be filled
   * @param onRows offered on what the view shows
   */
  private record Shown(
      String place, String needed, String filled, Set<String> always, Set<String> onRows) {}

  private static Shown access(
      String tab, String needed, String filled, String create, String... on) {
    return new Shown("access/" + tab, needed, filled, Set.of(create), Set.of(on));
  }

  @BeforeAll
  static void start() {
    assumeTrue(Browser.isThere(), "Chromium and its driver are not installed");
    server = RunningServer.up();
    Endpoint alice = endpoint("alice");
    people(alice);
    things(alice, server.signIn("alice").project(), server.signIn("bob").project());
    Endpoint admin = endpoint("admin");
    things(admin, server.signIn("admin").project(), server.signIn("bob").project());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** Three users beside the account: with a role, with another, with a policy of their own. */
  private static void people(Endpoint alice) {
    String project = server.signIn("alice").project();
    for (String role : List.of("member", "reader")) {
      String found =
          alice.call("GET", "/v3/roles?name=" + role, null).json().at("/roles/0/id").asText();
      grant(alice, project, user(alice, role), found);
    }
    List<String> actions =
        List.of("get", "list", "create", "update", "upload", "delete").stream()
            .map("ims:images:%s"::formatted)
            .toList();
    Map<String, ?> document =
        Map.of(
            "Version", "1.1", "Statement", List.of(Map.of("Effect", "Allow", "Action", actions)));
    Map<String, ?> policy =
        Map.of("display_name", "no-share", "description", "", "type", "XA", "policy", document);
    String id = create(alice, "/v3.0/OS-ROLE/roles", "role", policy);
    grant(alice, project, user(alice, "custom"), id);
  }

  private static String user(Endpoint alice, String name) {
    return create(alice, "/v3/users", "user", Map.of("name", name, "password", PASSWORD));
  }

  private static void grant(Endpoint alice, String project, String user, String role) {
    alice.call("PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, role), null);
  }

  /** One of each in the project or its domain, so that every list has a row to act on. */
  private static void things(Endpoint owner, String project, String other) {
    String image =
        create(
            owner,
            "/v2/images",
            null,
            Map.of(
                "name",
                "walked",
                "disk_format",
                "raw",
                "container_format",
                "bare",
                "tags",
                List.of("tagged")));
    owner.upload("/v2/images/" + image + "/file", BodyPublishers.ofString("x"));
    create(owner, "/v2/images/" + image + "/members", null, Map.of("member", other));
    Endpoint bob = endpoint("bob");
    String offered =
        create(
            bob,
            "/v2/images",
            null,
            Map.of("name", "offered", "disk_format", "raw", "container_format", "bare"));
    bob.upload("/v2/images/" + offered + "/file", BodyPublishers.ofString("y"));
    create(bob, "/v2/images/" + offered + "/members", null, Map.of("member", project));
    create(owner, "/v3/groups", "group", Map.of("name", "people"));
    create(owner, "/v1.0/enterprise-projects", null, Map.of("name", "unit", "description", ""));
    if (owner.call("GET", "/v3.0/OS-ROLE/roles", null).json().path("roles").isEmpty()) {
      Map<String, ?> statement = Map.of("Effect", "Allow", "Action", List.of("ims:images:get"));
      Map<String, ?> document = Map.of("Version", "1.1", "Statement", List.of(statement));
      create(
          owner,
          "/v3.0/OS-ROLE/roles",
          "role",
          Map.of("display_name", "look", "description", "", "type", "XA", "policy", document));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "alice", "member", "reader", "custom"})
  void whatIsOfferedIsWhatIsAllowed(String user) {
    try (Browser browser = new Browser(server.url(), new Look("en", 1280, "light"))) {
      boolean isDemo = !Set.of("member", "reader", "custom").contains(user);
      browser.type("[name=user]", user);
      browser.type("[name=domain]", user.equals("admin") ? "Default" : "alice");
      browser.type("[name=password]", isDemo ? server.cloud(user, "password") : PASSWORD);
      browser.click("form .primary");
      browser.see(".rail");
      Endpoint person = server.endpoint(browser.session("token"));
      String image =
          endpoint(user.equals("admin") ? "admin" : "alice")
              .call("GET", "/v2/images?name=walked", null)
              .json()
              .at("/images/0/id")
              .asText();
      for (Shown view : VIEWS) {
        walk(browser, person, view, image);
      }
    }
  }

  private static void walk(Browser browser, Endpoint person, Shown view, String image) {
    browser.go(view.place().replace("IMAGE", image));
    boolean isFilled = allowed(person, view.needed(), image);
    browser.see(isFilled ? view.filled() : ".problem, .empty");
    if (view.place().equals("images") && isFilled) {
      browser.click(".body .row .choose input");
    }
    browser.settle();
    Set<String> offered = browser.words("data-operation");
    offered.removeIf(operation -> isTab(operation) && !view.place().equals("access"));

    assertThat(offered.stream().filter(one -> !allowed(person, one, image)))
        .as("offered on %s, but refused", view.place())
        .isEmpty();
    Set<String> expected = new TreeSet<>(view.always());
    if (isFilled) {
      expected.addAll(view.onRows());
    }
    // Uploading takes two operations: either both or none.
    boolean mayUpload =
        allowed(person, "CREATE_IMAGE", image) && allowed(person, "UPLOAD_IMAGE", null);
    expected.removeIf(
        one -> view.always().contains("UPLOAD_IMAGE") && view.always().contains(one) && !mayUpload);
    assertThat(offered)
        .as("allowed on %s, and so not hidden", view.place())
        .containsAll(
            expected.stream()
                .filter(one -> allowed(person, one, image))
                .collect(Collectors.toSet()));
  }

  private static boolean isTab(String operation) {
    return VIEWS.stream()
        .anyMatch(view -> view.place().equals("access") && view.always().contains(operation));
  }

  private static boolean allowed(Endpoint person, String operation, @Nullable String image) {
    boolean isOnImage = image != null && Operation.valueOf(operation).path().contains("{image_id}");
    Map<String, String> question =
        isOnImage
            ? Map.of("operation", operation, "image_id", image)
            : Map.of("operation", operation);
    return person
        .call("POST", "/vitrine/v1/explain", write(question))
        .json()
        .path("allowed")
        .asBoolean();
  }

  private static Endpoint endpoint(String cloud) {
    return server.endpoint(server.signIn(cloud).token());
  }

  /** The id of what is made, which may be inside an object of that name. */
  private static String create(
      Endpoint server, String path, @Nullable String wrapper, Map<String, ?> fields) {
    var made =
        server.call("POST", path, write(wrapper == null ? fields : Map.of(wrapper, fields))).json();
    return (wrapper == null ? made : made.path(wrapper)).path("id").asText();
  }

  private static String write(Map<String, ?> body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
