package dev.vitrine.server.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.RequestTable;
import dev.vitrine.server.RequestTable.Row;
import dev.vitrine.server.TestServer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What IAM's half of the identity API and enterprise projects answer, one row each: who, request,
 * status, and a part of the body. Codes and texts are those of IAM: 错误码 and EPS: 错误码; who may do
 * what, rulings 1, 2 and 8. In a body, {@code {policy}} is {@code {"Version": …, "Statement": …}}.
 */
class IamTableTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final RequestTable REQUESTS = new RequestTable(SERVER);

  private static final String TABLE =
      """
      # the protocol itself; ruling 24: unknown under /v3* is Keystone's 404
      -     | GET /v3.0/OS-ROLE/roles | | 401 | {"error_code":"IAM.0001","error_msg":"The request you have made requires authentication."}
      -     | GET /v1.0/enterprise-projects | | 401 | {"error":{"error_code":"EPS.0003"
      alice | GET /v3.0/nothing | | 404 | "code":404
      alice | GET /v1.0/enterprise-projects/a/b/c | | 404 | "error_code":"APIGW.0101"
      alice | PUT /v3.0/OS-ROLE/roles | {} | 405 | "error_code":"APIGW.0101"
      # custom policies: what is written
      alice | POST /v3.0/OS-ROLE/roles | {bad | 400 | "error_code":"IAM.0011"
      alice | POST /v3.0/OS-ROLE/roles | [] | 400 | "error_code":"IAM.0011"
      alice | POST /v3.0/OS-ROLE/roles | {} | 400 | "error_code":"IAM.1000"
      alice | POST /v3.0/OS-ROLE/roles | {"role": []} | 400 | "error_code":"IAM.1000"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1001"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": " ", "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1001"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": 1, "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1001"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "{65}", "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1002"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "a\\u0000b", "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1003"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1004"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "xa", "description": "d", "policy": {policy}}} | 400 | {"error_code":"IAM.1005","error_msg":"Invalid type xa."}
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"catalog": null, "display_name": "x", "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1006"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"flag": "fine_grained", "display_name": "x", "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1007"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"name": "x", "display_name": "x", "type": "XA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1008"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "AA", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1009"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XX", "description": "d", "policy": {policy}}} | 400 | "error_code":"IAM.1009"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "policy": {policy}}} | 400 | "error_code":"IAM.1018"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "\\u0000", "policy": {policy}}} | 400 | "error_code":"IAM.1018"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "description_cn": 1, "policy": {policy}}} | 400 | "error_code":"IAM.1019"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d"}} | 400 | "error_code":"IAM.1020"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": "{}"}} | 400 | "error_code":"IAM.1020"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:get"], "Resource": ["{6144}"]}]}}} | 400 | "error_code":"IAM.1021"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": {"Version": "1.0", "Statement": [{"Effect": "Allow", "Action": ["ims:images:get"]}]}}} | 400 | {"error_code":"IAM.1024","error_msg":"$.Version
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": {"Version": "1.1", "Statement": [{"Effect": "Maybe", "Action": ["ims:images:get"]}]}}} | 400 | {"error_code":"IAM.1029","error_msg":"$.Statement[0].Effect
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:fly"]}]}}} | 400 | {"error_code":"IAM.1036","error_msg":"$.Statement[0].Action[0]
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": {"Version": "1.1", "Statement": [], "Id": 1}}} | 400 | "error_code":"IAM.1059","error_msg":"$
      alice | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"policy": {"Version": "1.1"}}} | 400 | $
      alice | GET /v3.0/OS-ROLE/roles | | 200 | "total_number":1
      # custom policies: what is answered
      alice | GET /v3.0/OS-ROLE/roles/{alice-policy} | | 200 | "name":"custom_{alice-domain}_1","display_name":"alice","type":"XA","catalog":"CUSTOMED","domain_id":"{alice-domain}","description":"d","description_cn":null,"references":0,"created_time":"1
      alice | GET /v3.0/OS-ROLE/roles/{alice-policy} | | 200 | "policy":{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["ims:images:list"]}]},"links":{"self":"{url}/v3/roles/{alice-policy}"}
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "{64}", "type": "AX", "description": "", "description_cn": "二", "policy": {policy}}} | 201 | "name":"custom_{alice-domain}_2"
      alice | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "alice", "type": "XA", "description": "d", "policy": {policy}}} | 409 | "error_code":"IAM.0005"
      alice | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"display_name": "{64}"}} | 409 | "error_code":"IAM.0005"
      alice | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"type": "AA"}} | 400 | "error_code":"IAM.1009"
      alice | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"name": "x"}} | 400 | "error_code":"IAM.1008"
      alice | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"policy": []}} | 400 | "error_code":"IAM.1020"
      alice | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"description": "other"}} | 200 | "display_name":"alice","type":"XA","catalog":"CUSTOMED","domain_id":"{alice-domain}","description":"other"
      alice | GET /v3.0/OS-ROLE/roles?page=1&per_page=1 | | 200 | "total_number":2,"links":{"self":"{url}/v3.0/OS-ROLE/roles?page=1&per_page=1","previous":null,"next":"{url}/v3.0/OS-ROLE/roles?page=2&per_page=1"}
      alice | GET /v3.0/OS-ROLE/roles?page=2&per_page=1 | | 200 | "next":null
      alice | GET /v3.0/OS-ROLE/roles?page=9&per_page=300 | | 200 | {"roles":[],"total_number":2
      alice | GET /v3.0/OS-ROLE/roles?page=1 | | 400 | {"error_code":"IAM.0007","error_msg":"Request parameter per_page is invalid."}
      alice | GET /v3.0/OS-ROLE/roles?per_page=1 | | 400 | "Request parameter page is invalid."
      alice | GET /v3.0/OS-ROLE/roles?page=0&per_page=1 | | 400 | "error_code":"IAM.0007"
      alice | GET /v3.0/OS-ROLE/roles?page=1&per_page=301 | | 400 | "error_code":"IAM.0007"
      alice | GET /v3.0/OS-ROLE/roles?page=1&per_page=%2B1 | | 400 | "error_code":"IAM.0007"
      alice | GET /v3.0/OS-ROLE/roles?page=%EF%BC%91&per_page=1 | | 400 | "error_code":"IAM.0007"
      alice | GET /v3.0/OS-ROLE/roles?page=2147483647&per_page=300 | | 400 | "error_code":"IAM.0007"
      # custom policies: only those of the own domain
      alice | GET /v3.0/OS-ROLE/roles/{bob-policy} | | 404 | {"error_code":"IAM.0004","error_msg":"Could not find role: {bob-policy}."}
      alice | PATCH /v3.0/OS-ROLE/roles/{bob-policy} | {"role": {"description": "x"}} | 404 | "error_code":"IAM.0004"
      alice | DELETE /v3.0/OS-ROLE/roles/{bob-policy} | | 404 | "error_code":"IAM.0004"
      admin | GET /v3.0/OS-ROLE/roles/{bob-policy} | | 404 | "error_code":"IAM.0004"
      alice | GET /v3.0/OS-ROLE/roles/{member} | | 404 | "error_code":"IAM.0004"
      alice | PATCH /v3.0/OS-ROLE/roles/{member} | {"role": {"description": "x"}} | 404 | "error_code":"IAM.0004"
      alice | DELETE /v3.0/OS-ROLE/roles/{member} | | 404 | "error_code":"IAM.0004"
      alice | DELETE /v3.0/OS-ROLE/roles/%00 | | 404 | "error_code":"IAM.0004"
      bob   | GET /v3.0/OS-ROLE/roles/{bob-policy} | | 200 | "description":"d"
      # custom policies: not without the action
      plain | POST /v3.0/OS-ROLE/roles | {"role": {"display_name": "x", "type": "XA", "description": "d", "policy": {policy}}} | 403 | {"error_code":"IAM.0003","error_msg":"Policy doesn't allow iam:roles:createRole to be performed."}
      plain | GET /v3.0/OS-ROLE/roles | | 403 | iam:roles:listRoles
      plain | GET /v3.0/OS-ROLE/roles/{alice-policy} | | 403 | iam:roles:getRole
      plain | PATCH /v3.0/OS-ROLE/roles/{alice-policy} | {"role": {"description": "x"}} | 403 | iam:roles:updateRole
      plain | DELETE /v3.0/OS-ROLE/roles/{alice-policy} | | 403 | iam:roles:deleteRole
      # enterprise projects
      alice | POST /v1.0/enterprise-projects | {bad | 400 | {"error":{"error_code":"EPS.0002"
      alice | POST /v1.0/enterprise-projects | {} | 400 | {"error":{"error_code":"EPS.0002"
      alice | POST /v1.0/enterprise-projects | {"name": ""} | 400 | "error_code":"EPS.0007"
      alice | POST /v1.0/enterprise-projects | {"name": "a b"} | 400 | "error_code":"EPS.0007"
      alice | POST /v1.0/enterprise-projects | {"name": "Default"} | 400 | "error_code":"EPS.0007"
      alice | POST /v1.0/enterprise-projects | {"name": "{256}"} | 400 | "error_code":"EPS.0007"
      alice | POST /v1.0/enterprise-projects | {"name": "x", "description": "{513}"} | 400 | "error_code":"EPS.0008"
      alice | POST /v1.0/enterprise-projects | {"name": "x", "type": "poc"} | 400 | "error_code":"EPS.0002"
      alice | POST /v1.0/enterprise-projects | {"name": "研发-1_x", "description": "d", "type": "prod"} | 201 | "name":"研发-1_x","description":"d","status":1,"created_at":"2
      alice | POST /v1.0/enterprise-projects | {"name": "alice"} | 409 | "error_code":"EPS.0010"
      alice | GET /v1.0/enterprise-projects | | 200 | {"enterprise_projects":[{"id":"0","name":"default","description":"","status":1,
      alice | GET /v1.0/enterprise-projects | | 200 | "total_count":3}
      alice | GET /v1.0/enterprise-projects?name=lic | | 200 | {"enterprise_projects":[{"id":"{alice-ep}"
      alice | GET /v1.0/enterprise-projects?name=li%25 | | 200 | {"enterprise_projects":[],"total_count":0}
      alice | GET /v1.0/enterprise-projects?offset=1&limit=1 | | 200 | {"enterprise_projects":[{"id":"{alice-ep}"
      alice | GET /v1.0/enterprise-projects?status=2 | | 200 | "total_count":0
      alice | GET /v1.0/enterprise-projects?status=3 | | 400 | "error_code":"EPS.0002"
      alice | GET /v1.0/enterprise-projects?limit=1001 | | 400 | "error_code":"EPS.0017"
      alice | GET /v1.0/enterprise-projects?limit=x | | 400 | "error_code":"EPS.0017"
      alice | GET /v1.0/enterprise-projects?offset=-1 | | 400 | "error_code":"EPS.0018"
      alice | GET /v1.0/enterprise-projects?limit=%EF%BC%91 | | 400 | "error_code":"EPS.0017"
      alice | GET /v1.0/enterprise-projects?offset=%2B1 | | 400 | "error_code":"EPS.0018"
      alice | GET /v1.0/enterprise-projects?name=%00 | | 400 | "error_code":"EPS.0002"
      alice | GET /v1.0/enterprise-projects/0 | | 200 | "name":"default"
      alice | GET /v1.0/enterprise-projects/{alice-ep} | | 200 | "type":"prod"
      alice | GET /v1.0/enterprise-projects/none | | 404 | {"error":{"error_code":"EPS.0005"
      alice | GET /v1.0/enterprise-projects/a%2Fb%00 | | 404 | "error_code":"EPS.0005"
      alice | PUT /v1.0/enterprise-projects/0 | {"name": "mine"} | 400 | "error_code":"EPS.0012"
      alice | POST /v1.0/enterprise-projects/0/action | {"action": "disable"} | 400 | "error_code":"EPS.0012"
      alice | POST /v1.0/enterprise-projects/{alice-ep}/action | {"action": "delete"} | 400 | "error_code":"EPS.0013"
      alice | POST /v1.0/enterprise-projects/{alice-ep}/action | {} | 400 | "error_code":"EPS.0013"
      alice | PUT /v1.0/enterprise-projects/{alice-ep} | {"name": "研发-1_x"} | 409 | "error_code":"EPS.0010"
      alice | PUT /v1.0/enterprise-projects/{alice-ep} | {"name": "default"} | 400 | "error_code":"EPS.0007"
      alice | PUT /v1.0/enterprise-projects/{alice-ep} | {"description": "d"} | 400 | "error_code":"EPS.0002"
      alice | PUT /v1.0/enterprise-projects/{alice-ep} | {"name": "renamed", "description": "said"} | 200 | "name":"renamed","description":"said","status":1
      alice | POST /v1.0/enterprise-projects/{alice-ep}/action | {"action": "disable"} | 204 |
      alice | GET /v1.0/enterprise-projects/{alice-ep} | | 200 | "name":"renamed","description":"said","status":2
      alice | PUT /v1.0/enterprise-projects/{alice-ep} | {"name": "alice"} | 400 | "error_code":"EPS.0014"
      alice | POST /v1.0/enterprise-projects/{alice-ep}/action | {"action": "enable"} | 204 |
      alice | PUT /v1.0/enterprise-projects/{alice-ep} | {"name": "alice"} | 200 | "name":"alice","description":"said"
      alice | GET /v1.0/enterprise-projects/{bob-ep} | | 404 | "error_code":"EPS.0005"
      alice | PUT /v1.0/enterprise-projects/{bob-ep} | {"name": "x"} | 404 | "error_code":"EPS.0005"
      alice | POST /v1.0/enterprise-projects/{bob-ep}/action | {"action": "disable"} | 404 | "error_code":"EPS.0005"
      bob   | GET /v1.0/enterprise-projects/{bob-ep} | | 200 | "status":1
      plain | POST /v1.0/enterprise-projects | {"name": "x"} | 403 | {"error":{"error_code":"EPS.0004","error_msg":"Policy doesn't allow eps:enterpriseProjects:create to be performed."}}
      plain | GET /v1.0/enterprise-projects | | 403 | eps:enterpriseProjects:list
      plain | GET /v1.0/enterprise-projects/{alice-ep} | | 403 | eps:enterpriseProjects:get
      plain | PUT /v1.0/enterprise-projects/{alice-ep} | {"name": "x"} | 403 | eps:enterpriseProjects:update
      plain | POST /v1.0/enterprise-projects/{alice-ep}/action | {"action": "enable"} | 403 | eps:enterpriseProjects:enable
      plain | POST /v1.0/enterprise-projects/{alice-ep}/action | {"action": "disable"} | 403 | eps:enterpriseProjects:disable
      # grants at enterprise projects
      alice | HEAD {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 404 |
      alice | DELETE {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 404 | "error_code":"IAM.0004"
      alice | PUT {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 204 |
      alice | PUT {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 204 |
      alice | HEAD {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 204 |
      alice | GET {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 204 |
      alice | HEAD {at}/0/groups/{alice-group}/roles/{alice-policy} | | 404 |
      alice | GET {at}/{alice-ep}/groups/{alice-group}/roles | | 200 | {"roles":[{"id":"{alice-policy}","name":"custom_{alice-domain}_1","display_name":"alice","type":"XA","catalog":"CUSTOMED"
      alice | GET {at}/{alice-ep}/groups | | 200 | {"groups":[{"id":"{alice-group}","name":"alice","domainId":"{alice-domain}","description":"","createTime":1
      alice | GET {above}/groups/{alice-group}/enterprise-projects | | 200 | {"enterprise-projects":[{"projectId":"{alice-ep}"}]}
      alice | GET {at}/{alice-ep}/users | | 200 | {"users":[]}
      alice | PUT {at}/0/users/{alice-plain}/roles/{member} | | 204 |
      alice | PUT {at}/0/users/{alice-plain}/roles/{alice-policy} | | 204 |
      alice | GET {at}/0/users | | 200 | {"users":[{"id":"{alice-plain}","name":"plain","domain_id":"{alice-domain}","description":null,"enabled":true,"policy_num":2}]}
      alice | GET {at}/0/users/{alice-plain}/roles | | 200 | "display_name":"member"
      alice | GET {above}/users/{alice-plain}/enterprise-projects | | 200 | {"enterprise-projects":[{"projectId":"0"}]}
      bob   | GET {at}/0/users | | 200 | {"users":[]}
      alice | GET /v3.0/OS-ROLE/roles/{alice-policy} | | 200 | "references":2
      alice | PUT {at}/none/groups/{alice-group}/roles/{alice-policy} | | 404 | Could not find enterprise project: none.
      alice | PUT {at}/{bob-ep}/groups/{alice-group}/roles/{alice-policy} | | 404 | Could not find enterprise project: {bob-ep}.
      alice | GET {at}/{bob-ep}/groups | | 404 | Could not find enterprise project: {bob-ep}.
      alice | GET {at}/{bob-ep}/users | | 404 | Could not find enterprise project: {bob-ep}.
      alice | PUT {at}/{alice-ep}/groups/{bob-group}/roles/{alice-policy} | | 404 | Could not find group: {bob-group}.
      admin | PUT {at}/0/groups/{bob-group}/roles/{member} | | 404 | Could not find group: {bob-group}.
      alice | GET {at}/{alice-ep}/groups/{bob-group}/roles | | 404 | Could not find group: {bob-group}.
      alice | GET {above}/groups/{bob-group}/enterprise-projects | | 404 | Could not find group: {bob-group}.
      alice | GET {above}/users/{bob-user}/enterprise-projects | | 404 | Could not find user: {bob-user}.
      alice | PUT {at}/{alice-ep}/users/{bob-user}/roles/{alice-policy} | | 404 | Could not find user: {bob-user}.
      alice | PUT {at}/{alice-ep}/groups/{alice-group}/roles/{bob-policy} | | 404 | Could not find role: {bob-policy}.
      alice | PUT {at}/{alice-ep}/groups/{alice-group}/roles/{admin} | | 403 | {"error_code":"IAM.0003","error_msg":"Policy doesn't allow iam:permissions:grantRoleToGroupOnEnterpriseProject to be performed."}
      alice | PUT {at}/{alice-ep}/users/{alice-plain}/roles/{admin} | | 403 | iam:permissions:grantRoleToUserOnEnterpriseProject
      plain | GET {at}/{alice-ep}/groups | | 403 | iam:permissions:listGroupsOnEnterpriseProject
      plain | GET {at}/{alice-ep}/users | | 403 | iam:permissions:listUsersForEnterpriseProject
      plain | GET {above}/groups/{alice-group}/enterprise-projects | | 403 | iam:permissions:listEnterpriseProjectsForGroup
      plain | GET {above}/users/{alice-plain}/enterprise-projects | | 403 | iam:permissions:listEnterpriseProjectsForUser
      plain | GET {at}/{alice-ep}/groups/{alice-group}/roles | | 403 | iam:permissions:listRolesForGroupOnEnterpriseProject
      plain | GET {at}/{alice-ep}/users/{alice-plain}/roles | | 403 | iam:permissions:listRolesForUserOnEnterpriseProject
      plain | PUT {at}/{alice-ep}/groups/{alice-group}/roles/{member} | | 403 | iam:permissions:grantRoleToGroupOnEnterpriseProject
      plain | PUT {at}/{alice-ep}/users/{alice-plain}/roles/{member} | | 403 | iam:permissions:grantRoleToUserOnEnterpriseProject
      plain | GET {at}/{alice-ep}/groups/{alice-group}/roles/{member} | | 403 | iam:permissions:checkRoleForGroupOnEnterpriseProject
      plain | GET {at}/{alice-ep}/users/{alice-plain}/roles/{member} | | 403 | iam:permissions:checkRoleForUserOnEnterpriseProject
      plain | DELETE {at}/{alice-ep}/groups/{alice-group}/roles/{alice-policy} | | 403 | iam:permissions:revokeRoleFromGroupOnEnterpriseProject
      plain | DELETE {at}/0/users/{alice-plain}/roles/{member} | | 403 | iam:permissions:revokeRoleFromUserOnEnterpriseProject
      # all that is granted
      alice | GET {above}/role-assignments | | 400 | Request parameter domain_id is invalid.
      alice | GET {above}/role-assignments?domain_id={alice-domain} | | 200 | "total_num":5
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope=enterprise_project | | 200 | {"user":{"id":"{alice-plain}"},"role":{"id":"{member}"},"scope":{"enterprise_project":{"id":"0"}},"is_inherited":false}
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope=enterprise_project | | 200 | "total_num":3
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope.enterprise_projects_id={alice-ep} | | 200 | {"role_assignments":[{"group":{"id":"{alice-group}"},"role":{"id":"{alice-policy}"},"scope":{"enterprise_project":{"id":"{alice-ep}"}},"is_inherited":false}],"total_num":1}
      alice | GET {above}/role-assignments?domain_id={alice-domain}&role_id={alice-policy} | | 200 | "total_num":2
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope=project | | 200 | "total_num":2
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope.project_id={alice-project}&subject.user_id={alice-plain} | | 200 | "scope":{"project":{"id":"{alice-project}"}},"is_inherited":false}],"total_num":1}
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject=group | | 200 | "total_num":1
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject.group_id={alice-group} | | 200 | "total_num":1
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject.user_id={alice-plain} | | 200 | "total_num":3
      alice | PUT /v3/groups/{alice-group}/users/{alice-plain} | | 204 |
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject.user_id={alice-plain} | | 200 | "total_num":4
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject.user_id={alice-plain}&include_group=false | | 200 | "total_num":3
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject=user | | 200 | "total_num":5
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject=user&include_group=false | | 200 | "total_num":4
      alice | PUT /v3/OS-INHERIT/domains/{alice-domain}/groups/{alice-group}/roles/{member}/inherited_to_projects | | 204 |
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope=domain | | 200 | {"role_assignments":[],"total_num":0}
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope=domain&is_inherited=true | | 200 | "scope":{"domain":{"id":"{alice-domain}"}},"is_inherited":true}],"total_num":1}
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope.domain_id={alice-domain}&is_inherited=true | | 200 | "total_num":1
      alice | GET {above}/role-assignments?domain_id={alice-domain}&page=2&per_page=5 | | 200 | "total_num":6
      alice | GET {above}/role-assignments?domain_id={alice-domain}&page=3&per_page=5 | | 200 | {"role_assignments":[],"total_num":6}
      alice | GET {above}/role-assignments?domain_id={alice-domain}&page=1&per_page=51 | | 400 | per_page
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject=agency | | 400 | Request parameter subject is invalid.
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject.agency_id=x | | 400 | subject.agency_id
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope=all | | 400 | Request parameter scope is invalid.
      alice | GET {above}/role-assignments?domain_id={alice-domain}&is_inherited=1 | | 400 | is_inherited
      alice | GET {above}/role-assignments?domain_id={alice-domain}&subject=user&subject.group_id=x | | 400 | Only one of subject, subject.group_id may be given.
      # a parameter that is not done is refused by name: it would widen the answer
      alice | GET {above}/role-assignments?domain_id={alice-domain}&user_id=x | | 400 | Request parameter user_id is invalid.
      alice | GET {above}/role-assignments?domain_id={alice-domain}&page=1&page=2&per_page=1 | | 400 | Request parameter page is invalid.
      alice | GET /v3.0/OS-ROLE/roles?name=x | | 400 | Request parameter name is invalid.
      alice | GET {at}/0/users?name=x | | 400 | Request parameter name is invalid.
      alice | GET {at}/0/groups?name=x | | 400 | name
      alice | GET {above}/users/{alice-user}/enterprise-projects?status=1 | | 400 | status
      alice | GET {at}/0/users/{alice-user}/roles?name=x | | 400 | name
      alice | GET /v1.0/enterprise-projects?sort_key=name | | 400 | "error_code":"EPS.0002"
      alice | GET /v1.0/enterprise-projects?id=0 | | 400 | "error_code":"EPS.0002"
      alice | GET {above}/role-assignments?domain_id={alice-domain}&scope.project_id=x&scope.domain_id=x | | 400 | Only one of scope.project_id, scope.domain_id may be given.
      alice | GET {above}/role-assignments?domain_id={bob-domain} | | 403 | iam:permissions:listRoleAssignments
      alice | GET {above}/role-assignments?domain_id=none | | 403 | iam:permissions:listRoleAssignments
      admin | GET {above}/role-assignments?domain_id={alice-domain} | | 200 | "total_num":6
      plain | GET {above}/role-assignments?domain_id={alice-domain} | | 403 | iam:permissions:listRoleAssignments
      # Keystone knows no enterprise projects
      alice | GET /v3/role_assignments?user.id={alice-plain} | | 200 | "scope":{"project":{"id":"{alice-project}"}}
      # what is taken back
      alice | DELETE {at}/0/users/{alice-plain}/roles/{member} | | 204 |
      alice | HEAD {at}/0/users/{alice-plain}/roles/{member} | | 404 |
      alice | DELETE /v3.0/OS-ROLE/roles/{alice-policy} | | 200 | {"message":"Delete success"}
      alice | GET /v3.0/OS-ROLE/roles/{alice-policy} | | 404 | "error_code":"IAM.0004"
      alice | GET {at}/{alice-ep}/groups | | 200 | {"groups":[]}
      """;

  static Stream<Row> rows() {
    return RequestTable.rows(TABLE);
  }

  @BeforeAll
  static void castAndPlaces() {
    String admin = SERVER.admin();
    REQUESTS.logIn("admin", admin);
    REQUESTS.put("at", "/v3.0/OS-PERMISSION/enterprise-projects");
    REQUESTS.put("above", "/v3.0/OS-PERMISSION");
    REQUESTS.put("url", SERVER.url());
    REQUESTS.put(
        "policy",
        "{\"Version\": \"1.1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\":"
            + " [\"ims:images:list\"]}]}");
    for (String role : List.of("admin", "member")) {
      REQUESTS.put(role, SERVER.id(admin, "roles", role));
    }
    for (String tenant : List.of("alice", "bob")) {
      String token = SERVER.token(tenant);
      REQUESTS.logIn(tenant, token);
      String domain = SERVER.id(admin, "domains", tenant);
      REQUESTS.put(tenant + "-domain", domain);
      REQUESTS.put(
          tenant + "-project", SERVER.id(admin, "projects", "RegionOne&domain_id=" + domain));
      REQUESTS.put(tenant + "-user", SERVER.id(admin, "users", tenant));
      REQUESTS.put(
          tenant + "-group",
          SERVER.make(token, "groups", "{\"group\": {\"name\": \"%s\"}}".formatted(tenant)));
      REQUESTS.put(
          tenant + "-policy",
          made(
              token,
              "/v3.0/OS-ROLE/roles",
              REQUESTS.fill(
                  "{\"role\": {\"display_name\": \"%s\", \"type\": \"XA\", \"description\": \"d\","
                          .formatted(tenant)
                      + " \"policy\": {policy}}}")));
      REQUESTS.put(
          tenant + "-ep",
          made(token, "/v1.0/enterprise-projects", "{\"name\": \"%s\"}".formatted(tenant)));
    }
    REQUESTS.put(
        "alice-plain",
        SERVER.make(
            SERVER.token("alice"),
            "users",
            "{\"user\": {\"name\": \"plain\", \"password\": \"plain\"}}"));
    REQUESTS.send(
        "alice", "PUT", "/v3/projects/{alice-project}/users/{alice-plain}/roles/{member}", null);
    REQUESTS.logIn(
        "plain",
        SERVER.token("plain", "plain", "alice", TestServer.project(TestServer.REGION, "alice")));
    for (int length : List.of(64, 65, 256, 513, 6144)) {
      REQUESTS.put(Integer.toString(length), "é".repeat(length));
    }
  }

  private static String made(String token, String path, String body) {
    Response answer = SERVER.send("POST", path, token, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().elements().next().path("id").asText();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void answersAsIamDoes(Row row) {
    Response answer = REQUESTS.play(row);
    if (!row.path().startsWith("/v3/")) {
      assertThat(answer.header("X-Request-Id")).isEqualTo(answer.header("x-openstack-request-id"));
    }
  }

  /** So that no new row is served without rows of this table. */
  @Test
  void everyOperationIsInTheTable() {
    List<String> played =
        rows()
            .map(row -> row.method() + " " + REQUESTS.fill(row.path()).replaceFirst("[?].*", ""))
            .toList();
    for (Operation operation : Operation.values()) {
      if (operation.path().matches("/v3[.]0/OS-(ROLE|PERMISSION)/.*|/v1[.]0/.*")) {
        String form = operation.method() + " " + operation.path().replaceAll("\\{\\w+}", "[^/]+");
        assertThat(played).as(operation.toString()).anyMatch(request -> request.matches(form));
      }
    }
  }
}
