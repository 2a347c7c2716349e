package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.client.Endpoint;
import dev.vitrine.conformance.Browser.Look;
import dev.vitrine.operation.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
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

  /** Two operations, so that a view offers either both or none. */
  private static final Set<String> UPLOAD = Set.of("CREATE_IMAGE", "UPLOAD_IMAGE");

  /**
   * The operations of each view, beside that without which the view has no rows to work on. The
   * image is active, has a tag, and is offered to the other project; the job failed to offer it to
   * a third one. Nobody listens where the webhook sends to.
   */
  private static final List<Shown> VIEWS =
      List.of(
          new Shown("start", "LIST_IMAGES", ".brief a", Set.of(), UPLOAD),
          new Shown("upload", "CREATE_IMAGE", ".drop", Set.of(), UPLOAD),
          new Shown(
              "share?images={image}&projects={other}",
              "BATCH_ADD_MEMBERS",
              ".step [data-operation]",
              Set.of(),
              Set.of("BATCH_ADD_MEMBERS")),
          new Shown("jobs", "LIST_JOBS", "v-rows.jobs .body .row", Set.of(), Set.of()),
          new Shown(
              "history",
              "LIST_HISTORY",
              "v-rows.events .body .row",
              Set.of(),
              Set.of("LIST_HISTORY")),
          new Shown(
              "history/access",
              "LIST_ACCESS",
              "v-rows.usable .body .row",
              Set.of(),
              Set.of("LIST_ACCESS")),
          new Shown(
              "webhooks", "LIST_WEBHOOKS", "v-rows.webhooks", Set.of("CREATE_WEBHOOK"), Set.of()),
          new Shown(
              "webhooks/{webhook}",
              "SHOW_WEBHOOK",
              "v-rows.deliveries .body .row",
              Set.of(),
              Set.of(
                  "TRY_WEBHOOK",
                  "UPDATE_WEBHOOK",
                  "REPLACE_WEBHOOK_SECRET",
                  "DELETE_WEBHOOK",
                  "RETRY_WEBHOOK_DELIVERY",
                  "REPLAY_WEBHOOK")),
          new Shown(
              "images/{image}?as_of={then}",
              "SHOW_IMAGE_ACCESS",
              "v-rows.members .body .row",
              Set.of(),
              Set.of("SHOW_IMAGE_ACCESS", "SHOW_IMAGE_HISTORY")),
          new Shown(
              "jobs/{job}",
              "SHOW_JOB_REASONS",
              "v-rows.pairs",
              Set.of(),
              Set.of("BATCH_ADD_MEMBERS")),
          new Shown(
              "why?operation=DELETE_IMAGE&image={image}",
              "EXPLAIN",
              ".verdict",
              Set.of("LIST_ROLE_ASSIGNMENTS"),
              Set.of()),
          new Shown(
              "images", "LIST_IMAGES", "v-images .body .row", UPLOAD, Set.of("BATCH_ADD_MEMBERS")),
          new Shown(
              "images/{image}",
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
                  "BATCH_DELETE_MEMBERS",
                  "SHOW_IMAGE_ACCESS",
                  "SHOW_IMAGE_HISTORY")),
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

  @TempDir private static Path files;
  private static RunningServer server;
  private static Browser browser;

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

  /** What the placeholders in a place stand for, by the domain of who walks. */
  private static final Map<String, Map<String, String>> THINGS = new HashMap<>();

  @BeforeAll
  static void start() {
    Browser.require();
    server = RunningServer.up("--sharing.max-members=1", "--webhooks.allow=127.0.0.1");
    browser = new Browser(server.url());
    Endpoint alice = endpoint("alice");
    people(alice);
    THINGS.put("alice", things("alice", "admin"));
    THINGS.put("Default", things("admin", "alice"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
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

  /**
   * One of each in the owner's project or its domain, so that every list has a row to act on.
   *
   * @param another whose project the image cannot be offered to: bob's is its only member
   */
  private static Map<String, String> things(String cloud, String another) {
    Endpoint owner = endpoint(cloud);
    String project = server.signIn(cloud).project();
    String other = server.signIn("bob").project();
    String webhook =
        owner
            .call("POST", "/vitrine/v1/webhooks", write(Map.of("url", "http://127.0.0.1:1")))
            .json()
            .at("/webhook/id")
            .asText();
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
    String job = share(owner, image, server.signIn(another).project());
    String then = Instant.now().toString();
    return Map.of("image", image, "other", other, "job", job, "then", then, "webhook", webhook);
  }

  /** The id of a job that has ended. */
  private static String share(Endpoint owner, String image, String project) {
    String batch = write(Map.of("images", List.of(image), "projects", List.of(project)));
    String job =
        owner.call("POST", "/v1/cloudimages/members", batch).json().path("job_id").asText();
    while (owner.call("GET", "/vitrine/v1/jobs/" + job, null).json().path("ended_at").isNull()) {
      Thread.onSpinWait();
    }
    return job;
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "alice", "member", "reader", "custom"})
  void whatIsOfferedIsWhatIsAllowed(String user) throws IOException {
    String domain = user.equals("admin") ? "Default" : "alice";
    boolean isDemo = !Set.of("member", "reader", "custom").contains(user);
    browser.begin(new Look("en", 1280, "light"));
    browser.type("[name=user]", user);
    browser.type("[name=domain]", domain);
    browser.type("[name=password]", isDemo ? server.cloud(user, "password") : PASSWORD);
    browser.click("form .primary");
    browser.see(".rail");
    Person person =
        new Person(
            server.endpoint(browser.session("token")), Objects.requireNonNull(THINGS.get(domain)));
    for (Shown view : VIEWS) {
      walk(person, view);
    }
  }

  private static void walk(Person person, Shown view) throws IOException {
    String place = view.place();
    for (Map.Entry<String, String> thing : person.things().entrySet()) {
      place = place.replace("{" + thing.getKey() + "}", thing.getValue());
    }
    browser.go(place);
    boolean isFilled = person.may(view.needed());
    browser.see(isFilled ? view.filled() : ".problem, .empty");
    if (view.place().equals("images") && isFilled) {
      browser.click(".body .row .choose input");
    }
    if (view.place().equals("upload") && isFilled) {
      browser.file(".drop input", Files.write(files.resolve("walked.raw"), new byte[1]));
      browser.see(".uploads .ready");
    }
    browser.settle();
    Set<String> offered = browser.words("data-operation");
    offered.removeIf(operation -> isTab(operation) && !view.place().equals("access"));

    assertThat(offered.stream().filter(one -> !person.may(one)))
        .as("offered on %s, but refused", view.place())
        .isEmpty();
    Set<String> expected = new TreeSet<>(view.always());
    if (isFilled) {
      expected.addAll(view.onRows());
    }
    if (!person.may("CREATE_IMAGE") || !person.mayAnywhere("UPLOAD_IMAGE")) {
      expected.removeAll(UPLOAD);
    }
    expected.removeIf(one -> !person.may(one));
    assertThat(offered).as("allowed on %s, and so not hidden", view.place()).containsAll(expected);
  }

  private static boolean isTab(String operation) {
    return VIEWS.stream()
        .anyMatch(view -> view.place().equals("access") && view.always().contains(operation));
  }

  /** Somebody who walks, and what {@code explain} answers to that. */
  private record Person(Endpoint server, Map<String, String> things, Map<String, Boolean> known) {
    Person(Endpoint server, Map<String, String> things) {
      this(server, things, new HashMap<>());
    }

    /** Whether it may do that; on its image, if it is on one. */
    boolean may(String operation) {
      boolean isOnImage = Operation.valueOf(operation).path().contains("{image_id}");
      return known.computeIfAbsent(
          operation,
          one ->
              explain(
                  isOnImage
                      ? Map.of(
                          "operation", one, "image_id", Objects.requireNonNull(things.get("image")))
                      : Map.of("operation", one)));
    }

    /** Whether its policies allow that. */
    boolean mayAnywhere(String operation) {
      return explain(Map.of("operation", operation));
    }

    private boolean explain(Map<String, String> question) {
      return server
          .call("POST", "/vitrine/v1/explain", write(question))
          .json()
          .path("allowed")
          .asBoolean();
    }
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
