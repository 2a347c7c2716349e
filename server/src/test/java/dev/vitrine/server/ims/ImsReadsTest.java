package dev.vitrine.server.ims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.RequestTable;
import dev.vitrine.server.RequestTable.Row;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.SignedDraft;
import dev.vitrine.server.iam.AccessKeyTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What IMS tells of images, members and quotas, and how it changes an image. Each row begins with
 * its source: a part of contract/ims.md, or a ruling.
 */
@NullMarked
class ImsReadsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final RequestTable REQUESTS = new RequestTable(SERVER);

  /** Source, who, query, and the names of the images, the newest first. */
  private static final String LISTS =
      """
      ruling 11 | alice | | bobs-gift grouped common closed plain refused taken offered gold distro
      ruling 11 | bob | | bobs-own bobs-refused bobs-gift bobs-offer taken gold distro
      ruling 2 | admin | | gold distro
      # the table of lists
      1.13 | alice | member_status=accepted&visibility=shared&__imagetype=shared | bobs-gift
      1.13 | alice | member_status=pending&visibility=shared&__imagetype=shared | bobs-offer
      1.13 | alice | member_status=rejected&visibility=shared&__imagetype=shared | bobs-refused
      1.13 | bob | member_status=accepted&visibility=shared&__imagetype=shared | taken
      1.13 | bob | member_status=pending&visibility=shared | offered
      1.13 | bob | member_status=rejected&visibility=shared | refused
      1.13 | alice | owner={alice} | grouped common closed plain refused taken offered gold
      1.13 | alice | owner={bob} | bobs-gift
      1.13 | alice | __imagetype=gold&visibility=public&protected=true | distro
      # the derived view
      ruling 11 | alice | visibility=private | grouped common closed plain
      ruling 11 | alice | __imagetype=private | grouped common closed plain
      ruling 11 | alice | visibility=shared | bobs-gift refused taken offered
      ruling 11 | alice | __imagetype=shared | bobs-gift refused taken offered
      ruling 11 | alice | visibility=public | gold distro
      ruling 11 | alice | __imagetype=gold | gold distro
      ruling 11 | bob | visibility=private | bobs-own
      1.13 | alice | __imagetype=market |
      1.13 | alice | __imagetype=market&visibility=private |
      1.13 | alice | __imagetype=gold&visibility=shared |
      1.13 | alice | __imagetype=gold&visibility=shared&member_status=accepted |
      # filters
      1.13 | alice | id={plain} | plain
      1.13 | alice | id={bobs-own} |
      1.13 | alice | id=none |
      1.13 | alice | name=plain | plain
      1.13 | alice | name=plai |
      1.13 | alice | name=%00 |
      1.13 | alice | status=queued&owner={bob} | bobs-gift
      1.13 | alice | status=deleted |
      1.13 | alice | protected=false&visibility=public | gold
      1.13 | alice | disk_format=raw | plain
      1.13 | alice | container_format=bare | plain
      1.13 | alice | min_disk=10 | plain
      1.13 | alice | min_ram=512 | plain
      1.13 | alice | min_ram=512&min_disk=11 |
      1.13 | alice | __os_type=Linux | plain
      1.13 | alice | __platform=Ubuntu&__os_type=Linux | plain
      1.13 | alice | __platform=Ubuntu&__os_type=Windows |
      1.13 | alice | flavor_id=s2.small |
      1.0.3 | alice | tag=a%3Db+c | plain
      1.13 | alice | tag=red&tag=a%3Db%20c | plain
      1.13 | alice | tag=red&tag=blue |
      1.13 | alice | __isregistered=true&owner={bob} | bobs-gift
      1.13 | alice | __isregistered=false |
      1.13 | alice | virtual_env_type=FusionCompute&visibility=private | grouped common plain
      1.13 | alice | virtual_env_type=Ironic | closed
      1.13 | alice | __image_source_type=uds&id={plain} | plain
      1.13 | alice | created_at=gt:2000-01-01T00:00:00Z&id={plain} | plain
      1.13 | alice | created_at=gte:2000-01-01%2000:00:00&id={plain} | plain
      1.13 | alice | created_at=lt:2000-01-01T00:00:00Z |
      1.13 | alice | created_at=lte:2000-01-01%2000:00:00 |
      1.13 | alice | updated_at=eq:2000-01-01T00:00:00Z |
      1.13 | alice | updated_at=neq:2000-01-01T00:00:00Z&id={plain} | plain
      1.13 | alice | enterprise_project_id=all_granted_eps&visibility=public | gold distro
      1.13 | alice | enterprise_project_id={team} | grouped
      1.13 | alice | enterprise_project_id=0 | common closed plain refused taken offered gold
      1.13 | alice | enterprise_project_id=none |
      ruling 8 | bob | enterprise_project_id=0&visibility=shared&owner={alice} |
      # order and pages
      1.13 | alice | visibility=private&sort_key=name&sort_dir=asc | closed common grouped plain
      1.13 | alice | visibility=private&sort_key=created_at&sort_dir=asc | plain closed common grouped
      1.13 | alice | visibility=private&sort_key=status%20 | grouped common closed plain
      1.13 | alice | visibility=private&sort_key=disk_format | plain grouped common closed
      1.13 | alice | limit=2 | bobs-gift grouped
      1.13 | alice | limit=2&marker={grouped} | common closed
      1.13 | alice | limit=2&marker={gold} | distro
      1.13 | alice | limit=100000&marker={gold} | distro
      1.13 | alice | visibility=shared&limit=1&marker={bobs-gift} | refused
      """;

  /** Source, who, request, body, status, and a part of the answer. */
  private static final String ANSWERS =
      """
      # what a list does not take
      1.13 | alice | GET /v2/cloudimages?visibility=community | | 400 | {"error":{"message":"The request message format is invalid. Request parameter visibility is invalid.","code":"IMG.0001"}}
      1.13 | alice | GET /v2/cloudimages?__imagetype=public | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?member_status=accepted | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?member_status=accepted&visibility=private | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?member_status=accepted&__imagetype=shared | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?member_status=all&visibility=shared | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?min_disk=ten | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?min_ram=-1 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?protected=1 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?__isregistered= | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?limit=0 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?limit=1.5 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?limit=%2B1 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?__image_size=%2B1 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?__image_size=%EF%BC%91 | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?sort_key=owner | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?sort_dir=up | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?created_at=gt:yesterday | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?updated_at=after:2018-10-28T10:00:00Z | | 400 | IMG.0001
      1.13 | alice | GET /v2/cloudimages?marker=none | | 400 | parameter marker is invalid
      1.13 | alice | GET /v2/cloudimages?marker={bobs-own} | | 400 | parameter marker is invalid
      1.13 | alice | GET /v2/cloudimages?name=%zz | | 400 | IMG.0001
      # members
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members | | 200 | "schema":"/v2/schemas/members","page_info":{"current_count":1}}
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members | | 200 | "image_id":"{taken}","member_id":"{bob}","member_type":"project","schema":"/v2/schemas/member"}
      1.10 | bob | GET /v1/{bob}/cloudimages/{taken}/members/{bob} | | 200 | {"status":"accepted","created_at":"2
      ruling 11 | alice | GET /v1/{alice}/cloudimages/{plain}/members | | 200 | {"members":[],"schema":"/v2/schemas/members","page_info":{"current_count":0}}
      ruling 11 | alice | GET /v1/{alice}/cloudimages/{gold}/members | | 200 | {"members":[],
      1.18 | alice | GET /v1/{alice}/cloudimages/{plain}/members/{bob} | | 400 | IMG.0114
      1.18 | bob | GET /v1/{bob}/cloudimages/{taken}/members/{alice} | | 400 | IMG.0114
      1.18 | alice | GET /v1/{alice}/cloudimages/{bobs-own}/members | | 400 | IMG.0027
      1.18 | alice | GET /v1/{alice}/cloudimages/none/members/{bob} | | 400 | IMG.0027
      ruling 2 | admin | GET /v1/{admin}/cloudimages/{taken}/members | | 400 | IMG.0027
      1.10 | alice | GET /v1/{bob}/cloudimages/{taken}/members | | 400 | {"error":{"message":"The project ID and token in the request are invalid. ({bob})","code":"IMG.0030"}}
      1.10 | alice | GET /v1/{bob}/cloudimages/{taken}/members/{bob} | | 400 | IMG.0030
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?limit=0 | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?limit=1001 | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?limit=x | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?limit=1000 | | 200 | "current_count":1
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?marker= | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?marker=!!!! | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?marker=LTEgYQ | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?marker=MSA | | 400 | IMG.0001
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?status=accepted | | 400 | Request parameter status is invalid.
      1.10 | alice | GET /v1/{alice}/cloudimages/{taken}/members?limit=1&limit=2 | | 400 | Request parameter limit is invalid.
      1.10 | bob | GET /v1/{bob}/cloudimages/{taken}/members/{bob}?status=accepted | | 400 | IMG.0001
      1.14 | alice | GET /v1/cloudimages/quota?type=image | | 400 | Request parameter type is invalid.
      1.12 | alice | GET /v1/{alice}/jobs/none?status=SUCCESS | | 400 | IMG.0001
      ruling 18 | alice | PATCH /v2/cloudimages/{worked}?dry_run=true | [] | 400 | Request parameter dry_run is invalid.
      # quotas
      ruling 17 | alice | GET /v1/cloudimages/quota | | 200 | {"quotas":{"resources":[{"type":"image","used":9,"quota":-1,"min":0,"max":-1},{"type":"image_member","used":0,"quota":128,"min":0,"max":128}]}}
      1.14 | alice | GET /v1/{alice}/cloudimages/quota | | 200 | "used":9
      1.14 | alice | GET /v1/{bob}/cloudimages/quota | | 400 | IMG.0030
      # changes
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/name", "value": "é"}] | 200 | "name":"é"
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/tags", "value": ["b", "a"]}] | 200 | "tags":["b","a"]
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/min_disk", "value": 40}, {"op": "replace", "path": "/min_ram", "value": "1024"}] | 200 | "min_disk":40,"min_ram":1024,
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "add", "path": "/__os_version", "value": "a"}, {"op": "replace", "path": "/__os_version", "value": "b"}] | 200 | "__os_version":"b"
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "remove", "path": "/__os_version"}, {"op": "add", "path": "/max_ram", "value": "2"}] | 200 | {"max_ram":"2",
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/enterprise_project_id", "value": "{team}"}] | 200 | "enterprise_project_id":"{team}"
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "add", "path": "/enterprise_project_id", "value": "0"}] | 200 | "enterprise_project_id":"0"
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [] | 200 | "__imagetype":"private"
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/enterprise_project_id", "value": "none"}] | 400 | IMG.0001
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/enterprise_project_id", "value": "{bobs-team}"}] | 400 | IMG.0001
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/enterprise_project_id", "value": "{closed-team}"}] | 400 | IMG.0001
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/enterprise_project_id", "value": 0}] | 400 | IMG.0001
      ruling 8 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "remove", "path": "/enterprise_project_id"}] | 400 | IMG.0105
      1.18 | alice | PATCH /v2/cloudimages/{worked} | | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | {bad | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | {} | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | ["name"] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "move", "path": "/name", "value": "n"}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "name", "value": "n"}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/name"}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/name", "value": 1}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/tags", "value": "a"}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/min_disk", "value": "x"}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/min_disk", "value": -1}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/min_ram", "value": "9999999999"}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "add", "path": "/max_ram", "value": 2}] | 400 | IMG.0001
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "remove", "path": "/nothing"}] | 400 | IMG.0035
      1.18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/nothing", "value": "n"}] | 400 | IMG.0035
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "remove", "path": "/name"}] | 400 | IMG.0105
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/owner", "value": "{bob}"}] | 400 | IMG.0105
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/visibility", "value": "private"}] | 400 | IMG.0105
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/protected", "value": true}] | 400 | IMG.0105
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "replace", "path": "/status", "value": "active"}] | 400 | IMG.0105
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "add", "path": "/__imagetype", "value": "gold"}] | 400 | IMG.0105
      ruling 18 | alice | PATCH /v2/cloudimages/{worked} | [{"op": "add", "path": "/__system__cmkid", "value": "k"}] | 400 | IMG.0105
      1.18 | bob | PATCH /v2/cloudimages/{taken} | [{"op": "replace", "path": "/name", "value": "mine"}] | 400 | IMG.0047
      1.18 | bob | PATCH /v2/cloudimages/{taken} | [{"op": "replace", "path": "/enterprise_project_id", "value": "0"}] | 400 | IMG.0047
      1.18 | alice | PATCH /v2/cloudimages/{bobs-own} | [{"op": "replace", "path": "/name", "value": "mine"}] | 400 | IMG.0027
      1.18 | alice | PATCH /v2/cloudimages/none | [{"op": "replace", "path": "/name", "value": "mine"}] | 400 | IMG.0027
      ruling 2 | admin | PATCH /v2/cloudimages/{plain} | [{"op": "replace", "path": "/name", "value": "mine"}] | 400 | IMG.0027
      ruling 2 | admin | PATCH /v2/cloudimages/{gold} | [{"op": "replace", "path": "/name", "value": "mine"}] | 400 | IMG.0047
      # who asks
      1.0.2 E2 | nobody | GET /v2/cloudimages | | 401 | "error_code":"APIGW.0301"
      1.0.2 E2 | nobody | PATCH /v2/cloudimages/{worked} | [] | 401 | "error_code":"APIGW.0301"
      1.0.2 E2 | nobody | GET /v1/{alice}/cloudimages/{taken}/members | | 401 | "error_code":"APIGW.0301"
      1.0.4 | of a domain | GET /v2/cloudimages | | 401 | "error_code":"APIGW.0301"
      1.0.4 | of a domain | PATCH /v2/cloudimages/{worked} | [] | 401 | "error_code":"APIGW.0301"
      1.0.4 | of a domain | GET /v1/{alice}/cloudimages/{taken}/members | | 401 | "error_code":"APIGW.0301"
      1.0.4 | of a domain | GET /v1/{alice}/cloudimages/{taken}/members/{bob} | | 401 | "error_code":"APIGW.0301"
      1.0.4 | of a domain | GET /v1/cloudimages/quota | | 401 | "error_code":"APIGW.0301"
      1.0.4 | of nothing | GET /v2/cloudimages | | 401 | "error_code":"APIGW.0301"
      1.0.4 | of nothing | GET /v1/{alice}/cloudimages/quota | | 401 | "error_code":"APIGW.0301"
      # what is not there
      ruling 24 | alice | GET /v1/nothing | | 404 | "error_code":"APIGW.0101"
      ruling 24 | nobody | GET /v2/cloudimages/a/b | | 404 | "error_code":"APIGW.0101"
      1.0.2 E2 | alice | GET /v2/cloudimages/{plain} | | 405 | "error_code":"APIGW.0101"
      1.0.2 E2 | alice | DELETE /v2/cloudimages | | 405 | "error_code":"APIGW.0101"
      1.0.2 E2 | alice | POST /v1/{alice}/cloudimages/{taken}/members | {} | 405 | "error_code":"APIGW.0101"
      1.0.2 E2 | alice | PUT /v1/cloudimages/quota | {} | 405 | "error_code":"APIGW.0101"
      # versions
      1.15 | nobody | GET /v2.0 | | 300 | {"versions":[{"id":"v2.0","status":"SUPPORTED","links":[{"rel":"self","href":"http://{host}/v2/"}]}]}
      1.15 | nobody | GET /v1.0 | | 300 | {"versions":[{"id":"v1.0","status":"DEPRECATED","links":[{"rel":"self","href":"http://{host}/v1/"}]}]}
      """;

  @BeforeAll
  static void fill() {
    REQUESTS.put("host", SERVER.host());
    for (String tenant : List.of("admin", "alice", "bob")) {
      REQUESTS.logIn(tenant, SERVER.token(tenant));
      REQUESTS.put(
          tenant, ask(tenant, "GET", "/v3/auth/projects", null).at("/projects/0/id").asText());
    }
    REQUESTS.logIn("of a domain", hired("of-a-domain", "{\"domain\": {\"name\": \"alice\"}}"));
    REQUESTS.logIn("of nothing", hired("of-nothing", "\"unscoped\""));
    enterpriseProject("alice", "team");
    enterpriseProject("alice", "closed-team");
    enterpriseProject("bob", "bobs-team");
    ask(
        "alice",
        "POST",
        "/v1.0/enterprise-projects/{closed-team}/action",
        "{\"action\": \"disable\"}");

    image("admin", "distro", ", \"visibility\": \"public\", \"protected\": true");
    image("admin", "gold", ", \"visibility\": \"public\", \"owner\": \"{alice}\"");
    shared("alice", "offered", "bob", null);
    shared("alice", "taken", "bob", "accepted");
    shared("alice", "refused", "bob", "rejected");
    image(
        "alice",
        "plain",
        """
        , "tags": ["red", "a=b c"], "min_disk": 10, "min_ram": 512, "disk_format": "raw",
        "container_format": "bare", "__os_type": "Linux", "__platform": "Ubuntu",
        "__system_support_market": "true"
        """);
    image("alice", "closed", ", \"visibility\": \"private\", \"virtual_env_type\": \"Ironic\"");
    image("alice", "common", ", \"visibility\": \"community\"");
    image("alice", "grouped", ", \"enterprise_project_id\": \"{team}\"");
    image("alice", "worked", ", \"os_hidden\": true");
    shared("bob", "bobs-offer", "alice", null);
    shared("bob", "bobs-gift", "alice", "accepted");
    shared("bob", "bobs-refused", "alice", "rejected");
    image("bob", "bobs-own", "");
  }

  /** Somebody of alice's domain, who holds a policy there and nowhere else. */
  private static String hired(String name, String scope) {
    String user =
        ask(
                "alice",
                "POST",
                "/v3/users",
                "{\"user\": {\"name\": \"%s\", \"password\": \"p\"}}".formatted(name))
            .at("/user/id")
            .asText();
    String domain = ask("alice", "GET", "/v3/auth/domains", null).at("/domains/0/id").asText();
    String role = policy("Allow", "ims:*:*");
    ask("alice", "PUT", "/v3/domains/%s/users/%s/roles/%s".formatted(domain, user, role), null);
    return SERVER.token(name, "p", "alice", scope);
  }

  private static String policy(String effect, String action) {
    return ask(
            "alice",
            "POST",
            "/v3.0/OS-ROLE/roles",
            """
            {"role": {"display_name": "%s", "type": "XA", "description": "", "policy":
              {"Version": "1.1", "Statement": [{"Effect": "%s", "Action": ["%s"]}]}}}
            """
                .formatted(UUID.randomUUID(), effect, action))
        .at("/role/id")
        .asText();
  }

  private static void enterpriseProject(String who, String name) {
    REQUESTS.put(
        name,
        ask(who, "POST", "/v1.0/enterprise-projects", "{\"name\": \"%s\"}".formatted(name))
            .at("/enterprise_project/id")
            .asText());
  }

  private static void image(String who, String name, String more) {
    JsonNode made = ask(who, "POST", "/v2/images", "{\"name\": \"%s\"%s}".formatted(name, more));
    REQUESTS.put(name, made.path("id").asText());
  }

  private static void shared(String who, String name, String with, @Nullable String status) {
    image(who, name, "");
    String members = "/v2/images/{%s}/members".formatted(name);
    ask(who, "POST", members, "{\"member\": \"{%s}\"}".formatted(with));
    if (status != null) {
      ask(with, "PUT", members + "/{%s}".formatted(with), "{\"status\": \"%s\"}".formatted(status));
    }
  }

  private static JsonNode ask(String who, String method, String path, @Nullable String body) {
    Response answer = REQUESTS.send(who, method, path, body);
    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isBetween(200, 299);
    return answer.body().isEmpty() ? MissingNode.getInstance() : answer.json();
  }

  private static List<String> listed(String who, String query) {
    return ask(who, "GET", "/v2/cloudimages?" + query, null)
        .path("images")
        .findValuesAsText("name");
  }

  /** A row of {@link #LISTS}. */
  record ListRow(String source, String who, String query, String names) {
    static ListRow of(List<String> cells) {
      return new ListRow(cells.get(0), cells.get(1), cells.get(2), cells.get(3));
    }
  }

  static Stream<ListRow> lists() {
    return RequestTable.cells(LISTS).map(ListRow::of);
  }

  static Stream<Row> answers() {
    return RequestTable.rows(ANSWERS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lists")
  void aListHoldsWhatIsAskedFor(ListRow row) {
    assertThat(listed(row.who(), row.query()))
        .containsExactlyElementsOf(
            row.names().isEmpty() ? List.of() : List.of(row.names().split(" ")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void aRequestIsAnswered(Row row) {
    Response answer = REQUESTS.play(row);
    if (!row.path().equals("/v2.0") && !row.path().equals("/v1.0")) {
      assertThat(answer.header("x-request-id")).isNotNull();
    }
  }

  /** 1.0.1: strict scalar types. */
  @Test
  void anItemIsOfTheTypesThatClientsExpect() {
    JsonNode item = ask("alice", "GET", "/v2/cloudimages?name=plain", null).at("/images/0");

    for (Map.Entry<String, JsonNode> field : item.properties()) {
      JsonNodeType type =
          switch (field.getKey()) {
            case "protected", "__system_support_market" -> JsonNodeType.BOOLEAN;
            case "size", "min_disk", "min_ram" -> JsonNodeType.NUMBER;
            case "tags" -> JsonNodeType.ARRAY;
            case "checksum" -> JsonNodeType.NULL;
            default -> JsonNodeType.STRING;
          };
      assertThat(field.getValue().getNodeType()).as(field.getKey()).isEqualTo(type);
    }
    String path = REQUESTS.fill("/v2/images/{plain}");
    assertThat(item.path("__system_support_market").asBoolean()).isFalse();
    assertThat(item.path("size").asInt()).isZero();
    assertThat(item.path("created_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(
            List.of(
                "id",
                "owner",
                "visibility",
                "__imagetype",
                "__isregistered",
                "__os_type",
                "virtual_env_type",
                "__image_source_type",
                "enterprise_project_id",
                "self",
                "file",
                "schema"))
        .extracting(name -> item.path(name).asText())
        .containsExactly(
            REQUESTS.fill("{plain}"),
            REQUESTS.fill("{alice}"),
            "private",
            "private",
            "true",
            "Linux",
            "FusionCompute",
            "uds",
            "0",
            path,
            path + "/file",
            "/v2/schemas/image");
  }

  @Test
  void anotherProjectsImageIsInNoEnterpriseProject() {
    JsonNode item = ask("bob", "GET", "/v2/cloudimages?id={taken}", null).at("/images/0");
    assertThat(item.path("owner").asText()).isEqualTo(REQUESTS.fill("{alice}"));
    assertThat(item.has("enterprise_project_id")).isFalse();
    assertThat(type(item)).isEqualTo("shared shared");
  }

  /** Ruling 11: the first member and the last turn the owner's view. */
  @Test
  void membersTurnTheOwnersView() {
    image("alice", "turned", ", \"os_hidden\": true");
    String members = "/v2/images/{turned}/members";
    String patch = "/v2/cloudimages/{turned}";
    assertThat(type(ask("alice", "PATCH", patch, "[]"))).isEqualTo("private private");
    ask("alice", "POST", members, "{\"member\": \"{bob}\"}");
    assertThat(type(ask("alice", "PATCH", patch, "[]"))).isEqualTo("shared shared");
    ask("alice", "DELETE", members + "/{bob}", null);
    assertThat(type(ask("alice", "PATCH", patch, "[]"))).isEqualTo("private private");
    ask("alice", "DELETE", "/v2/images/{turned}", null);
  }

  private static String type(JsonNode image) {
    return image.path("visibility").asText() + " " + image.path("__imagetype").asText();
  }

  /** 1.10: pages are followed by an opaque marker, which the last one has not. */
  @Test
  void membersComeInPages() {
    image("alice", "popular", ", \"os_hidden\": true");
    List<String> members = new ArrayList<>();
    for (String name : List.of("one", "two", "three", "bob", "five")) {
      members.add(name.equals("bob") ? REQUESTS.fill("{bob}") : project(name));
      ask(
          "alice",
          "POST",
          "/v2/images/{popular}/members",
          "{\"member\": \"%s\"}".formatted(members.getLast()));
    }
    String path = "/v1/{alice}/cloudimages/{popular}/members?limit=2";
    List<String> seen = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    String marker = "";
    do {
      JsonNode page =
          ask("alice", "GET", path + (marker.isEmpty() ? "" : "&marker=" + marker), null);
      seen.addAll(page.path("members").findValuesAsText("member_id"));
      counts.add(page.at("/page_info/current_count").asInt());
      marker = page.at("/page_info/next_marker").asText();
    } while (!marker.isEmpty());
    assertThat(seen).isEqualTo(members);
    assertThat(counts).containsExactly(2, 2, 1);

    // A member finds its own row whatever stands before it, once.
    JsonNode own = ask("bob", "GET", "/v1/{bob}/cloudimages/{popular}/members?limit=1", null);
    assertThat(own.path("members").findValuesAsText("member_id"))
        .containsExactly(REQUESTS.fill("{bob}"));
    assertThat(own.path("page_info").has("next_marker")).isFalse();
    ask("alice", "DELETE", "/v2/images/{popular}", null);
  }

  private static String project(String name) {
    return ask("admin", "POST", "/v3/projects", "{\"project\": {\"name\": \"%s\"}}".formatted(name))
        .at("/project/id")
        .asText();
  }

  /** Ruling 8: lists are filtered by the enterprise projects that are granted. */
  @Test
  void grantsAtEnterpriseProjectsFilterAList() {
    REQUESTS.logIn("guest", guest("guest"));
    assertThat(REQUESTS.send("guest", "GET", "/v2/cloudimages", null).status()).isEqualTo(403);

    String atTeam = grant("enterprise-projects/{team}", "Allow");
    assertThat(listed("guest", "")).containsExactly("grouped");
    assertThat(listed("guest", "enterprise_project_id=all_granted_eps")).containsExactly("grouped");
    assertThat(listed("guest", "enterprise_project_id=0")).isEmpty();
    assertThat(listed("guest", "visibility=public")).isEmpty();
    assertThat(listed("guest", "visibility=shared")).isEmpty();
    assertThat(listed("guest", "marker={grouped}")).isEmpty();
    assertThat(REQUESTS.send("guest", "GET", "/v2/cloudimages?marker={plain}", null).status())
        .isEqualTo(400);
    // Native lists count grants of the project only.
    assertThat(REQUESTS.send("guest", "GET", "/v2/images", null).status()).isEqualTo(403);

    String deny = grant("enterprise-projects/{team}", "Deny");
    assertThat(REQUESTS.send("guest", "GET", "/v2/cloudimages", null).status()).isEqualTo(403);
    String atProject = grant("projects/{alice}", "Allow");
    assertThat(listed("guest", "owner={alice}"))
        .containsExactly("common", "closed", "plain", "refused", "taken", "offered", "gold");
    assertThat(listed("guest", "visibility=shared")).contains("bobs-gift");
    revoke(deny);
    assertThat(listed("guest", "visibility=private"))
        .containsExactly("grouped", "common", "closed", "plain");
    grant("projects/{alice}", "Deny");
    Response refused = REQUESTS.send("guest", "GET", "/v2/cloudimages", null);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body())
        .isEqualTo(
            "{\"error\":{\"message\":\"Policy doesn't allow ims:images:list to be performed.\",\"code\":\"IMG.0026\"}}");
    revoke(atProject);
    revoke(atTeam);
  }

  /** Ruling 10: a list that is allowed by an enterprise project is explained by it. */
  @Test
  void whatAnEnterpriseProjectAllowsIsExplained() {
    REQUESTS.logIn("guest", guest("explained"));
    grant("enterprise-projects/{team}", "Allow");
    JsonNode told =
        ask("guest", "POST", "/vitrine/v1/explain", "{\"operation\": \"LIST_IMAGES_BY_IMS\"}");
    assertThat(told.path("allowed").asBoolean()).as(told.toString()).isTrue();
  }

  /** One route, two rows: the refusal of a move is explained by its own. */
  @Test
  void theRefusalOfAMoveIsExplainedAsOne() {
    REQUESTS.logIn("guest", guest("mover"));
    grantOf("projects/{alice}", policy("Allow", "ims:images:update"));
    ask("guest", "PATCH", "/v2/cloudimages/{worked}", "[]");
    Response refused =
        REQUESTS.send(
            "guest",
            "PATCH",
            "/v2/cloudimages/{worked}",
            "[{\"op\": \"add\", \"path\": \"/enterprise_project_id\", \"value\": \"{team}\"}]");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("Policy doesn't allow ims:serverImages:create to be");
    JsonNode told =
        ask(
            "guest",
            "GET",
            "/vitrine/v1/explanations/" + refused.header("x-vitrine-explanation"),
            null);
    assertThat(told.at("/question/operation").asText()).isEqualTo("MOVE_IMAGE_BY_IMS");
    assertThat(told.path("allowed").asBoolean()).isFalse();
  }

  /** Let into the project by what is beside the point. */
  private static String guest(String name) {
    REQUESTS.put(
        "guest",
        ask(
                "alice",
                "POST",
                "/v3/users",
                "{\"user\": {\"name\": \"%s\", \"password\": \"p\"}}".formatted(name))
            .at("/user/id")
            .asText());
    grantOf("projects/{alice}", policy("Allow", "ims:images:export"));
    return SERVER.token(
        name,
        "p",
        "alice",
        "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");
  }

  /** Returns what {@link #revoke} takes back. */
  private static String grant(String place, String effect) {
    return grantOf(place, policy(effect, "ims:images:list"));
  }

  private static String grantOf(String place, String policy) {
    String family = place.startsWith("projects") ? "/v3/" : "/v3.0/OS-PERMISSION/";
    String path = REQUESTS.fill("%s%s/users/{guest}/roles/%s".formatted(family, place, policy));
    ask("alice", "PUT", path, null);
    return path;
  }

  private static void revoke(String grant) {
    ask("alice", "DELETE", grant, null);
  }

  /** 1.0.3: the SDK does not hash the body of a patch, for its type is no JSON. */
  @Test
  void aPatchIsTakenAsTheSdkSendsIt() {
    String user = ask("alice", "GET", "/v3/users?name=alice", null).at("/users/0/id").asText();
    SignedDraft draft =
        new SignedDraft("PATCH", REQUESTS.fill("/v2/cloudimages/{worked}"), SERVER.host())
            .header("X-Project-Id", REQUESTS.fill("{alice}"))
            .header("Content-Type", "application/openstack-images-v2.1-json-patch")
            .header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD")
            .body(
                "[{\"op\": \"replace\", \"path\": \"/name\", \"value\": \"sdk\"}]".getBytes(UTF_8))
            .chunked();
    Response answer =
        draft.sign(AccessKeyTest.create(SERVER, SERVER.token("alice"), user)).send(SERVER);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().path("name").asText()).isEqualTo("sdk");

    draft.header("Content-Type", "text/plain");
    Response text = draft.send(SERVER);
    assertThat(text.status()).as("a body that is no patch must be signed").isEqualTo(401);
    assertThat(text.body()).contains("APIGW.0301");
  }
}
