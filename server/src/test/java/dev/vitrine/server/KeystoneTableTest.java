package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.IdentityServer.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Keystone answers, one row each: who, request, status, and a part of the body. Texts and
 * limits are those of keystone 22.0.2 ({@code exception.py}, {@code resource/schema.py}, {@code
 * identity/schema.py}, {@code api/*.py}); who may do what is ruled by rulings 1, 2 and 5, and
 * refusals name the missing action (issue 2, section 6).
 */
class KeystoneTableTest {
  @RegisterExtension static final IdentityServer SERVER = new IdentityServer();

  private static final Map<String, String> NAMES = new HashMap<>();
  private static final Map<String, String> TOKENS = new HashMap<>();

  private static final String TABLE =
      """
      # discovery, errors of the protocol itself (api/discovery.py, server/flask/application.py)
      -      | GET /v3 | | 200 | "id":"v3.14","status":"stable"
      -      | GET /v3/ | | 200 | "id":"v3.14"
      -      | GET /identity | | 300 | {"versions":{"values":[{"id":"v3.14"
      -      | GET /identity/ | | 300 | /identity/v3/"}]
      -      | GET /identity/v3 | | 200 | /identity/v3/"}]
      admin  | GET /identity/v3/projects?name=table | | 200 | /identity/v3/projects?name=table"
      -      | GET /identity/v2.0 | | 404 | "title":"Not Found"
      -      | GET /identity/v3.0/OS-ROLE/roles | | 404 | "title":"Not Found"
      -      | GET /v3/nothing | | 404 | "title":"Not Found"
      -      | PATCH /v3/projects | {} | 405 | "code":405
      -      | GET /v3/projects | | 401 | The request you have made requires authentication.
      admin  | GET /v3/projects?name=%00 | | 400 |
      # bodies (common/validation)
      admin  | POST /v3/projects | | 400 |
      admin  | POST /v3/projects | {bad | 400 |
      admin  | POST /v3/projects | [] | 400 |
      admin  | POST /v3/projects | {} | 400 | name
      admin  | POST /v3/projects | {"project": []} | 400 | project
      admin  | POST /v3/projects | {"project": {"name": 1}} | 400 | project/name
      admin  | POST /v3/projects | {"project": {"name": ""}} | 400 | project/name
      admin  | POST /v3/projects | {"project": {"name": "  "}} | 400 | project/name
      admin  | POST /v3/projects | {"project": {"name": "{65}"}} | 400 | project/name
      admin  | POST /v3/projects | {"project": {"name": "{64}"}} | 201 | "is_domain":false
      admin  | POST /v3/projects | {"project": {"name": "a\\u0000b"}} | 400 | project/name
      admin  | POST /v3/projects | {"project": {"name": "x", "enabled": "yes"}} | 400 | project/enabled
      admin  | POST /v3/projects | {"project": {"name": "x", "domain_id": "none"}} | 404 | Could not find domain: none.
      admin  | PATCH /v3/projects/{project} | {"project": {}} | 400 |
      admin  | PATCH /v3/projects/{project} | {"project": {"domain_id": "{alice-domain}"}} | 400 | Cannot change Domain ID
      admin  | POST /v3/users | {"user": {"name": "{256}"}} | 400 | user/name
      admin  | POST /v3/users | {"user": {"name": "u", "password": 1}} | 400 | user/password
      admin  | POST /v3/auth/tokens | {} | 400 | Expecting to find identity in auth.
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["password"]}}} | 400 | Expecting to find password
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["magic"]}}} | 401 |
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "u", "password": "p"}}}}} | 400 | Expecting to find domain
      # one, many, none (server/flask/common.py, exception.py)
      admin  | GET /v3/projects/{project} | | 200 | "parent_id":"default","is_domain":false,"tags":[],"options":{},"links":{"self":"
      admin  | GET /v3/projects?name=table | | 200 | "links":{"next":null,"self":"
      admin  | GET /v3/projects?name=none | | 200 | "projects":[]
      admin  | GET /v3/projects/none | | 404 | Could not find project: none.
      admin  | GET /v3/projects/a%20name%2Fwith%00 | | 404 | Could not find project
      admin  | GET /v3/users/none | | 404 | Could not find user: none.
      admin  | GET /v3/groups/none | | 404 | Could not find group: none.
      admin  | GET /v3/roles/none | | 404 | Could not find role: none.
      admin  | GET /v3/domains/none | | 404 | Could not find domain: none.
      admin  | DELETE /v3/projects/none | | 404 | Could not find project: none.
      admin  | GET /v3/users/{user} | | 200 | "password_expires_at":null,"options":{}
      admin  | GET /v3/domains?name=Default | | 200 | "id":"default","name":"Default"
      admin  | GET /v3/roles?name=member | | 200 | "options":{"immutable":true}
      admin  | GET /v3/services | | 200 | "type":"image"
      admin  | GET /v3/endpoints?interface=public | | 200 | "region":"RegionOne"
      admin  | GET /v3/regions/RegionOne | | 200 | "parent_region_id":null
      admin  | GET /v3/regions/none | | 404 | Could not find region: none.
      # the catalogue (api/services.py, endpoints.py, regions.py, catalog/schema.py, catalog/core.py)
      admin  | GET /v3/services?type=identity | | 200 | "name":"keystone","type":"identity"
      admin  | GET /v3/services?colour=red | | 400 | colour
      admin  | GET /v3/endpoints?colour=red | | 400 | colour
      admin  | GET /v3/regions?colour=red | | 400 | colour
      admin  | GET /v3/auth/catalog | | 200 | /identity/v3"
      admin  | POST /v3/services | {"service": {}} | 400 | Expecting to find type in service.
      admin  | POST /v3/services | {"service": {"type": "x", "colour": "red"}} | 400 | service/colour
      admin  | POST /v3/services | {"service": {"type": "x", "name": "{256}"}} | 400 | service/name
      admin  | POST /v3/services | {"service": {"type": "x", "enabled": "yes"}} | 400 | service/enabled
      admin  | POST /v3/services | {"service": {"type": "other", "name": "n"}} | 201 | "type":"other","description":"","enabled":true
      admin  | PATCH /v3/services/{service} | {"service": {"description": "d"}} | 200 | "description":"d"
      admin  | PATCH /v3/services/none | {"service": {"description": "d"}} | 404 | Could not find service: none.
      admin  | DELETE /v3/services/none | | 404 | Could not find service: none.
      admin  | PATCH /v3/services/{image-service} | {"service": {"enabled": false}} | 403 | is built in
      admin  | DELETE /v3/services/{image-service} | | 403 | is built in
      plain  | POST /v3/services | {"service": {"type": "x"}} | 403 | iam:services:createService
      alice  | POST /v3/services | {"service": {"type": "x"}} | 403 | iam:services:createService
      alice  | DELETE /v3/services/{service} | | 403 | iam:services:deleteService
      alice  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "public", "url": "http://x"}} | 403 | iam:endpoints:createEndpoint
      alice  | POST /v3/regions | {"region": {"id": "x"}} | 403 | iam:regions:createRegion
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "none", "interface": "public", "url": "http://x"}} | 404 | Could not find service: none.
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "private", "url": "http://x"}} | 400 | endpoint/interface
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "public", "url": ""}} | 400 | endpoint/url
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "public", "url": "http://x/$(colour)s"}} | 400 | not colour
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "public", "url": "http://x", "region_id": "none"}} | 404 | Could not find region: none.
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "public", "url": "http://x/$(project_id)s", "region": "made"}} | 201 | "region_id":"made"
      admin  | GET /v3/regions/made | | 200 | "parent_region_id":null
      plain  | GET /v3/auth/catalog | | 200 | "url":"http://x/{plain-project}"
      admin  | DELETE /v3/regions/made | | 409 | has endpoints
      admin  | POST /v3/regions | {"region": {"id": "child", "parent_region_id": "made"}} | 201 | "parent_region_id":"made"
      admin  | POST /v3/regions | {"region": {"id": "child"}} | 409 | child
      admin  | POST /v3/regions | {"region": {"id": "RegionOne"}} | 409 | RegionOne
      admin  | POST /v3/regions | {"region": {"id": "orphan", "parent_region_id": "none"}} | 404 | Could not find region: none.
      admin  | POST /v3/regions | {"region": {"id": "x", "enabled": false}} | 400 | region/enabled
      admin  | PATCH /v3/regions/child | {"region": {"parent_region_id": null}} | 400 | parent
      admin  | PATCH /v3/regions/child | {"region": {"description": "d"}} | 200 | "description":"d"
      admin  | PATCH /v3/regions/RegionOne | {"region": {"description": "d"}} | 403 | is built in
      admin  | DELETE /v3/regions/child | | 204 |
      admin  | DELETE /v3/services/{service} | | 204 |
      admin  | GET /v3/endpoints?service_id={service} | | 200 | "endpoints":[]
      admin  | DELETE /v3/regions/made | | 204 |
      # application credentials (api/users.py, application_credential/schema.py, application_credential/core.py)
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {}} | 400 | Expecting to find name
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "colour": 1}} | 400 | colour
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "access_rules": []}} | 400 | access_rules
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "project_id": "{project}"}} | 400 | project_id
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "expires_at": "soon"}} | 400 | expires_at
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "expires_at": "2020-01-01T00:00:00"}} | 400 | expires_at
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "roles": [{"name": "admin"}]}} | 404 | Could not find role: admin.
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "x", "roles": [{}]}} | 400 | roles
      plain  | POST /v3/users/{user}/application_credentials | {"application_credential": {"name": "x"}} | 403 | identity:create_application_credential
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "robot", "expires_at": "2999-01-01T00:00:00+01:00"}} | 201 | "expires_at":"2998-12-31T23:00:00.000000Z"
      plain  | POST /v3/users/{plain-user}/application_credentials | {"application_credential": {"name": "robot"}} | 409 | robot
      plain  | GET /v3/users/{plain-user}/application_credentials?name=robot | | 200 | "unrestricted":false
      plain  | GET /v3/users/{plain-user}/application_credentials?name=none | | 200 | "application_credentials":[]
      plain  | GET /v3/users/{plain-user}/application_credentials?colour=red | | 400 | colour
      plain  | GET /v3/users/{plain-user}/application_credentials/none | | 404 | Could not find application credential: none.
      plain  | DELETE /v3/users/{plain-user}/application_credentials/none | | 404 |
      plain  | GET /v3/users/{user}/application_credentials | | 403 | iam:credentials:listApplicationCredentials
      alice  | GET /v3/users/{plain-user}/application_credentials | | 404 | Could not find user
      admin  | GET /v3/users/{plain-user}/application_credentials | | 200 | "name":"robot"
      -      | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "none", "secret": "x"}}}} | 401 |
      -      | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "none", "secret": "x"}}, "scope": "unscoped"}} | 400 | cannot request a scope
      -      | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"name": "robot", "secret": "x", "user": {"id": "{plain-user}"}}}}} | 401 |
      # names are unique (resource/core.py, common/sql/core.py)
      admin  | POST /v3/projects | {"project": {"name": "table"}} | 409 | it is not permitted to have two projects with either the same name or same id in the same domain: name is table
      admin  | POST /v3/domains | {"domain": {"name": "alice"}} | 409 | it is not permitted to have two projects acting as domains with the same name: alice
      admin  | POST /v3/users | {"user": {"name": "table"}} | 409 | Conflict occurred attempting to store user - Duplicate entry found with name table at domain ID default.
      admin  | POST /v3/groups | {"group": {"name": "table"}} | 409 | Conflict occurred attempting to store group - Duplicate entry found with name table at domain ID default.
      admin  | POST /v3/roles | {"role": {"name": "member"}} | 409 | Conflict occurred attempting to store role - Duplicate entry found with name member.
      admin  | PATCH /v3/projects/{project} | {"project": {"name": "admin"}} | 409 |
      # memberships and grants (api/groups.py, api/projects.py, assignment/core.py)
      admin  | HEAD /v3/groups/{group}/users/{user} | | 404 |
      admin  | GET /v3/groups/{group}/users/{user} | | 404 | User '{user}' not found in group '{group}'.
      admin  | PUT /v3/groups/{group}/users/{user} | | 204 |
      admin  | HEAD /v3/groups/{group}/users/{user} | | 204 |
      admin  | GET /v3/groups/{group}/users | | 200 | "name":"table"
      admin  | GET /v3/users/{user}/groups | | 200 | "name":"table"
      admin  | DELETE /v3/groups/{group}/users/{user} | | 204 |
      admin  | DELETE /v3/groups/{group}/users/{user} | | 404 |
      admin  | PUT /v3/projects/{project}/users/{user}/roles/none | | 404 | Could not find role: none.
      admin  | PUT /v3/projects/{project}/users/none/roles/{member} | | 404 | Could not find user: none.
      admin  | PUT /v3/projects/none/users/{user}/roles/{member} | | 404 | Could not find project: none.
      admin  | HEAD /v3/projects/{project}/users/{user}/roles/{member} | | 404 |
      admin  | PUT /v3/projects/{project}/users/{user}/roles/{member} | | 204 |
      admin  | PUT /v3/projects/{project}/users/{user}/roles/{member} | | 204 |
      admin  | HEAD /v3/projects/{project}/users/{user}/roles/{member} | | 204 |
      admin  | GET /v3/projects/{project}/users/{user}/roles | | 200 | "name":"member"
      admin  | GET /v3/users/{user}/projects | | 200 | "name":"table"
      admin  | GET /v3/role_assignments?user.id={user}&include_names | | 200 | "project":{"id":"{project}","name":"table","domain":{"id":"default","name":"Default"}}
      admin  | GET /v3/role_assignments?user.id={user}&group.id={group} | | 400 | Specify a user or group, not both
      admin  | GET /v3/role_assignments?scope.project.id={project}&scope.domain.id=default | | 400 | Specify a domain or project, not both
      admin  | DELETE /v3/projects/{project}/users/{user}/roles/{member} | | 204 |
      admin  | DELETE /v3/projects/{project}/users/{user}/roles/{member} | | 404 | Could not find role assignment with role: {member}, user or group: {user}, project, domain, or system: {project}.
      admin  | PUT /v3/OS-INHERIT/domains/default/groups/{group}/roles/{member}/inherited_to_projects | | 204 |
      admin  | GET /v3/OS-INHERIT/domains/default/groups/{group}/roles/inherited_to_projects | | 200 | "name":"member"
      admin  | GET /v3/role_assignments?group.id={group} | | 200 | "OS-INHERIT:inherited_to":"projects"
      admin  | HEAD /v3/domains/default/groups/{group}/roles/{member} | | 404 |
      admin  | DELETE /v3/OS-INHERIT/domains/default/groups/{group}/roles/{member}/inherited_to_projects | | 204 |
      # what stays as it is (common/resource_options, resource/core.py)
      admin  | PATCH /v3/roles/{member} | {"role": {"name": "x"}} | 403 | Unable to update immutable role resource
      admin  | DELETE /v3/roles/{member} | | 403 | Unable to delete immutable role resource
      admin  | DELETE /v3/domains/{alice-domain} | | 403 | Cannot delete a domain that is enabled, please disable it first.
      admin  | PATCH /v3/domains/default | {"domain": {"enabled": false}} | 403 |
      # a domain's account administers its domain and knows no other (rulings 1, 2)
      alice  | GET /v3/domains | | 200 | "name":"alice"
      alice  | GET /v3/domains/{alice-domain} | | 200 | "name":"alice"
      alice  | GET /v3/domains/default | | 404 | Could not find domain: default.
      alice  | GET /v3/domains/none | | 404 | Could not find domain: none.
      alice  | POST /v3/domains | {"domain": {"name": "x"}} | 403 | requested action: iam:domains:createDomain.
      alice  | PATCH /v3/domains/{alice-domain} | {"domain": {"name": "x"}} | 403 |
      alice  | POST /v3/projects | {"project": {"name": "own"}} | 201 | "domain_id":"{alice-domain}"
      alice  | POST /v3/projects | {"project": {"name": "x", "domain_id": "default"}} | 403 | iam:projects:createProject
      alice  | POST /v3/projects | {"project": {"name": "x", "domain_id": "none"}} | 403 | iam:projects:createProject
      alice  | DELETE /v3/projects/{project} | | 404 | Could not find project: {project}.
      alice  | GET /v3/users/{user} | | 404 | Could not find user: {user}.
      alice  | GET /v3/users?domain_id=default | | 403 |
      alice  | GET /v3/groups/{group} | | 404 |
      alice  | POST /v3/roles | {"role": {"name": "x"}} | 403 | iam:roles:createRole
      alice  | POST /v3/roles | {"role": {"name": "own", "domain_id": "{alice-domain}"}} | 201 | "domain_id":"{alice-domain}"
      alice  | PUT /v3/projects/{alice-project}/users/{user}/roles/{member} | | 404 | Could not find user: {user}.
      alice  | PUT /v3/projects/{project}/users/{alice-user}/roles/{member} | | 404 | Could not find project: {project}.
      alice  | PUT /v3/projects/{alice-project}/users/{alice-user}/roles/{reader} | | 204 |
      alice  | PUT /v3/projects/{alice-project}/users/{alice-user}/roles/{admin} | | 403 | iam:permissions:grantRoleToUserOnProject
      alice  | PUT /v3/OS-INHERIT/domains/{alice-domain}/users/{alice-user}/roles/{admin}/inherited_to_projects | | 403 |
      # ruling 5: stock clients need the refusal, never an empty list
      alice  | GET /v3/projects/{bob-project} | | 403 | iam:projects:getProject
      alice  | GET /v3/projects/none | | 403 | iam:projects:getProject
      alice  | GET /v3/projects?name={bob-project} | | 403 |
      alice  | GET /v3/projects?name=RegionOne | | 200 | "id":"{alice-project}"
      alice  | GET /v3/projects | | 403 |
      alice  | GET /v3/projects?domain_id={alice-domain} | | 200 | "id":"{alice-project}"
      alice  | GET /v3/projects?domain_id={bob-domain} | | 403 |
      plain  | GET /v3/projects | | 403 | iam:projects:listProjects
      plain  | GET /v3/projects?name=table | | 403 | iam:projects:listProjects
      plain  | GET /v3/projects?name=plain | | 200 | "name":"plain"
      plain  | GET /v3/projects/{plain-project} | | 200 | "name":"plain"
      plain  | GET /v3/projects/{project} | | 403 | iam:projects:getProject
      plain  | GET /v3/projects/none | | 403 | iam:projects:getProject
      plain  | GET /v3/auth/projects | | 200 | "name":"plain"
      plain  | GET /v3/auth/domains | | 200 | "domains":[]
      plain  | GET /v3/auth/catalog | | 200 | "type":"ims"
      # somebody who administers nothing, but is itself
      plain  | GET /v3/users/{plain-user} | | 200 | "name":"plain"
      plain  | GET /v3/users/{plain-user}/projects | | 200 | "name":"plain"
      plain  | GET /v3/users/{plain-user}/groups | | 200 | "groups":[]
      plain  | GET /v3/users/{user} | | 403 | iam:users:getUser
      plain  | GET /v3/users/none | | 403 | iam:users:getUser
      plain  | GET /v3/users/{user}/projects | | 403 | iam:projects:listProjectsForUser
      plain  | GET /v3/users | | 403 | iam:users:listUsers
      plain  | GET /v3/roles | | 403 | iam:roles:listRoles
      plain  | PATCH /v3/users/{plain-user} | {"user": {"name": "x"}} | 403 | iam:users:updateUser
      plain  | POST /v3/projects | {"project": {"name": "x"}} | 403 | iam:projects:createProject
      plain  | PUT /v3/projects/{plain-project}/users/{plain-user}/roles/{member} | | 403 | iam:permissions:grantRoleToUserOnProject
      """;

  record Row(String who, String method, String path, String body, int status, String text) {
    static Row read(String line) {
      String[] cells = line.split("\\|", 5);
      String[] request = cells[1].strip().split(" ", 2);
      return new Row(
          cells[0].strip(),
          request[0],
          request[1],
          cells[2].strip(),
          Integer.parseInt(cells[3].strip()),
          cells[4].strip());
    }
  }

  static Stream<Row> rows() {
    return TABLE.lines().filter(line -> !line.startsWith("#")).map(Row::read);
  }

  @BeforeAll
  static void castAndPlaces() {
    String admin = SERVER.admin();
    TOKENS.put("admin", admin);
    TOKENS.put("alice", SERVER.tenant("alice"));
    NAMES.put("project", SERVER.make(admin, "projects", "{\"project\": {\"name\": \"table\"}}"));
    NAMES.put("user", SERVER.make(admin, "users", "{\"user\": {\"name\": \"table\"}}"));
    NAMES.put("service", SERVER.make(admin, "services", "{\"service\": {\"type\": \"table\"}}"));
    NAMES.put("image-service", SERVER.id(admin, "services", "glance"));
    NAMES.put("group", SERVER.make(admin, "groups", "{\"group\": {\"name\": \"table\"}}"));
    for (String role : List.of("admin", "member", "reader")) {
      NAMES.put(role, SERVER.id(admin, "roles", role));
    }
    for (String tenant : List.of("alice", "bob")) {
      String domain = SERVER.id(admin, "domains", tenant);
      NAMES.put(tenant + "-domain", domain);
      NAMES.put(tenant + "-project", SERVER.id(admin, "projects", "RegionOne&domain_id=" + domain));
      NAMES.put(tenant + "-user", SERVER.id(admin, "users", tenant));
    }
    NAMES.put(
        "plain-user",
        SERVER.make(admin, "users", "{\"user\": {\"name\": \"plain\", \"password\": \"plain\"}}"));
    NAMES.put(
        "plain-project", SERVER.make(admin, "projects", "{\"project\": {\"name\": \"plain\"}}"));
    SERVER.send(
        "PUT", fill("/v3/projects/{plain-project}/users/{plain-user}/roles/{member}"), admin, null);
    TOKENS.put(
        "plain",
        SERVER.token("plain", "plain", "Default", IdentityServer.project("plain", "Default")));
    for (int length : List.of(64, 65, 256)) {
      NAMES.put(Integer.toString(length), "é".repeat(length));
    }
  }

  private static String fill(String text) {
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      text = text.replace("{" + name.getKey() + "}", name.getValue());
    }
    return text;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void answersAsKeystoneDoes(Row row) {
    Answer answer =
        SERVER.send(
            row.method(),
            fill(row.path()),
            TOKENS.get(row.who()),
            row.body().isEmpty() ? null : fill(row.body()));
    assertThat(answer.raw().body()).contains(fill(row.text()));
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(row.status());
    if (row.status() >= 400 && !row.method().equals("HEAD")) {
      assertThat(answer.body().path("error").fieldNames())
          .toIterable()
          .containsExactly("code", "message", "title");
    }
  }
}
