package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.RequestTable;
import dev.vitrine.server.RequestTable.Row;
import dev.vitrine.server.TestServer;
import java.util.List;
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
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final RequestTable REQUESTS = new RequestTable(SERVER);

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
      admin  | PATCH /v3/services/%00 | {"service": {"description": "d"}} | 404 | Could not find service
      admin  | DELETE /v3/services/%00 | | 404 | Could not find service
      admin  | PATCH /v3/endpoints/%00 | {"endpoint": {"enabled": false}} | 404 | Could not find endpoint
      admin  | DELETE /v3/endpoints/%00 | | 404 | Could not find endpoint
      admin  | PATCH /v3/regions/%00 | {"region": {"description": "d"}} | 404 | Could not find region
      admin  | DELETE /v3/regions/%00 | | 404 | Could not find region
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
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "admin", "url": "http://x", "region_id": null, "region": "made"}} | 201 | "region_id":"made"
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "admin", "url": "http://x", "region_id": " "}} | 400 | endpoint/region_id
      admin  | POST /v3/endpoints | {"endpoint": {"service_id": "{service}", "interface": "admin", "url": "http://x", "region": " "}} | 400 | endpoint/region'
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
      alice  | GET /v3/domains/{alice-domain} | | 200 | "name":"alice"
      alice  | POST /v3/domains | {"domain": {"name": "x"}} | 403 | requested action: iam:domains:createDomain.
      alice  | PATCH /v3/domains/{alice-domain} | {"domain": {"name": "x"}} | 403 |
      alice  | POST /v3/projects | {"project": {"name": "own"}} | 201 | "domain_id":"{alice-domain}"
      alice  | POST /v3/projects | {"project": {"name": "x", "domain_id": "default"}} | 403 | iam:projects:createProject
      alice  | POST /v3/projects | {"project": {"name": "x", "domain_id": "none"}} | 403 | iam:projects:createProject
      alice  | DELETE /v3/projects/{project} | | 404 | Could not find project: {project}.
      alice  | GET /v3/users?domain_id=default | | 403 |
      alice  | PATCH /v3/users/{user} | {"user": {"name": "x"}} | 404 | Could not find user: {user}.
      alice  | PATCH /v3/groups/{group} | {"group": {"name": "x"}} | 404 |
      alice  | POST /v3/roles | {"role": {"name": "x"}} | 403 | iam:roles:createRole
      alice  | POST /v3/roles | {"role": {"name": "own", "domain_id": "{alice-domain}"}} | 201 | "domain_id":"{alice-domain}"
      alice  | PUT /v3/projects/{alice-project}/users/{user}/roles/{member} | | 404 | Could not find user: {user}.
      alice  | PUT /v3/projects/{project}/users/{alice-user}/roles/{member} | | 404 | Could not find project: {project}.
      alice  | PUT /v3/projects/{alice-project}/users/{alice-user}/roles/{reader} | | 204 |
      alice  | PUT /v3/projects/{alice-project}/users/{alice-user}/roles/{admin} | | 403 | iam:permissions:grantRoleToUserOnProject
      alice  | PUT /v3/OS-INHERIT/domains/{alice-domain}/users/{alice-user}/roles/{admin}/inherited_to_projects | | 403 |
      # ruling 5: stock clients need the refusal, never an empty list, and no 404: find_domain, find_user, find_group of
      # openstackclient (identity/common.py) take the name for an id only after a 403
      alice  | GET /v3/domains | | 403 | iam:domains:listDomains
      alice  | GET /v3/domains?name=alice | | 200 | "id":"{alice-domain}"
      alice  | GET /v3/domains?name=Default | | 403 | iam:domains:listDomains
      alice  | GET /v3/domains?name=none | | 403 | iam:domains:listDomains
      alice  | GET /v3/domains/default | | 403 | iam:domains:getDomain
      alice  | GET /v3/domains/none | | 403 | iam:domains:getDomain
      alice  | GET /v3/users | | 200 | "name":"alice"
      alice  | GET /v3/users?name=alice | | 200 | "id":"{alice-user}"
      alice  | GET /v3/users?name=table | | 403 | iam:users:listUsers
      alice  | GET /v3/users?name=table&domain_id={alice-domain} | | 200 | "users":[]
      alice  | GET /v3/users/{user} | | 403 | iam:users:getUser
      alice  | GET /v3/users/none | | 403 | iam:users:getUser
      alice  | GET /v3/groups?name=table | | 403 | iam:groups:listGroups
      alice  | GET /v3/groups/{group} | | 403 | iam:groups:getGroup
      plain  | GET /v3/domains | | 403 | iam:domains:listDomains
      plain  | GET /v3/domains?name=Default | | 200 | "id":"default"
      plain  | GET /v3/domains?name=alice | | 403 | iam:domains:listDomains
      plain  | GET /v3/domains/default | | 200 | "name":"Default"
      plain  | GET /v3/domains/{alice-domain} | | 403 | iam:domains:getDomain
      plain  | GET /v3/users?name=plain | | 200 | "id":"{plain-user}"
      plain  | GET /v3/users?name=table | | 403 | iam:users:listUsers
      plain  | GET /v3/users?name=plain&domain_id={alice-domain} | | 403 | iam:users:listUsers
      plain  | GET /v3/groups?name=table | | 403 | iam:groups:listGroups
      plain  | GET /v3/groups/{group} | | 403 | iam:groups:getGroup
      plain  | GET /v3/groups?name=plain | | 200 | "id":"{plain-group}"
      plain  | GET /v3/groups/{plain-group} | | 200 | "name":"plain"
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
      # ruling 32: in a domain that has an account, a plain user finds its domain
      guest  | GET /v3/auth/domains | | 200 | "id":"{alice-domain}"
      # what is asked for and not done is refused by name (resource/schema.py, identity/schema.py: Keystone ignores most of it)
      admin  | GET /v3/projects?tags=zz | | 200 | "projects":[]
      admin  | GET /v3/projects?tags=a | | 200 | "projects":[{"id":"{tagged}"
      admin  | GET /v3/projects?tags=a,b | | 200 | "id":"{tagged}"
      admin  | GET /v3/projects?tags=a,c | | 200 | "projects":[]
      admin  | GET /v3/projects?tags-any=a,c | | 200 | "projects":[{"id":"{tagged}"
      admin  | GET /v3/projects?name=tagged&not-tags=a,c | | 200 | "id":"{tagged}"
      admin  | GET /v3/projects?name=tagged&not-tags=a,b | | 200 | "projects":[]
      admin  | GET /v3/projects?name=tagged&not-tags-any=c | | 200 | "id":"{tagged}"
      admin  | GET /v3/projects?name=tagged&not-tags-any=a,c | | 200 | "projects":[]
      admin  | GET /v3/projects?tags= | | 400 | 'tags'
      admin  | GET /v3/projects?parent_id={alice-domain} | | 200 | "projects":[{"id":"
      admin  | GET /v3/projects?parent_id={project} | | 200 | "projects":[]
      admin  | GET /v3/projects?parent_id={project}&domain_id=default | | 400 | 'parent_id'
      admin  | GET /v3/projects?is_domain=true | | 400 | 'is_domain'
      admin  | GET /v3/projects?is_domain=false&name=table | | 200 | "id":"{project}"
      # words for false (common/utils.py: attr_as_boolean; oslo.utils: bool_from_string)
      admin  | GET /v3/projects?name=table&enabled=true | | 200 | "id":"{project}"
      admin  | GET /v3/projects?name=table&enabled=false%20 | | 200 | "projects":[]
      admin  | GET /v3/projects?name=table&enabled=%20NO | | 200 | "projects":[]
      admin  | GET /v3/projects?name=table&enabled=f%20alse | | 200 | "id":"{project}"
      # parameters that are refused
      admin  | GET /v3/projects?name__contains=abl | | 400 | 'name__contains'
      admin  | GET /v3/projects?email=x | | 400 | 'email'
      admin  | GET /v3/projects?sort_key=name | | 400 | 'sort_key'
      admin  | GET /v3/projects?name=a&name=b | | 400 | more than once
      admin  | GET /v3/projects?domain_id=default&limit=1 | | 200 | "next":"{url}/v3/projects?domain_id=default&limit=1&marker=
      admin  | GET /v3/projects?marker=none | | 400 | 'marker'
      admin  | GET /v3/projects?limit=0 | | 400 | 'limit'
      admin  | GET /v3/projects?limit=%2B1 | | 400 | 'limit'
      admin  | GET /v3/projects?limit=%EF%BC%91 | | 400 | 'limit'
      admin  | GET /v3/projects?page=1 | | 400 | 'page'
      admin  | GET /v3/projects?page=%D9%A1&per_page=1 | | 400 | 'page'
      admin  | GET /v3/projects?page=1&per_page=%2B1 | | 400 | 'per_page'
      admin  | GET /v3/projects?page=1&per_page=1&limit=1 | | 400 | 'page'
      admin  | GET /v3/projects?page=9999&per_page=5000 | | 200 | "projects":[]
      admin  | GET /v3/projects?name=tagged&page=1&per_page=1 | | 200 | "projects":[{"id":"{tagged}"
      admin  | GET /v3/auth/projects?name=x | | 400 | 'name'
      admin  | GET /v3/auth/domains?name=x | | 400 | 'name'
      admin  | GET /v3/users?email=x | | 400 | 'email'
      admin  | GET /v3/users?password_expires_at=lt:2016-12-08T22:02:00Z | | 400 | 'password_expires_at'
      admin  | GET /v3/users?idp_id=x | | 400 | 'idp_id'
      admin  | GET /v3/users/{user}/projects?tags=zz | | 200 | "projects":[]
      admin  | GET /v3/users/{user}/groups?enabled=false | | 400 | 'enabled'
      admin  | GET /v3/groups?enabled=true | | 400 | 'enabled'
      admin  | GET /v3/groups/{group}/users?idp_id=x | | 400 | 'idp_id'
      admin  | GET /v3/roles?permission_type=role | | 400 | 'permission_type'
      admin  | GET /v3/domains?id=default | | 400 | 'id'
      admin  | GET /v3/role_assignments?user_id=x | | 400 | 'user_id'
      admin  | GET /v3/role_assignments?scope.OS-INHERIT:inherited_to=x | | 400 | inherited_to
      admin  | GET /v3/role_assignments?include_subtree | | 400 | scope.project.id must be specified
      admin  | GET /v3/role_assignments?scope.system=all | | 200 | "role_assignments":[]
      admin  | GET /v3/projects/{project}/users/{user}/roles?name=x | | 400 | 'name'
      admin  | PUT /v3/projects/{project}/users/{user}/roles/{reader}?inherited=true | | 400 | 'inherited'
      admin  | DELETE /v3/projects/{project}?cascade=true | | 400 | 'cascade'
      admin  | GET /v3/projects/{project}?include_limits | | 400 | 'include_limits'
      admin  | GET /v3/projects/{project}?parents_as_ids | | 200 | "parents":{"default":null}
      admin  | GET /v3/projects/{project}?parents_as_list | | 200 | "parents":[]
      admin  | GET /v3/projects/{project}?subtree_as_ids | | 200 | "subtree":null
      admin  | GET /v3/projects/{project}?subtree_as_list | | 200 | "subtree":[]
      admin  | GET /v3/projects/{project}?parents_as_list&parents_as_ids | | 400 | at the same time
      # bodies: the same (resource/schema.py, identity/schema.py, */resource_options.py)
      admin  | POST /v3/projects | {"project": {"name": "x", "is_domain": true}} | 400 | project/is_domain
      admin  | POST /v3/projects | {"project": {"name": "x", "parent_id": "{project}"}} | 404 | Could not find domain: {project}.
      admin  | POST /v3/projects | {"project": {"name": "x", "parent_id": "{project}", "domain_id": "default"}} | 400 | no children
      admin  | POST /v3/projects | {"project": {"name": "child", "parent_id": "{alice-domain}"}} | 201 | "parent_id":"{alice-domain}"
      admin  | POST /v3/projects | {"project": {"name": "x", "id": "x"}} | 400 | project/id
      admin  | POST /v3/projects | {"project": {"name": "x", "options": {"x": true}}} | 400 | project/options/x
      admin  | POST /v3/projects | {"project": {"name": "x", "options": {"immutable": 1}}} | 400 | project/options/immutable
      admin  | POST /v3/projects | {"project": {"name": "x", "tags": ["a,b"]}} | 400 | 'tags'
      admin  | POST /v3/projects | {"project": {"name": "x", "tags": ["a", "a"]}} | 400 | 'tags'
      admin  | POST /v3/projects | {"project": {"name": "x", "tags": [1]}} | 400 | project/tags
      admin  | POST /v3/projects | {"project": {"name": "x"}, "tags": ["a"]} | 400 | 'tags'
      admin  | PATCH /v3/projects/{project} | {"project": {"parent_id": "{alice-domain}"}} | 400 | no children
      admin  | PATCH /v3/projects/{project} | {"project": {"id": "x"}} | 400 | project/id
      admin  | PATCH /v3/projects/{project} | {"project": {"id": "{project}", "parent_id": "default", "is_domain": false}} | 200 |
      admin  | PATCH /v3/projects/{project} | {"project": {"cost_center": {"a": [1, null]}}} | 200 | "cost_center":{"a":[1,null]}
      admin  | PATCH /v3/projects/{project} | {"project": {"color": "red"}} | 200 | "color":"red"
      admin  | GET /v3/projects/{project} | | 200 | "cost_center":{"a":[1,null]}
      admin  | PATCH /v3/projects/{project} | {"project": {"color": "a\\u0000b"}} | 400 | project/color
      admin  | PATCH /v3/projects/{project} | {"project": {"color": 1e400}} | 400 |
      admin  | PATCH /v3/projects/{project} | {"project": {"color": "{65536}"}} | 400 | further attributes
      admin  | POST /v3/domains | {"domain": {"name": "x", "explicit_domain_id": "0123456789abcdef0123456789abcdef"}} | 400 | explicit_domain_id
      admin  | POST /v3/domains | {"domain": {"name": "x", "tags": ["a"]}} | 400 | domain/tags
      admin  | POST /v3/domains | {"domain": {"name": "kept", "tags": [], "contact": "x"}} | 201 | "contact":"x"
      admin  | POST /v3/users | {"user": {"name": "x", "federated": [{"idp_id": "x"}]}} | 400 | user/federated
      admin  | POST /v3/users | {"user": {"name": "x", "password_expires_at": "2030-01-01T00:00:00Z"}} | 400 | user/password_expires_at
      admin  | POST /v3/users | {"user": {"name": "x", "pwd_status": true}} | 400 | user/pwd_status
      admin  | POST /v3/users | {"user": {"name": "x", "options": {"multi_factor_auth_enabled": true}}} | 400 | multi_factor_auth_enabled
      admin  | POST /v3/users | {"user": {"name": "x", "options": {"multi_factor_auth_rules": [["password", "totp"]]}}} | 400 | multi_factor_auth_rules
      admin  | POST /v3/users | {"user": {"name": "x", "options": {"unknown": true}}} | 400 | user/options/unknown
      admin  | POST /v3/users | {"user": {"name": "opted", "options": {"multi_factor_auth_enabled": false, "multi_factor_auth_rules": [], "ignore_password_expiry": true, "lock_password": false}}} | 201 | "options":{"ignore_password_expiry":true,"lock_password":false}
      admin  | PATCH /v3/users/{user} | {"user": {"options": {"lock_password": true}}} | 200 | "options":{"lock_password":true}
      admin  | PATCH /v3/users/{user} | {"user": {"options": {"lock_password": null}}} | 200 | "options":{}
      admin  | PATCH /v3/users/{user} | {"user": {"phone": "1", "email": "t@example.org"}} | 200 | "phone":"1"
      admin  | GET /v3/users/{user} | | 200 | "email":"t@example.org"
      admin  | POST /v3/groups | {"group": {"name": "kept", "email": "g@example.org"}} | 201 | "email":"g@example.org"
      admin  | POST /v3/groups | {"group": {"name": "x", "id": "x"}} | 400 | group/id
      admin  | POST /v3/roles | {"role": {"name": "x", "policy": {}}} | 400 | role/policy
      admin  | POST /v3/roles | {"role": {"name": "kept", "note": "n"}} | 201 | "note":"n"
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["password", "totp"]}}} | 401 |
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["token"], "token": {"id": "x"}}, "scope": {"project": {"id": "x"}, "domain": {"id": "x"}}}} | 400 | one scope only
      # a scope of null is none
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["token"], "token": {"id": "x"}}, "scope": {"project": null, "domain": {"id": "default"}}}} | 401 |
      admin  | POST /v3/auth/tokens | {"auth": {"identity": {"methods": ["token"], "token": {"id": "x"}}, "scope": {"project": null}}} | 400 | Expecting to find project, domain or unscoped in auth/scope.
      admin  | POST /v3/auth/tokens?nocatalog&allow_expired=1 | {} | 400 | 'allow_expired'
      # tags of a project (api/projects.py)
      admin  | GET /identity/v3/projects/{tagged}/tags | | 200 | /identity/v3/projects/{tagged}/tags"
      admin  | GET /v3/projects/{tagged}/tags | | 200 | "tags":["a","b"]
      admin  | PUT /v3/projects/{project}/tags/x | | 201 |
      admin  | PUT /v3/projects/{project}/tags/x | | 201 |
      admin  | HEAD /v3/projects/{project}/tags/x | | 204 |
      admin  | GET /v3/projects/{project}/tags/x | | 204 |
      admin  | GET /v3/projects/{project}/tags/y | | 404 | Could not find project tag: y.
      admin  | PUT /v3/projects/{project}/tags/a%2Cb | | 400 | 'tag'
      admin  | PUT /v3/projects/{project}/tags | {"tags": ["y", "z"]} | 200 | "tags":["y","z"]
      admin  | PUT /v3/projects/{project}/tags | {"tags": ["y"], "x": 1} | 400 | 'x'
      admin  | PUT /v3/projects/{project}/tags | {} | 400 | tags
      admin  | DELETE /v3/projects/{project}/tags/y | | 204 |
      admin  | DELETE /v3/projects/{project}/tags/y | | 404 | Could not find project tag: y.
      admin  | DELETE /v3/projects/{project}/tags | | 204 |
      admin  | GET /v3/projects/{project} | | 200 | "tags":[]
      plain  | GET /v3/projects/{plain-project}/tags | | 200 | "tags":[]
      plain  | PUT /v3/projects/{plain-project}/tags/x | | 403 | iam:projects:updateProject
      plain  | GET /v3/projects/{project}/tags | | 403 | iam:projects:getProject
      # what is immutable (common/resource_options)
      admin  | PATCH /v3/projects/{fixed} | {"project": {"name": "x"}} | 403 | Unable to update immutable project resource
      admin  | PATCH /v3/projects/{fixed} | {"project": {"name": "x", "options": {"immutable": false}}} | 403 | Unable to update immutable project resource
      admin  | PUT /v3/projects/{fixed}/tags/x | | 403 | Unable to update immutable project resource
      admin  | DELETE /v3/projects/{fixed} | | 403 | Unable to delete immutable project resource
      admin  | GET /v3/projects/{fixed} | | 200 | "options":{"immutable":true}
      admin  | PATCH /v3/projects/{fixed} | {"project": {"options": {"immutable": false}}} | 200 | "options":{}
      admin  | DELETE /v3/projects/{fixed} | | 204 |
      admin  | PATCH /v3/domains/{fixed-domain} | {"domain": {"name": "x"}} | 403 | Unable to update immutable domain resource
      admin  | DELETE /v3/domains/{fixed-domain} | | 403 | Unable to delete immutable domain resource
      admin  | PATCH /v3/domains/{fixed-domain} | {"domain": {"options": {"immutable": null}}} | 200 | "options":{}
      admin  | DELETE /v3/domains/{fixed-domain} | | 204 |
      admin  | DELETE /v3/domains/{fixed-domain} | | 404 |
      admin  | PATCH /v3/roles/{fixed-role} | {"role": {"description": "x"}} | 403 | Unable to update immutable role resource
      admin  | DELETE /v3/roles/{fixed-role} | | 403 | Unable to delete immutable role resource
      admin  | PATCH /v3/roles/{fixed-role} | {"role": {"options": {"immutable": false}}} | 200 | "options":{}
      admin  | DELETE /v3/roles/{fixed-role} | | 204 |
      # one's own password takes the old one and no token (identity/schema.py, api/users.py: unenforced)
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "wrong", "password": "new"}} | 401 | requires authentication
      -      | POST /v3/users/none/password | {"user": {"original_password": "wrong", "password": "new"}} | 401 | requires authentication
      -      | POST /v3/users/%20/password | {"user": {"original_password": "wrong", "password": "new"}} | 401 | requires authentication
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "old"}} | 400 | password
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "old", "password": "new", "x": 1}} | 400 | user/x
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "old", "password": "new"}} | 400 | lock_password
      admin  | PATCH /v3/users/{locked} | {"user": {"options": {"lock_password": false}}} | 200 |
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "old", "password": "new"}} | 204 |
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "old", "password": "new"}} | 401 |
      admin  | PATCH /v3/users/{locked} | {"user": {"enabled": false}} | 200 |
      -      | POST /v3/users/{locked}/password | {"user": {"original_password": "new", "password": "newer"}} | 401 |
      plain  | GET /v3/auth/catalog | | 200 | "type":"ims"
      # somebody who administers nothing, but is itself
      plain  | GET /v3/users/{plain-user} | | 200 | "name":"plain"
      plain  | GET /v3/users/{plain-user}/projects | | 200 | "name":"plain"
      plain  | GET /v3/users/{plain-user}/groups | | 200 | "name":"plain"
      plain  | GET /v3/users/{user} | | 403 | iam:users:getUser
      plain  | GET /v3/users/none | | 403 | iam:users:getUser
      plain  | GET /v3/users/{user}/projects | | 403 | iam:projects:listProjectsForUser
      plain  | GET /v3/users | | 403 | iam:users:listUsers
      plain  | GET /v3/roles | | 403 | iam:roles:listRoles
      plain  | PATCH /v3/users/{plain-user} | {"user": {"name": "x"}} | 403 | iam:users:updateUser
      plain  | POST /v3/projects | {"project": {"name": "x"}} | 403 | iam:projects:createProject
      plain  | PUT /v3/projects/{plain-project}/users/{plain-user}/roles/{member} | | 403 | iam:permissions:grantRoleToUserOnProject
      """;

  static Stream<Row> rows() {
    return RequestTable.rows(TABLE);
  }

  @BeforeAll
  static void castAndPlaces() {
    String admin = SERVER.admin();
    REQUESTS.logIn("admin", admin);
    REQUESTS.logIn("alice", SERVER.token("alice"));
    REQUESTS.put("project", SERVER.make(admin, "projects", "{\"project\": {\"name\": \"table\"}}"));
    REQUESTS.put(
        "tagged",
        SERVER.make(
            admin, "projects", "{\"project\": {\"name\": \"tagged\", \"tags\": [\"b\", \"a\"]}}"));
    String immutable = ", \"enabled\": %s, \"options\": {\"immutable\": true}}}";
    REQUESTS.put(
        "fixed",
        SERVER.make(
            admin, "projects", "{\"project\": {\"name\": \"fixed\"" + immutable.formatted(true)));
    REQUESTS.put(
        "fixed-domain",
        SERVER.make(
            admin, "domains", "{\"domain\": {\"name\": \"fixed\"" + immutable.formatted(false)));
    REQUESTS.put(
        "fixed-role",
        SERVER.make(
            admin,
            "roles",
            "{\"role\": {\"name\": \"fixed\", \"options\": {\"immutable\": true}}}"));
    REQUESTS.put(
        "locked",
        SERVER.make(
            admin,
            "users",
            "{\"user\": {\"name\": \"locked\", \"password\": \"old\","
                + " \"options\": {\"lock_password\": true}}}"));
    REQUESTS.put("url", SERVER.url());
    REQUESTS.put("user", SERVER.make(admin, "users", "{\"user\": {\"name\": \"table\"}}"));
    REQUESTS.put("service", SERVER.make(admin, "services", "{\"service\": {\"type\": \"table\"}}"));
    REQUESTS.put("image-service", SERVER.id(admin, "services", "glance"));
    REQUESTS.put("group", SERVER.make(admin, "groups", "{\"group\": {\"name\": \"table\"}}"));
    for (String role : List.of("admin", "member", "reader")) {
      REQUESTS.put(role, SERVER.id(admin, "roles", role));
    }
    for (String tenant : List.of("alice", "bob")) {
      String domain = SERVER.id(admin, "domains", tenant);
      REQUESTS.put(tenant + "-domain", domain);
      REQUESTS.put(
          tenant + "-project", SERVER.id(admin, "projects", "RegionOne&domain_id=" + domain));
      REQUESTS.put(tenant + "-user", SERVER.id(admin, "users", tenant));
    }
    REQUESTS.put(
        "plain-user",
        SERVER.make(admin, "users", "{\"user\": {\"name\": \"plain\", \"password\": \"plain\"}}"));
    REQUESTS.put(
        "plain-project", SERVER.make(admin, "projects", "{\"project\": {\"name\": \"plain\"}}"));
    REQUESTS.send(
        "admin", "PUT", "/v3/projects/{plain-project}/users/{plain-user}/roles/{member}", null);
    REQUESTS.logIn(
        "plain", SERVER.token("plain", "plain", "Default", TestServer.project("plain", "Default")));
    REQUESTS.put("plain-group", SERVER.make(admin, "groups", "{\"group\": {\"name\": \"plain\"}}"));
    REQUESTS.send("admin", "PUT", "/v3/groups/{plain-group}/users/{plain-user}", null);
    SERVER.make(
        SERVER.token("alice"),
        "users",
        "{\"user\": {\"name\": \"guest\", \"password\": \"guest\"}}");
    REQUESTS.logIn("guest", SERVER.token("guest", "guest", "alice", null));
    for (int length : List.of(64, 65, 256, 65_536)) {
      REQUESTS.put(Integer.toString(length), "é".repeat(length));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void answersAsKeystoneDoes(Row row) {
    Response answer = REQUESTS.play(row);
    if (row.status() >= 400 && !row.method().equals("HEAD")) {
      assertThat(answer.json().path("error").fieldNames())
          .toIterable()
          .containsExactly("code", "message", "title");
    }
  }
}
