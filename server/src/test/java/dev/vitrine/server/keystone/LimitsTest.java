package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.client.Response;
import dev.vitrine.server.RequestTable;
import dev.vitrine.server.RequestTable.Row;
import dev.vitrine.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Keystone's unified limits, and what they do to images. Sources are files of Keystone 22.0.2 and
 * Glance 25.1.0; ADR 51 says where and why an answer differs.
 */
class LimitsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer(List.of("--quota.bytes=5MiB"));

  private static final RequestTable REQUESTS = new RequestTable(SERVER);

  /** Source, who, request, body, status, and a part of the answer. */
  private static final String REGISTERED =
      """
      # whoever has a token reads them
      ADR 51 | alice | GET /v3/registered_limits | | 200 | "service_id":"{image}","region_id":"RegionOne","resource_name":"image_count_total","default_limit":-1,"description":"The setting quota.images of the server."
      ADR 51 | nobody | GET /v3/registered_limits | | 200 | "resource_name":"image_size_total","default_limit":5,"description":"The setting quota.bytes of the server."
      api/registered_limits.py | - | GET /v3/registered_limits | | 401 | requires authentication
      api/registered_limits.py | alice | GET /v3/registered_limits?resource_name=image_size_total | | 200 | {"registered_limits":[{"id":"{size}",
      api/registered_limits.py | alice | GET /v3/registered_limits?resource_name=image_stage_total | | 200 | {"registered_limits":[],
      oslo_limit/limit.py | alice | GET /v3/registered_limits?service_id={image}&region_id=RegionOne&resource_name=image_count_total | | 200 | {"registered_limits":[{"id":"{count}",
      api/registered_limits.py | alice | GET /v3/registered_limits?service_id={identity} | | 200 | {"registered_limits":[],
      api/registered_limits.py | alice | GET /v3/registered_limits?region_id=elsewhere | | 200 | {"registered_limits":[],
      decisions/0023 | alice | GET /v3/registered_limits?project_id={alice} | | 400 | 'project_id'
      api/registered_limits.py | alice | GET /v3/registered_limits/{count} | | 200 | {"registered_limit":{"id":"{count}","service_id":"{image}"
      api/registered_limits.py | alice | GET /v3/registered_limits/{count} | | 200 | /v3/registered_limits/{count}"}
      exception.py | alice | GET /v3/registered_limits/none | | 404 | Could not find registered limit for none.
      # they are settings
      ADR 51 | admin | POST /v3/registered_limits | {"registered_limits": [{"service_id": "{image}", "resource_name": "image_count_total", "default_limit": 5}]} | 403 | they follow from the server's settings quota.images and quota.bytes
      ADR 51 | admin | PATCH /v3/registered_limits/{count} | {"registered_limit": {"default_limit": 5}} | 403 | quota.images
      ADR 51 | admin | DELETE /v3/registered_limits/{count} | | 403 | quota.images
      policies/registered_limit.py | alice | POST /v3/registered_limits | {"registered_limits": []} | 403 | iam:registeredLimits:createRegisteredLimits
      policies/registered_limit.py | alice | PATCH /v3/registered_limits/{count} | {"registered_limit": {"default_limit": 5}} | 403 | iam:registeredLimits:updateRegisteredLimit
      policies/registered_limit.py | alice | DELETE /v3/registered_limits/{count} | | 403 | iam:registeredLimits:deleteRegisteredLimit
      # the model
      limit/models/flat.py | nobody | GET /v3/limits/model | | 200 | {"model":{"name":"flat","description":"
      api/limits.py | - | GET /v3/limits/model | | 401 | requires authentication
      """;

  private static final String REFUSED =
      """
      # bodies (limit/schema.py)
      limit/schema.py | admin | POST /v3/limits | {} | 400 | Expecting to find limits
      limit/schema.py | admin | POST /v3/limits | {"limits": []} | 400 | limits
      limit/schema.py | admin | POST /v3/limits | {"limits": {}} | 400 | limits
      limit/schema.py | admin | POST /v3/limits | {"limits": [1]} | 400 | limits/0
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]} | 400 | Expecting to find project_id in limits/0
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "resource_name": "image_count_total", "resource_limit": 1}]} | 400 | Expecting to find service_id in limits/0
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_limit": 1}]} | 400 | Expecting to find resource_name in limits/0
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total"}]} | 400 | Expecting to find resource_limit in limits/0
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": -2}]} | 400 | limits/0/resource_limit
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 2147483648}]} | 400 | limits/0/resource_limit
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": "1"}]} | 400 | limits/0/resource_limit
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1.5}]} | 400 | limits/0/resource_limit
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1, "colour": "red"}]} | 400 | limits/0/colour
      limit/schema.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1, "description": 1}]} | 400 | limits/0/description
      ADR 51 | admin | POST /v3/limits | {"limits": [{"domain_id": "default", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]} | 400 | only projects have limits here
      # what it names (limit/core.py, limit/backends/sql.py)
      limit/core.py | admin | POST /v3/limits | {"limits": [{"project_id": "none", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]} | 400 | Expecting to find project_id in limit
      limit/core.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "none", "resource_name": "image_count_total", "resource_limit": 1}]} | 400 | Expecting to find service_id in limit
      limit/core.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "region_id": "none", "resource_name": "image_count_total", "resource_limit": 1}]} | 400 | Expecting to find region_id in limit
      limit/backends/sql.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{identity}", "resource_name": "image_count_total", "resource_limit": 1}]} | 403 | no corresponding registered limit
      limit/backends/sql.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "region_id": "elsewhere", "resource_name": "image_count_total", "resource_limit": 1}]} | 403 | no corresponding registered limit
      ADR 51 | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_stage_total", "resource_limit": 1}]} | 403 | no corresponding registered limit
      # who (policies/limit.py)
      policies/limit.py | alice | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]} | 403 | iam:limits:createLimits
      policies/limit.py | - | GET /v3/limits | | 401 | requires authentication
      decisions/0023 | admin | GET /v3/limits?colour=red | | 400 | 'colour'
      # nothing of all that was stored
      limit/backends/sql.py | admin | GET /v3/limits | | 200 | {"limits":[],
      """;

  private static final String STORY =
      """
      # two at once; who has the region in its settings sends it (Terraform), who has not does not (openstack)
      api/limits.py | admin | POST /v3/limits | {"limits": [{"project_id": "{bob}", "service_id": "{image}", "region_id": "RegionOne", "resource_name": "image_size_total", "resource_limit": 1, "description": "d"}, {"project_id": "{bob}", "service_id": "{image}", "region_id": null, "domain_id": null, "resource_name": "image_count_total", "resource_limit": 0}]} | 201 | "project_id":"{bob}","domain_id":null,"service_id":"{image}","region_id":"RegionOne","resource_name":"image_size_total","resource_limit":1,"description":"d","links":{"self":"
      # one again: none is stored
      limit/backends/sql.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}, {"project_id": "{bob}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]} | 409 | Conflict occurred attempting to store limit - Duplicate entry.
      limit/backends/sql.py | admin | POST /v3/limits | {"limits": [{"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}, {"project_id": "{alice}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]} | 409 | Duplicate entry
      api/limits.py | admin | GET /v3/limits?project_id={alice} | | 200 | {"limits":[],
      # a limit of 0 lets nothing be added, whoever adds it
      quota/keystone.py | bob | POST /v2/images | {"name": "bobs"} | 413 | Project {bob} is over a limit for [Resource image_count_total is over limit of 0 due to current usage 0 and delta 1]
      ADR 41 | admin | POST /v2/images | {"name": "bobs", "owner": "{bob}"} | 413 | Project {bob} is over a limit
      ADR 51 | alice | POST /v2/images | {"name": "alices"} | 201 | queued
      glance discovery.py | bob | GET /v2/info/usage | | 200 | {"usage":{"image_size_total":{"usage":0,"limit":1},"image_count_total":{"usage":0,"limit":0}}}
      glance discovery.py | alice | GET /v2/info/usage | | 200 | {"usage":{"image_size_total":{"usage":0,"limit":5}}}
      ims.md 1.14 | bob | GET /v1/cloudimages/quota | | 200 | {"type":"image","used":0,"quota":0,"min":0,"max":0}
      ims.md 1.14 | alice | GET /v1/cloudimages/quota | | 200 | {"type":"image","used":1,"quota":-1,"min":0,"max":-1}
      """;

  /** {limit} is that of bob's images. */
  private static final String MORE =
      """
      # who sees them (api/limits.py, policies/limit.py)
      api/limits.py | bob | GET /v3/limits | | 200 | "resource_name":"image_count_total","resource_limit":0,"description":null
      api/limits.py | alice | GET /v3/limits | | 200 | {"limits":[],
      api/limits.py | alice | GET /v3/limits?project_id={bob} | | 200 | {"limits":[],
      api/limits.py | nobody | GET /v3/limits | | 200 | {"limits":[],
      api/limits.py | bob-domain | GET /v3/limits?resource_name=image_count_total | | 200 | {"limits":[{"id":"{limit}",
      api/limits.py | alice-domain | GET /v3/limits | | 200 | {"limits":[],
      ADR 51 | admin | GET /v3/limits?service_id={image}&region_id=RegionOne&resource_name=image_count_total&project_id={bob} | | 200 | {"limits":[{"id":"{limit}",
      api/limits.py | admin | GET /v3/limits?service_id={identity} | | 200 | {"limits":[],
      api/limits.py | admin | GET /v3/limits?region_id=elsewhere | | 200 | {"limits":[],
      api/limits.py | admin | GET /v3/limits?resource_name=image_stage_total | | 200 | {"limits":[],
      ADR 51 | admin | GET /v3/limits?domain_id={bob-domain} | | 200 | {"limits":[],
      policies/limit.py | admin | GET /v3/limits/{limit} | | 200 | {"limit":{"id":"{limit}","project_id":"{bob}","domain_id":null
      policies/limit.py | bob | GET /v3/limits/{limit} | | 200 | /v3/limits/{limit}"}}
      policies/limit.py | bob-domain | GET /v3/limits/{limit} | | 200 | "resource_limit":0
      policies/limit.py | alice | GET /v3/limits/{limit} | | 403 | identity:get_limit
      policies/limit.py | alice | GET /v3/limits/none | | 403 | identity:get_limit
      policies/limit.py | alice-domain | GET /v3/limits/{limit} | | 403 | identity:get_limit
      policies/limit.py | nobody | GET /v3/limits/{limit} | | 403 | identity:get_limit
      exception.py | admin | GET /v3/limits/none | | 404 | Could not find limit for none.
      exception.py | admin | GET /v3/limits/0123456789abcdef0123456789abcdef | | 404 | Could not find limit
      exception.py | admin | GET /v3/limits/%00 | | 404 | Could not find limit
      exception.py | admin | PATCH /v3/limits/%00 | {"limit": {"resource_limit": 5}} | 404 | Could not find limit
      exception.py | admin | DELETE /v3/limits/%00 | | 404 | Could not find limit
      exception.py | admin | GET /v3/registered_limits/%00 | | 404 | Could not find registered limit
      decisions/0023 | admin | GET /v3/limits?project_id=%00 | | 400 | project_id
      # changes hold at once (limit/schema.py, api/limits.py)
      policies/limit.py | bob | PATCH /v3/limits/{limit} | {"limit": {"resource_limit": 5}} | 403 | iam:limits:updateLimit
      policies/limit.py | bob | DELETE /v3/limits/{limit} | | 403 | iam:limits:deleteLimit
      limit/schema.py | admin | PATCH /v3/limits/{limit} | {"limit": {"resource_limit": null}} | 400 | limit/resource_limit
      limit/schema.py | admin | PATCH /v3/limits/{limit} | {"limit": {"project_id": "{alice}"}} | 400 | limit/project_id
      limit/schema.py | admin | PATCH /v3/limits/{limit} | {"limit": {}} | 200 | "resource_limit":0
      exception.py | admin | PATCH /v3/limits/0123456789abcdef0123456789abcdef | {"limit": {"resource_limit": 5}} | 404 | Could not find limit
      api/limits.py | admin | PATCH /v3/limits/{limit} | {"limit": {"resource_limit": 1, "description": "one"}} | 200 | "resource_limit":1,"description":"one"
      ADR 51 | bob | POST /v2/images | {"name": "bobs"} | 201 | queued
      ADR 51 | bob | POST /v2/images | {"name": "bobs"} | 413 | over limit of 1 due to current usage 1
      ADR 51 | admin | PATCH /v3/limits/{limit} | {"limit": {"resource_limit": 0, "description": ""}} | 200 | "resource_limit":0,"description":""
      ADR 41 | bob | GET /v2/images | | 200 | "name":"bobs"
      ims.md 1.14 | bob | GET /v1/cloudimages/quota | | 200 | {"type":"image","used":1,"quota":0,"min":0,"max":0}
      api/limits.py | admin | PATCH /v3/limits/{limit} | {"limit": {"resource_limit": -1}} | 200 | "resource_limit":-1
      ADR 51 | bob | POST /v2/images | {"name": "bobs"} | 201 | queued
      glance discovery.py | bob | GET /v2/info/usage | | 200 | {"usage":{"image_size_total":{"usage":0,"limit":1}}}
      ADR 51 | admin | PATCH /v3/limits/{limit} | {"limit": {"resource_limit": 2}} | 200 | "resource_limit":2
      ADR 51 | bob | POST /v2/images | {"name": "bobs"} | 413 | over limit of 2 due to current usage 2
      api/limits.py | admin | DELETE /v3/limits/{limit} | | 204 |
      exception.py | admin | DELETE /v3/limits/{limit} | | 404 | Could not find limit for {limit}.
      ADR 51 | bob | POST /v2/images | {"name": "bobs"} | 201 | queued
      """;

  @BeforeAll
  static void logIn() {
    String admin = SERVER.admin();
    REQUESTS.logIn("admin", admin);
    for (String who : List.of("alice", "bob")) {
      REQUESTS.logIn(who, SERVER.token(who));
      REQUESTS.put(who, SERVER.demoProject(SERVER.token(who)));
      String domain = "{\"domain\": {\"name\": \"%s\"}}".formatted(who);
      REQUESTS.logIn(who + "-domain", SERVER.tokenOf(who, domain));
      REQUESTS.put(who + "-domain", SERVER.id(admin, "domains", who));
    }
    SERVER.make(admin, "users", "{\"user\": {\"name\": \"nobody\", \"password\": \"p\"}}");
    REQUESTS.logIn("nobody", SERVER.token("nobody", "p", "Default", null));
    SERVER.make(admin, "regions", "{\"region\": {\"id\": \"elsewhere\"}}");
    REQUESTS.put("image", SERVER.id(admin, "services", "glance"));
    REQUESTS.put("identity", SERVER.id(admin, "services", "keystone"));
    REQUESTS.put("count", BuiltIn.id("limit image_count_total"));
    REQUESTS.put("size", BuiltIn.id("limit image_size_total"));
  }

  @AfterEach
  void clear() {
    SERVER.execute("truncate image cascade");
    SERVER.execute("truncate project_limit");
  }

  /** The rows of each table are one story, and so are the tables. */
  @Test
  void answersAreKeystonesAndEffectsGlances() {
    play(REGISTERED);
    play(REFUSED);
    play(STORY);
    REQUESTS.put(
        "limit",
        REQUESTS
            .send("bob", "GET", "/v3/limits?resource_name=image_count_total", null)
            .json()
            .at("/limits/0/id")
            .asText());
    play(MORE);
  }

  private static void play(String table) {
    RequestTable.rows(table).forEach(LimitsTest::play);
  }

  private static void play(Row row) {
    Response answer = REQUESTS.play(row);
    if (row.status() >= 400 && row.path().startsWith("/v3")) {
      assertThat(answer.json().path("error").fieldNames())
          .toIterable()
          .as(row.line())
          .containsExactly("code", "message", "title");
    }
  }

  /** The limit is in MiB; what arrives is refused before it is stored. */
  @Test
  void bytesBeyondTheLimitOfTheProjectAreRefused() {
    String admin = SERVER.admin();
    String project = SERVER.make(admin, "projects", "{\"project\": {\"name\": \"small\"}}");
    REQUESTS.put("small", project);
    REQUESTS.send(
        "admin",
        "POST",
        "/v3/limits",
        """
        {"limits": [{"project_id": "{small}", "service_id": "{image}", "resource_name": "image_size_total", "resource_limit": 1}]}
        """);
    String image =
        REQUESTS
            .send(
                "admin",
                "POST",
                "/v2/images",
                "{\"owner\": \"{small}\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json()
            .path("id")
            .asText();
    String file = "/v2/images/" + image + "/file";

    Response refused = SERVER.send("PUT", file, admin, "x".repeat((1 << 20) + 1));
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.body()).contains("1048576 bytes remaining");
    assertThat(SERVER.send("PUT", file, admin, "x".repeat(1 << 20)).status()).isEqualTo(204);
  }

  /** Its images stay, and count for nobody's limit. */
  @Test
  void aLimitEndsWithItsProject() {
    String admin = SERVER.admin();
    REQUESTS.put("ending", SERVER.make(admin, "projects", "{\"project\": {\"name\": \"ending\"}}"));
    String limit =
        REQUESTS
            .send(
                "admin",
                "POST",
                "/v3/limits",
                """
                {"limits": [{"project_id": "{ending}", "service_id": "{image}", "resource_name": "image_count_total", "resource_limit": 1}]}
                """)
            .json()
            .at("/limits/0/id")
            .asText();
    assertThat(SERVER.send("GET", "/v3/limits/" + limit, admin, null).status()).isEqualTo(200);

    assertThat(REQUESTS.send("admin", "DELETE", "/v3/projects/{ending}", null).status())
        .isEqualTo(204);

    assertThat(SERVER.send("GET", "/v3/limits/" + limit, admin, null).status()).isEqualTo(404);
  }
}
