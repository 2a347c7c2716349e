package dev.vitrine.server.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.postgres.directory.OutdatedPolicies;
import dev.vitrine.server.TestServer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ruling 33: what can never apply is refused when it is written, and let be where it is stored. */
@NullMarked
class OutdatedPolicyTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String POLICIES = "/v3.0/OS-ROLE/roles";
  private static final String ONE_IMAGE = "ims:*:*:image:a";

  private static String policy(String resource) {
    return """
    {"role": {"display_name": "of one image", "type": "XA", "description": "", "policy":
      {"Version": "1.1", "Statement": [
        {"Effect": "Allow", "Action": ["ims:images:list"]},
        {"Effect": "Deny", "Action": ["ims:images:get"], "Resource": ["%s"]}]}}}
    """
        .formatted(resource);
  }

  @Test
  void aStoredPolicyStaysValidAndIsListed() {
    String alice = SERVER.token("alice");
    Response refused = SERVER.send("POST", POLICIES, alice, policy(ONE_IMAGE));
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("IAM.1047", "$.Statement[1].Resource");

    Response made = SERVER.send("POST", POLICIES, alice, policy("ims:*:*:*:*"));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    String id = made.json().at("/role/id").asText();
    assertThat(OutdatedPolicies.in(SERVER.database())).isEmpty();
    SERVER.execute(
        "update role set document = replace(document::text, 'ims:*:*:*:*', '%s')::json where role_id = '%s'"
            .formatted(ONE_IMAGE, id));

    assertThat(OutdatedPolicies.in(SERVER.database()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.role()).isEqualTo(id);
              assertThat(one.fault().path()).isEqualTo("$.Statement[1].Resource");
              assertThat(one).asString().contains("of one image", one.domain());
            });
    assertThat(listed(id, alice)).as("it allows what it allowed").isEqualTo(200);
  }

  private static int listed(String policy, String alice) {
    String user =
        SERVER
            .send(
                "POST",
                "/v3/users",
                alice,
                "{\"user\": {\"name\": \"lister\", \"password\": \"p\"}}")
            .json()
            .at("/user/id")
            .asText();
    String project =
        SERVER
            .send("GET", "/v3/projects?name=RegionOne", alice, null)
            .json()
            .at("/projects/0/id")
            .asText();
    SERVER.send(
        "PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, policy), alice, null);
    String lister =
        SERVER.token(
            "lister",
            "p",
            "alice",
            "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");
    return SERVER.send("GET", "/v2/images", lister, null).status();
  }
}
