package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why something is refused, and who may know (ruling 10; issue: "Explain"). */
@NullMarked
class ExplainTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String EXPLAIN = "/vitrine/v1/explain";

  private static String alice;
  private static String bob;
  private static String project;
  private static String image;
  private static String bobs;
  private static String members;

  /** A user of alice's, new for each test. */
  private String name;

  private String user;
  private String token;

  @BeforeAll
  static void share() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    project =
        ask(200, "GET", "/v3/projects?name=RegionOne", alice, null).at("/projects/0/id").asText();
    bobs = ask(200, "GET", "/v3/projects?name=RegionOne", bob, null).at("/projects/0/id").asText();
    image = ask(201, "POST", "/v2/images", alice, "{\"name\": \"i\"}").path("id").asText();
    members = "/v2/images/" + image + "/members";
  }

  @BeforeEach
  void hire() {
    name = "user-" + UUID.randomUUID();
    user =
        ask(
                201,
                "POST",
                "/v3/users",
                alice,
                "{\"user\": {\"name\": \"%s\", \"password\": \"p\"}}".formatted(name))
            .at("/user/id")
            .asText();
    grantAtProject(policy("Allow", "ims:images:get", null));
    token =
        SERVER.token(
            name,
            "p",
            "alice",
            "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");
  }

  @Test
  void aRefusalCarriesTheIdOfItsExplanation() {
    String share = policy("Allow", "ims:images:share", null);
    ask(
        204,
        "PUT",
        "/v3.0/OS-PERMISSION/enterprise-projects/0/users/%s/roles/%s".formatted(user, share),
        alice,
        null);
    String id = refused();

    JsonNode told = ask(200, "GET", explanation(id), token, null);
    assertThat(told.path("allowed").asBoolean()).isFalse();
    assertThat(told.path("changed_since").asBoolean()).isFalse();
    assertThat(told.at("/question/user_id").asText()).isEqualTo(user);
    assertThat(told.at("/question/image_id").asText()).isEqualTo(image);
    assertThat(told.at("/policy/actions/0/kind").asText()).isEqualTo("allowed");
    JsonNode action = told.at("/policy/actions/1");
    assertThat(action.path("action").asText()).isEqualTo("ims:images:share");
    assertThat(action.path("kind").asText()).isEqualTo("nothing_allows");
    assertThat(action.path("considered").findValuesAsText("because"))
        .containsExactly(
            "granted through enterprise project 0, which does not count for this operation");
    assertThat(action.at("/nearest/kind").asText()).isEqualTo("grant_at_project");
    assertThat(told.at("/sharing/allowed").asBoolean()).isTrue();

    assertThat(ask(200, "GET", explanation(id), alice, null)).isEqualTo(told);
    grantAtProject(share);
    JsonNode later = ask(200, "GET", explanation(id), token, null);
    assertThat(later.path("changed_since").asBoolean()).isTrue();
    assertThat(later.path("allowed").asBoolean()).isTrue();
    ask(200, "POST", members, token, member());
    ask(204, "DELETE", members + "/" + bobs, alice, null);
  }

  @Test
  void onlyTheRefusedAndItsAdministratorsAreTold() {
    String id = refused();

    ask(404, "GET", explanation(id), bob, null);
    ask(404, "GET", explanation(flipped(id)), token, null);
    ask(404, "GET", explanation("AAAA"), token, null);
    ask(404, "POST", EXPLAIN, bob, question("\"user_id\": \"%s\"".formatted(user)));
    ask(200, "POST", EXPLAIN, alice, question("\"user_id\": \"%s\"".formatted(user)));
  }

  @Test
  void aDenyIsWhatMustGoFirst() {
    grantAtProject(policy("Allow", "ims:*:*", null));
    String deny = policy("Deny", "ims:images:share", null);
    grantAtProject(deny);

    JsonNode nearest = asked().at("/policy/actions/1/nearest");

    assertThat(nearest.path("kind").asText()).isEqualTo("remove_deny");
    assertThat(nearest.at("/grant/role_id").asText()).isEqualTo(deny);
  }

  @Test
  void aConditionThatFailsIsToldWithItsValues() {
    grantAtProject(
        policy(
            "Allow", "ims:images:share", "{\"StringEquals\": {\"g:UserName\": [\"somebody\"]}}"));

    JsonNode nearest = asked().at("/policy/actions/1/nearest");

    assertThat(nearest.path("kind").asText()).isEqualTo("meet_condition");
    assertThat(nearest.path("operator").asText()).isEqualTo("StringEquals");
    assertThat(nearest.path("key").asText()).isEqualTo("g:UserName");
    assertThat(nearest.path("actual").asText()).isEqualTo(name);
    assertThat(nearest.at("/values/0").asText()).isEqualTo("somebody");
  }

  @Test
  void theRuleOfSharingIsToldAsWell() {
    grantAtProject(policy("Allow", "ims:*:*", null));
    ask(200, "POST", members, alice, member());
    try {
      JsonNode told =
          ask(
              200,
              "POST",
              EXPLAIN,
              bob,
              "{\"method\": \"DELETE\", \"path\": \"%s/%s\"}".formatted(members, bobs));

      assertThat(told.at("/policy/allowed").asBoolean()).isTrue();
      assertThat(told.at("/sharing/allowed").asBoolean()).isFalse();
      assertThat(told.at("/sharing/kind").asText()).isEqualTo("not_owner");
      assertThat(told.at("/sharing/membership").asText()).isEqualTo("pending");
      assertThat(told.path("allowed").asBoolean()).isFalse();
    } finally {
      ask(204, "DELETE", members + "/" + bobs, alice, null);
    }
  }

  @Test
  void anImageThatTheAskerCannotSeeIsToldLikeOneThatNeverWas() {
    String absent = UUID.randomUUID().toString();
    String foreign =
        ask(200, "POST", EXPLAIN, bob, question("\"image_id\": \"" + image + "\"")).toString();
    String none =
        ask(200, "POST", EXPLAIN, bob, question("\"image_id\": \"" + absent + "\"")).toString();

    assertThat(foreign).contains("no_image").isEqualTo(none.replace(absent, image));
  }

  /** Not even which projects there are, nor, of an image that it sees, who else is a member. */
  @Test
  void ofAPlaceWhereItHasNoRoleAUserLearnsNothing() {
    ask(200, "POST", members, alice, member());
    try {
      for (String kind : List.of("project_id", "domain_id")) {
        String there = kind.equals("project_id") ? project : domainOf(project);
        String absent = "0".repeat(32);
        for (String image : List.of("", ", \"image_id\": \"" + ExplainTest.image + "\"")) {
          String asked = "{\"operation\": \"SHOW_IMAGE\", \"%s\": \"%s\"%s}";
          String foreign =
              ask(200, "POST", EXPLAIN, bob, asked.formatted(kind, there, image)).toString();

          assertThat(foreign).contains("no_standing").doesNotContain("sharing", "version");
          assertThat(foreign)
              .isEqualTo(
                  ask(200, "POST", EXPLAIN, bob, asked.formatted(kind, absent, image))
                      .toString()
                      .replace(absent, there));
        }
      }
      String own = "\"project_id\": \"%s\", \"image_id\": \"%s\"".formatted(bobs, image);
      assertThat(ask(200, "POST", EXPLAIN, bob, question(own)).at("/sharing/membership").asText())
          .isEqualTo("pending");
    } finally {
      ask(204, "DELETE", members + "/" + bobs, alice, null);
    }
  }

  private static String domainOf(String project) {
    return SERVER
        .look("select domain_id from project where project_id = '%s'".formatted(project))
        .getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"operation\": \"FLY\"}",
        "{\"operation\": 7}",
        "{\"operation\": \"ADD_MEMBER\", \"method\": \"GET\", \"path\": \"/v2/images\"}",
        "{\"method\": \"GET\"}",
        "{\"method\": \"GET\", \"path\": \"v2/images\"}",
        "{\"method\": \"GET\", \"path\": \"/v2/nothing\"}",
        "{\"operation\": \"LIST_IMAGES\", \"image_id\": \"i\"}",
        "{\"operation\": \"LIST_IMAGES\", \"project_id\": \"p\", \"domain_id\": \"d\"}",
        "{\"operation\": \"LIST_IMAGES\", \"user_id\": {}}",
        "{\"operation\": \"LIST_IMAGES\", \"user\": \"u\"}",
        "{\"operation\": \"LIST_IMAGES\", \"dry_run\": true}"
      })
  void aQuestionThatMakesNoSenseIsRefused(String question) {
    ask(400, "POST", EXPLAIN, alice, question);
  }

  /** Whatever text is given for an id, the answer is no 5xx; one that cannot be an id is a 400. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "é", "a b", "%65", "\\u0000"})
  void whatCannotBeAnIdIsABadRequest(String text) {
    String id = text.replace("%65", "a".repeat(65));
    for (String field : List.of("user_id", "project_id", "domain_id")) {
      String question = "{\"operation\": \"LIST_IMAGES\", \"%s\": \"%s\"}".formatted(field, id);
      ask(400, "POST", EXPLAIN, alice, question);
    }
    for (String field : List.of("image_id", "member_id")) {
      String question = question("\"%s\": \"%s\"".formatted(field, id));
      assertThat(SERVER.send("POST", EXPLAIN, alice, question).status())
          .as(question)
          .isIn(200, 400);
    }
  }

  @Test
  void aParameterThatIsNotLookedAtIsRefused() {
    ask(400, "POST", EXPLAIN + "?user_id=x", alice, "{\"operation\": \"LIST_IMAGES\"}");
    ask(400, "GET", explanation(refused()) + "?verbose=true", alice, null);
  }

  private JsonNode asked() {
    return ask(
        200, "POST", EXPLAIN, token, "{\"method\": \"POST\", \"path\": \"%s\"}".formatted(members));
  }

  private static String question(String more) {
    return "{\"operation\": \"ADD_MEMBER\", %s}".formatted(more);
  }

  private static String member() {
    return "{\"member\": \"%s\"}".formatted(bobs);
  }

  private String refused() {
    Response answer = SERVER.send("POST", members, token, member());
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    return Objects.requireNonNull(answer.header("x-vitrine-explanation"));
  }

  private static String explanation(String id) {
    return "/vitrine/v1/explanations/" + id;
  }

  private static String flipped(String id) {
    int middle = id.length() / 2;
    char other = id.charAt(middle) == 'A' ? 'B' : 'A';
    return id.substring(0, middle) + other + id.substring(middle + 1);
  }

  private void grantAtProject(String policy) {
    ask(
        204,
        "PUT",
        "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, policy),
        alice,
        null);
  }

  private static String policy(String effect, String action, @Nullable String condition) {
    String body =
        """
        {"role": {"display_name": "%s", "type": "XA", "description": "", "policy":
          {"Version": "1.1", "Statement": [{"Effect": "%s", "Action": ["%s"]%s}]}}}
        """
            .formatted(
                UUID.randomUUID(),
                effect,
                action,
                condition == null ? "" : ", \"Condition\": " + condition);
    return ask(201, "POST", "/v3.0/OS-ROLE/roles", alice, body).at("/role/id").asText();
  }

  private static JsonNode ask(
      int status, String method, String path, String token, @Nullable String body) {
    Response answer = SERVER.send(method, path, token, body);
    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
    return answer.body().isEmpty() ? MissingNode.getInstance() : answer.json();
  }
}
