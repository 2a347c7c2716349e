package dev.vitrine.operation;

import static dev.vitrine.operation.GrantScope.DOMAIN;
import static dev.vitrine.operation.GrantScope.ENTERPRISE_PROJECT;
import static dev.vitrine.operation.GrantScope.PROJECT;
import static dev.vitrine.operation.Protocol.GLANCE;
import static dev.vitrine.operation.Protocol.IAM;
import static dev.vitrine.operation.Protocol.IMS;
import static dev.vitrine.operation.Protocol.KEYSTONE;
import static dev.vitrine.operation.Protocol.VITRINE;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every operation that Vitrine serves, with the actions that it needs, the scopes at which a grant
 * of them counts, the protocol that it belongs to and the rule that it applies to an image. The
 * rows come from the table of docs/mission.md (rows 1 to 5), the table of IMS actions in
 * docs/contract/ims.md, and ruling 9. Routes, decisions and refusals all come from here; nothing
 * else decides.
 */
public enum Operation {
  // Members, native: rows 1 to 5 of the mission; grants at enterprise projects do not count. IMS:
  // 授权项, 镜像共享 (2022-12); "Image Sharing" (2025-12, OTC 2026-04) has the same actions. What
  // follows "or" is an alias: the action that identity policies (2025-12) have for this operation
  // alone.
  ADD_MEMBER(
      "POST",
      "/v2/images/{image_id}/members",
      project(
          GLANCE, Rule.ADD_MEMBER, "ims:images:get", "ims:images:share or ims:images:addMember")),
  LIST_MEMBERS(
      "GET",
      "/v2/images/{image_id}/members",
      project(GLANCE, Rule.LIST_MEMBERS, "ims:images:get", "ims:images:share")),
  SHOW_MEMBER(
      "GET",
      "/v2/images/{image_id}/members/{member_id}",
      project(GLANCE, Rule.SHOW_MEMBER, "ims:images:get", "ims:images:share")),
  UPDATE_MEMBER(
      "PUT",
      "/v2/images/{image_id}/members/{member_id}",
      project(
          GLANCE, Rule.ANSWER, "ims:images:get", "ims:images:share or ims:images:updateMember")),
  DELETE_MEMBER(
      "DELETE",
      "/v2/images/{image_id}/members/{member_id}",
      project(
          GLANCE,
          Rule.REMOVE_MEMBER,
          "ims:images:get",
          "ims:images:share or ims:images:deleteMember")),

  // Members, IMS: rows 6 to 8 of the mission; the same pages of IMS have their actions (only that
  // of eu-west-0 adds ims:images:get). The actions of the two reads are those of "Image Sharing"
  // (2025-12). Grants at enterprise projects do not count.
  BATCH_ADD_MEMBERS(
      "POST",
      "/v1/cloudimages/members",
      project(IMS, Rule.BATCH_ADD, "ims:images:share or ims:images:addMember")),
  BATCH_UPDATE_MEMBERS(
      "PUT",
      "/v1/cloudimages/members",
      project(IMS, Rule.BATCH_ANSWER, "ims:images:share or ims:images:updateMember")),
  BATCH_DELETE_MEMBERS(
      "DELETE",
      "/v1/cloudimages/members",
      project(IMS, Rule.BATCH_REMOVE, "ims:images:share or ims:images:deleteMember")),
  LIST_MEMBERS_BY_IMS(
      "GET",
      "/v1/{project_id}/cloudimages/{image_id}/members",
      project(IMS, Rule.SEE, "ims:images:get")),
  SHOW_MEMBER_BY_IMS(
      "GET",
      "/v1/{project_id}/cloudimages/{image_id}/members/{member_id}",
      project(IMS, Rule.SHOW_MEMBER, "ims:images:get")),

  // Jobs: of the project that submitted them, without an action (contract/ims.md 1.1). The Paris
  // page alone has ims:imageJobs:getPercentage for the second.
  SHOW_JOB("GET", "/v1/{project_id}/jobs/{job_id}", inProject(IMS)),
  SHOW_JOB_PROGRESS("GET", "/v1/cloudimages/job/{job_id}", inProject(IMS)),

  // Images, IMS: 授权项, 镜像管理 and 镜像配额 (2022-12); "Image Management" and "Image Quota" (OTC
  // 2026-04) agree. The same route changes or moves an image: the body says which of the two rows
  // applies. A move needs the action at both enterprise projects (ruling 30).
  LIST_IMAGES_BY_IMS(
      "GET", "/v2/cloudimages", projectOrEnterprise(IMS, Rule.NONE, "ims:images:list")),
  UPDATE_IMAGE_BY_IMS(
      "PATCH",
      "/v2/cloudimages/{image_id}",
      projectOrEnterprise(IMS, Rule.CHANGE, "ims:images:update")),
  MOVE_IMAGE_BY_IMS(
      "PATCH",
      "/v2/cloudimages/{image_id}",
      projectOrEnterprise(IMS, Rule.CHANGE, "ims:images:update", "ims:serverImages:create")),
  SHOW_QUOTA("GET", "/v1/cloudimages/quota", projectOrEnterprise(IMS, Rule.NONE, "ims:quotas:get")),
  SHOW_QUOTA_OF_PROJECT(
      "GET",
      "/v1/{project_id}/cloudimages/quota",
      projectOrEnterprise(IMS, Rule.NONE, "ims:quotas:get")),

  // Images, native: 授权项, 镜像管理 and 镜像标签 (2022-12); "Image Management" and "Image Tagging"
  // (OTC 2026-04) agree. IMS does not serve, and has no row for, deactivate, reactivate, download,
  // stage, import and tasks (ruling 9). Staging brings bytes, so that it needs what an upload
  // needs.
  CREATE_IMAGE("POST", "/v2/images", project(GLANCE, Rule.NONE, "ims:images:create")),
  LIST_IMAGES("GET", "/v2/images", project(GLANCE, Rule.NONE, "ims:images:list")),
  SHOW_IMAGE(
      "GET", "/v2/images/{image_id}", projectOrEnterprise(GLANCE, Rule.SEE, "ims:images:get")),
  UPDATE_IMAGE(
      "PATCH",
      "/v2/images/{image_id}",
      projectOrEnterprise(GLANCE, Rule.CHANGE, "ims:images:update")),
  DELETE_IMAGE(
      "DELETE",
      "/v2/images/{image_id}",
      projectOrEnterprise(GLANCE, Rule.CHANGE, "ims:images:delete")),
  DEACTIVATE_IMAGE(
      "POST",
      "/v2/images/{image_id}/actions/deactivate",
      project(GLANCE, Rule.CHANGE, "ims:images:update")),
  REACTIVATE_IMAGE(
      "POST",
      "/v2/images/{image_id}/actions/reactivate",
      project(GLANCE, Rule.CHANGE, "ims:images:update")),
  UPLOAD_IMAGE(
      "PUT",
      "/v2/images/{image_id}/file",
      project(GLANCE, Rule.CHANGE, "ims:images:get", "ims:images:update", "ims:images:upload")),
  DOWNLOAD_IMAGE(
      "GET", "/v2/images/{image_id}/file", project(GLANCE, Rule.READ_BYTES, "ims:images:get")),
  STAGE_IMAGE(
      "PUT",
      "/v2/images/{image_id}/stage",
      project(GLANCE, Rule.CHANGE, "ims:images:get", "ims:images:update", "ims:images:upload")),
  IMPORT_IMAGE(
      "POST",
      "/v2/images/{image_id}/import",
      project(GLANCE, Rule.CHANGE, "ims:images:get", "ims:images:update")),
  LIST_IMAGE_TASKS(
      "GET", "/v2/images/{image_id}/tasks", project(GLANCE, Rule.SEE, "ims:images:get")),
  ADD_TAG(
      "PUT",
      "/v2/images/{image_id}/tags/{tag}",
      project(GLANCE, Rule.CHANGE, "ims:images:get", "ims:images:update")),
  DELETE_TAG(
      "DELETE",
      "/v2/images/{image_id}/tags/{tag}",
      project(GLANCE, Rule.CHANGE, "ims:images:get", "ims:images:update")),

  // The quotas of the caller's project; the action is that of IMS's own row for them.
  SHOW_USAGE("GET", "/v2/info/usage", project(GLANCE, Rule.NONE, "ims:quotas:get")),

  // What any valid token may read.
  SHOW_IMAGE_SCHEMA("GET", "/v2/schemas/image", authenticated()),
  SHOW_IMAGES_SCHEMA("GET", "/v2/schemas/images", authenticated()),
  SHOW_MEMBER_SCHEMA("GET", "/v2/schemas/member", authenticated()),
  SHOW_MEMBERS_SCHEMA("GET", "/v2/schemas/members", authenticated()),
  SHOW_IMPORT_INFO("GET", "/v2/info/import", authenticated()),
  SHOW_STORES_INFO("GET", "/v2/info/stores", authenticated()),

  // What needs no token.
  LIST_IMAGE_VERSIONS("GET", "/", open()),
  LIST_IMAGE_VERSIONS_OK("GET", "/versions", open()),
  SHOW_IMAGE_VERSION_2("GET", "/v2.0", open()),
  SHOW_IMAGE_VERSION_1("GET", "/v1.0", open()),
  CHECK_HEALTH("GET", "/healthcheck", open()),
  CHECK_HEALTH_BY_HEAD("HEAD", "/healthcheck", open()),
  LIST_IDENTITY_VERSIONS("GET", "/identity", open()),
  LIST_IDENTITY_VERSIONS_BY_SLASH("GET", "/identity/", open()),
  SHOW_IDENTITY_VERSION("GET", "/v3", open()),
  SHOW_IDENTITY_VERSION_BY_SLASH("GET", "/v3/", open()),

  // Tokens.
  ISSUE_TOKEN("POST", "/v3/auth/tokens", open()),
  CHANGE_OWN_PASSWORD("POST", "/v3/users/{user_id}/password", open()),
  VALIDATE_TOKEN("GET", "/v3/auth/tokens", authenticated()),
  CHECK_TOKEN("HEAD", "/v3/auth/tokens", authenticated()),
  REVOKE_TOKEN("DELETE", "/v3/auth/tokens", authenticated()),
  LIST_OWN_PROJECTS("GET", "/v3/auth/projects", authenticated()),
  LIST_OWN_DOMAINS("GET", "/v3/auth/domains", authenticated()),
  SHOW_OWN_CATALOG("GET", "/v3/auth/catalog", authenticated()),

  // Identities: IAM, 授权项 (2023-02) and "Action List" (OTC 2026-01). IAM has no row for domains,
  // showing one project, making and changing roles by /v3, grants to users and checks by GET; their
  // actions are named by analogy.
  // Some operations let a user act on itself, or on projects that it may scope to, without the
  // row's action.
  CREATE_DOMAIN("POST", "/v3/domains", identity("iam:domains:createDomain")),
  LIST_DOMAINS("GET", "/v3/domains", identity("iam:domains:listDomains")),
  SHOW_DOMAIN("GET", "/v3/domains/{domain_id}", identity("iam:domains:getDomain")),
  UPDATE_DOMAIN("PATCH", "/v3/domains/{domain_id}", identity("iam:domains:updateDomain")),
  DELETE_DOMAIN("DELETE", "/v3/domains/{domain_id}", identity("iam:domains:deleteDomain")),
  CREATE_PROJECT("POST", "/v3/projects", identity("iam:projects:createProject")),
  LIST_PROJECTS("GET", "/v3/projects", identity("iam:projects:listProjects")),
  SHOW_PROJECT("GET", "/v3/projects/{project_id}", identity("iam:projects:getProject")),
  UPDATE_PROJECT("PATCH", "/v3/projects/{project_id}", identity("iam:projects:updateProject")),
  DELETE_PROJECT("DELETE", "/v3/projects/{project_id}", identity("iam:projects:deleteProject")),
  LIST_PROJECT_TAGS("GET", "/v3/projects/{project_id}/tags", identity("iam:projects:getProject")),
  REPLACE_PROJECT_TAGS(
      "PUT", "/v3/projects/{project_id}/tags", identity("iam:projects:updateProject")),
  DELETE_PROJECT_TAGS(
      "DELETE", "/v3/projects/{project_id}/tags", identity("iam:projects:updateProject")),
  CHECK_PROJECT_TAG(
      "HEAD", "/v3/projects/{project_id}/tags/{tag}", identity("iam:projects:getProject")),
  SHOW_PROJECT_TAG(
      "GET", "/v3/projects/{project_id}/tags/{tag}", identity("iam:projects:getProject")),
  ADD_PROJECT_TAG(
      "PUT", "/v3/projects/{project_id}/tags/{tag}", identity("iam:projects:updateProject")),
  DELETE_PROJECT_TAG(
      "DELETE", "/v3/projects/{project_id}/tags/{tag}", identity("iam:projects:updateProject")),
  CREATE_USER("POST", "/v3/users", identity("iam:users:createUser")),
  LIST_USERS("GET", "/v3/users", identity("iam:users:listUsers")),
  SHOW_USER("GET", "/v3/users/{user_id}", identity("iam:users:getUser")),
  UPDATE_USER("PATCH", "/v3/users/{user_id}", identity("iam:users:updateUser")),
  DELETE_USER("DELETE", "/v3/users/{user_id}", identity("iam:users:deleteUser")),
  LIST_PROJECTS_OF_USER(
      "GET", "/v3/users/{user_id}/projects", identity("iam:projects:listProjectsForUser")),
  LIST_GROUPS_OF_USER(
      "GET", "/v3/users/{user_id}/groups", identity("iam:groups:listGroupsForUser")),
  CREATE_GROUP("POST", "/v3/groups", identity("iam:groups:createGroup")),
  LIST_GROUPS("GET", "/v3/groups", identity("iam:groups:listGroups")),
  SHOW_GROUP("GET", "/v3/groups/{group_id}", identity("iam:groups:getGroup")),
  UPDATE_GROUP("PATCH", "/v3/groups/{group_id}", identity("iam:groups:updateGroup")),
  DELETE_GROUP(
      "DELETE",
      "/v3/groups/{group_id}",
      identity(
          "iam:groups:deleteGroup",
          "iam:permissions:removeUserFromGroup",
          "iam:permissions:revokeRoleFromGroup",
          "iam:permissions:revokeRoleFromGroupOnProject",
          "iam:permissions:revokeRoleFromGroupOnDomain")),
  LIST_USERS_IN_GROUP(
      "GET", "/v3/groups/{group_id}/users", identity("iam:users:listUsersForGroup")),
  ADD_USER_TO_GROUP(
      "PUT", "/v3/groups/{group_id}/users/{user_id}", identity("iam:permissions:addUserToGroup")),
  CHECK_USER_IN_GROUP(
      "HEAD",
      "/v3/groups/{group_id}/users/{user_id}",
      identity("iam:permissions:checkUserInGroup")),
  SHOW_USER_IN_GROUP(
      "GET", "/v3/groups/{group_id}/users/{user_id}", identity("iam:permissions:checkUserInGroup")),
  REMOVE_USER_FROM_GROUP(
      "DELETE",
      "/v3/groups/{group_id}/users/{user_id}",
      identity("iam:permissions:removeUserFromGroup")),
  CREATE_ROLE("POST", "/v3/roles", identity("iam:roles:createRole")),
  LIST_ROLES("GET", "/v3/roles", identity("iam:roles:listRoles")),
  SHOW_ROLE("GET", "/v3/roles/{role_id}", identity("iam:roles:getRole")),
  UPDATE_ROLE("PATCH", "/v3/roles/{role_id}", identity("iam:roles:updateRole")),
  DELETE_ROLE("DELETE", "/v3/roles/{role_id}", identity("iam:roles:deleteRole")),

  // Application credentials (named by analogy); everybody manages its own without the row's action.
  CREATE_APPLICATION_CREDENTIAL(
      "POST", "/v3/users/{user_id}/application_credentials", authenticated()),
  LIST_APPLICATION_CREDENTIALS(
      "GET",
      "/v3/users/{user_id}/application_credentials",
      identity("iam:credentials:listApplicationCredentials")),
  SHOW_APPLICATION_CREDENTIAL(
      "GET",
      "/v3/users/{user_id}/application_credentials/{application_credential_id}",
      identity("iam:credentials:getApplicationCredential")),
  DELETE_APPLICATION_CREDENTIAL(
      "DELETE",
      "/v3/users/{user_id}/application_credentials/{application_credential_id}",
      identity("iam:credentials:deleteApplicationCredential")),

  // Temporary access keys (IAM: 通过token获取临时访问密钥和securitytoken): the token may be in the body.
  CREATE_TEMPORARY_ACCESS_KEY("POST", "/v3.0/OS-CREDENTIAL/securitytokens", open()),

  // Access keys (IAM: 访问密钥管理); everybody manages its own without the row's action.
  CREATE_ACCESS_KEY(
      "POST", "/v3.0/OS-CREDENTIAL/credentials", identity("iam:credentials:createCredential")),
  LIST_ACCESS_KEYS(
      "GET", "/v3.0/OS-CREDENTIAL/credentials", identity("iam:credentials:listCredentials")),
  SHOW_ACCESS_KEY(
      "GET",
      "/v3.0/OS-CREDENTIAL/credentials/{access_key}",
      identity("iam:credentials:getCredential")),
  UPDATE_ACCESS_KEY(
      "PUT",
      "/v3.0/OS-CREDENTIAL/credentials/{access_key}",
      identity("iam:credentials:updateCredential")),
  DELETE_ACCESS_KEY(
      "DELETE",
      "/v3.0/OS-CREDENTIAL/credentials/{access_key}",
      identity("iam:credentials:deleteCredential")),

  // Grants of roles.
  LIST_ROLE_ASSIGNMENTS(
      "GET", "/v3/role_assignments", identity("iam:permissions:listRoleAssignments")),
  LIST_ROLES_OF_USER_ON_PROJECT(
      "GET",
      "/v3/projects/{project_id}/users/{user_id}/roles",
      identity("iam:permissions:listRolesForUserOnProject")),
  GRANT_ROLE_TO_USER_ON_PROJECT(
      "PUT",
      "/v3/projects/{project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:grantRoleToUserOnProject")),
  CHECK_ROLE_OF_USER_ON_PROJECT(
      "HEAD",
      "/v3/projects/{project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForUserOnProject")),
  SHOW_ROLE_OF_USER_ON_PROJECT(
      "GET",
      "/v3/projects/{project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForUserOnProject")),
  REVOKE_ROLE_FROM_USER_ON_PROJECT(
      "DELETE",
      "/v3/projects/{project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:revokeRoleFromUserOnProject")),
  LIST_ROLES_OF_GROUP_ON_PROJECT(
      "GET",
      "/v3/projects/{project_id}/groups/{group_id}/roles",
      identity("iam:permissions:listRolesForGroupOnProject")),
  GRANT_ROLE_TO_GROUP_ON_PROJECT(
      "PUT",
      "/v3/projects/{project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:grantRoleToGroupOnProject")),
  CHECK_ROLE_OF_GROUP_ON_PROJECT(
      "HEAD",
      "/v3/projects/{project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForGroupOnProject")),
  SHOW_ROLE_OF_GROUP_ON_PROJECT(
      "GET",
      "/v3/projects/{project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForGroupOnProject")),
  REVOKE_ROLE_FROM_GROUP_ON_PROJECT(
      "DELETE",
      "/v3/projects/{project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:revokeRoleFromGroupOnProject")),
  LIST_ROLES_OF_USER_ON_DOMAIN(
      "GET",
      "/v3/domains/{domain_id}/users/{user_id}/roles",
      identity("iam:permissions:listRolesForUserOnDomain")),
  GRANT_ROLE_TO_USER_ON_DOMAIN(
      "PUT",
      "/v3/domains/{domain_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:grantRoleToUserOnDomain")),
  CHECK_ROLE_OF_USER_ON_DOMAIN(
      "HEAD",
      "/v3/domains/{domain_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForUserOnDomain")),
  SHOW_ROLE_OF_USER_ON_DOMAIN(
      "GET",
      "/v3/domains/{domain_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForUserOnDomain")),
  REVOKE_ROLE_FROM_USER_ON_DOMAIN(
      "DELETE",
      "/v3/domains/{domain_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:revokeRoleFromUserOnDomain")),
  LIST_ROLES_OF_GROUP_ON_DOMAIN(
      "GET",
      "/v3/domains/{domain_id}/groups/{group_id}/roles",
      identity("iam:permissions:listRolesForGroupOnDomain")),
  GRANT_ROLE_TO_GROUP_ON_DOMAIN(
      "PUT",
      "/v3/domains/{domain_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:grantRoleToGroupOnDomain")),
  CHECK_ROLE_OF_GROUP_ON_DOMAIN(
      "HEAD",
      "/v3/domains/{domain_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForGroupOnDomain")),
  SHOW_ROLE_OF_GROUP_ON_DOMAIN(
      "GET",
      "/v3/domains/{domain_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForGroupOnDomain")),
  REVOKE_ROLE_FROM_GROUP_ON_DOMAIN(
      "DELETE",
      "/v3/domains/{domain_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:revokeRoleFromGroupOnDomain")),
  LIST_ROLES_OF_USER_ON_ALL_PROJECTS(
      "GET",
      "/v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/inherited_to_projects",
      identity("iam:permissions:listRolesForUser")),
  GRANT_ROLE_TO_USER_ON_ALL_PROJECTS(
      "PUT",
      "/v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:grantRoleToUser")),
  CHECK_ROLE_OF_USER_ON_ALL_PROJECTS(
      "HEAD",
      "/v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:checkRoleForUser")),
  SHOW_ROLE_OF_USER_ON_ALL_PROJECTS(
      "GET",
      "/v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:checkRoleForUser")),
  REVOKE_ROLE_FROM_USER_ON_ALL_PROJECTS(
      "DELETE",
      "/v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:revokeRoleFromUser")),
  LIST_ROLES_OF_GROUP_ON_ALL_PROJECTS(
      "GET",
      "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/inherited_to_projects",
      identity("iam:permissions:listRolesForGroup")),
  GRANT_ROLE_TO_GROUP_ON_ALL_PROJECTS(
      "PUT",
      "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:grantRoleToGroup")),
  CHECK_ROLE_OF_GROUP_ON_ALL_PROJECTS(
      "HEAD",
      "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:checkRoleForGroup")),
  SHOW_ROLE_OF_GROUP_ON_ALL_PROJECTS(
      "GET",
      "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:checkRoleForGroup")),
  REVOKE_ROLE_FROM_GROUP_ON_ALL_PROJECTS(
      "DELETE",
      "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
      identity("iam:permissions:revokeRoleFromGroup")),

  // Custom policies (IAM: 授权项, 自定义策略管理).
  CREATE_CUSTOM_POLICY("POST", "/v3.0/OS-ROLE/roles", identity("iam:roles:createRole")),
  LIST_CUSTOM_POLICIES("GET", "/v3.0/OS-ROLE/roles", identity("iam:roles:listRoles")),
  SHOW_CUSTOM_POLICY("GET", "/v3.0/OS-ROLE/roles/{role_id}", identity("iam:roles:getRole")),
  UPDATE_CUSTOM_POLICY("PATCH", "/v3.0/OS-ROLE/roles/{role_id}", identity("iam:roles:updateRole")),
  DELETE_CUSTOM_POLICY("DELETE", "/v3.0/OS-ROLE/roles/{role_id}", identity("iam:roles:deleteRole")),

  // Grants at enterprise projects (IAM: 企业项目管理; to check one is ours, named by analogy).
  LIST_GRANTS(
      "GET",
      "/v3.0/OS-PERMISSION/role-assignments",
      identity("iam:permissions:listRoleAssignments")),
  LIST_USERS_ON_ENTERPRISE_PROJECT(
      "GET",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/users",
      identity("iam:permissions:listUsersForEnterpriseProject")),
  LIST_ENTERPRISE_PROJECTS_OF_USER(
      "GET",
      "/v3.0/OS-PERMISSION/users/{user_id}/enterprise-projects",
      identity("iam:permissions:listEnterpriseProjectsForUser")),
  LIST_ROLES_OF_USER_ON_ENTERPRISE_PROJECT(
      "GET",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/users/{user_id}/roles",
      identity("iam:permissions:listRolesForUserOnEnterpriseProject")),
  GRANT_ROLE_TO_USER_ON_ENTERPRISE_PROJECT(
      "PUT",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:grantRoleToUserOnEnterpriseProject")),
  CHECK_ROLE_OF_USER_ON_ENTERPRISE_PROJECT(
      "HEAD",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForUserOnEnterpriseProject")),
  SHOW_ROLE_OF_USER_ON_ENTERPRISE_PROJECT(
      "GET",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForUserOnEnterpriseProject")),
  REVOKE_ROLE_FROM_USER_ON_ENTERPRISE_PROJECT(
      "DELETE",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/users/{user_id}/roles/{role_id}",
      identity("iam:permissions:revokeRoleFromUserOnEnterpriseProject")),
  LIST_GROUPS_ON_ENTERPRISE_PROJECT(
      "GET",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/groups",
      identity("iam:permissions:listGroupsOnEnterpriseProject")),
  LIST_ENTERPRISE_PROJECTS_OF_GROUP(
      "GET",
      "/v3.0/OS-PERMISSION/groups/{group_id}/enterprise-projects",
      identity("iam:permissions:listEnterpriseProjectsForGroup")),
  LIST_ROLES_OF_GROUP_ON_ENTERPRISE_PROJECT(
      "GET",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/groups/{group_id}/roles",
      identity("iam:permissions:listRolesForGroupOnEnterpriseProject")),
  GRANT_ROLE_TO_GROUP_ON_ENTERPRISE_PROJECT(
      "PUT",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:grantRoleToGroupOnEnterpriseProject")),
  CHECK_ROLE_OF_GROUP_ON_ENTERPRISE_PROJECT(
      "HEAD",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForGroupOnEnterpriseProject")),
  SHOW_ROLE_OF_GROUP_ON_ENTERPRISE_PROJECT(
      "GET",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:checkRoleForGroupOnEnterpriseProject")),
  REVOKE_ROLE_FROM_GROUP_ON_ENTERPRISE_PROJECT(
      "DELETE",
      "/v3.0/OS-PERMISSION/enterprise-projects/{enterprise_project_id}/groups/{group_id}/roles/{role_id}",
      identity("iam:permissions:revokeRoleFromGroupOnEnterpriseProject")),

  // Enterprise projects (EPS: 权限和授权项). One route enables and disables: its body says which row
  // counts.
  CREATE_ENTERPRISE_PROJECT(
      "POST", "/v1.0/enterprise-projects", identity("eps:enterpriseProjects:create")),
  LIST_ENTERPRISE_PROJECTS(
      "GET", "/v1.0/enterprise-projects", identity("eps:enterpriseProjects:list")),
  SHOW_ENTERPRISE_PROJECT(
      "GET",
      "/v1.0/enterprise-projects/{enterprise_project_id}",
      identity("eps:enterpriseProjects:get")),
  UPDATE_ENTERPRISE_PROJECT(
      "PUT",
      "/v1.0/enterprise-projects/{enterprise_project_id}",
      identity("eps:enterpriseProjects:update")),
  ENABLE_ENTERPRISE_PROJECT(
      "POST",
      "/v1.0/enterprise-projects/{enterprise_project_id}/action",
      identity("eps:enterpriseProjects:enable")),
  DISABLE_ENTERPRISE_PROJECT(
      "POST",
      "/v1.0/enterprise-projects/{enterprise_project_id}/action",
      identity("eps:enterpriseProjects:disable")),

  // Why something was refused: everybody about itself, administrators about their users.
  EXPLAIN("POST", "/vitrine/v1/explain", authenticated()),
  SHOW_EXPLANATION("GET", "/vitrine/v1/explanations/{explanation_id}", authenticated()),

  // Jobs in our own words: which there are, and the reason of each pair, which IMS does not tell.
  LIST_JOBS("GET", "/vitrine/v1/jobs", inProject(VITRINE)),
  SHOW_JOB_REASONS("GET", "/vitrine/v1/jobs/{job_id}", inProject(VITRINE)),

  // What happened to images, and who can use them: reads, with the actions of the reads of IMS.
  LIST_HISTORY("GET", "/vitrine/v1/history", project(VITRINE, Rule.NONE, "ims:images:list")),
  SHOW_IMAGE_HISTORY(
      "GET", "/vitrine/v1/images/{image_id}/history", project(VITRINE, Rule.SEE, "ims:images:get")),
  LIST_REFUSALS("GET", "/vitrine/v1/refusals", project(VITRINE, Rule.NONE, "ims:images:list")),
  LIST_ACCESS("GET", "/vitrine/v1/access", project(VITRINE, Rule.NONE, "ims:images:list")),
  SHOW_IMAGE_ACCESS(
      "GET", "/vitrine/v1/images/{image_id}/access", project(VITRINE, Rule.SEE, "ims:images:get")),

  // Webhooks, of the project or the domain of the caller's scope (ADR 48). IMS has none; their
  // actions are named by analogy.
  CREATE_WEBHOOK("POST", "/vitrine/v1/webhooks", projectOrDomain("ims:webhooks:create")),
  LIST_WEBHOOKS("GET", "/vitrine/v1/webhooks", projectOrDomain("ims:webhooks:list")),
  SHOW_WEBHOOK("GET", "/vitrine/v1/webhooks/{webhook_id}", projectOrDomain("ims:webhooks:get")),
  UPDATE_WEBHOOK(
      "PATCH", "/vitrine/v1/webhooks/{webhook_id}", projectOrDomain("ims:webhooks:update")),
  DELETE_WEBHOOK(
      "DELETE", "/vitrine/v1/webhooks/{webhook_id}", projectOrDomain("ims:webhooks:delete")),
  REPLACE_WEBHOOK_SECRET(
      "POST", "/vitrine/v1/webhooks/{webhook_id}/secret", projectOrDomain("ims:webhooks:update")),
  TRY_WEBHOOK(
      "POST", "/vitrine/v1/webhooks/{webhook_id}/test", projectOrDomain("ims:webhooks:update")),
  LIST_WEBHOOK_DELIVERIES(
      "GET", "/vitrine/v1/webhooks/{webhook_id}/deliveries", projectOrDomain("ims:webhooks:get")),
  RETRY_WEBHOOK_DELIVERY(
      "POST",
      "/vitrine/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry",
      projectOrDomain("ims:webhooks:update")),
  REPLAY_WEBHOOK(
      "POST", "/vitrine/v1/webhooks/{webhook_id}/replay", projectOrDomain("ims:webhooks:update")),

  SHOW_CONSOLE_FILE("GET", "/vitrine/console/{file}", open()),

  // The description of all of these, where tools look for it, and a page to read it.
  SHOW_OPENAPI("GET", "/openapi.json", open(VITRINE)),
  SHOW_API_PAGE("GET", "/vitrine/api", open()),

  // The catalogue, which is the same for all; cloud administrators add to it (named by analogy).
  CREATE_SERVICE("POST", "/v3/services", identity("iam:services:createService")),
  LIST_SERVICES("GET", "/v3/services", authenticated()),
  SHOW_SERVICE("GET", "/v3/services/{service_id}", authenticated()),
  UPDATE_SERVICE("PATCH", "/v3/services/{service_id}", identity("iam:services:updateService")),
  DELETE_SERVICE("DELETE", "/v3/services/{service_id}", identity("iam:services:deleteService")),
  CREATE_ENDPOINT("POST", "/v3/endpoints", identity("iam:endpoints:createEndpoint")),
  LIST_ENDPOINTS("GET", "/v3/endpoints", authenticated()),
  SHOW_ENDPOINT("GET", "/v3/endpoints/{endpoint_id}", authenticated()),
  UPDATE_ENDPOINT("PATCH", "/v3/endpoints/{endpoint_id}", identity("iam:endpoints:updateEndpoint")),
  DELETE_ENDPOINT(
      "DELETE", "/v3/endpoints/{endpoint_id}", identity("iam:endpoints:deleteEndpoint")),
  CREATE_REGION("POST", "/v3/regions", identity("iam:regions:createRegion")),
  LIST_REGIONS("GET", "/v3/regions", authenticated()),
  SHOW_REGION("GET", "/v3/regions/{region_id}", authenticated()),
  UPDATE_REGION("PATCH", "/v3/regions/{region_id}", identity("iam:regions:updateRegion")),
  DELETE_REGION("DELETE", "/v3/regions/{region_id}", identity("iam:regions:deleteRegion")),

  // Unified limits (ADR 51): whoever has a token reads those of its project, as in Keystone; cloud
  // administrators change them (named by analogy). Registered limits are settings: those that
  // would change one are refused.
  CREATE_REGISTERED_LIMITS(
      "POST", "/v3/registered_limits", identity("iam:registeredLimits:createRegisteredLimits")),
  LIST_REGISTERED_LIMITS("GET", "/v3/registered_limits", authenticated()),
  SHOW_REGISTERED_LIMIT("GET", "/v3/registered_limits/{registered_limit_id}", authenticated()),
  UPDATE_REGISTERED_LIMIT(
      "PATCH",
      "/v3/registered_limits/{registered_limit_id}",
      identity("iam:registeredLimits:updateRegisteredLimit")),
  DELETE_REGISTERED_LIMIT(
      "DELETE",
      "/v3/registered_limits/{registered_limit_id}",
      identity("iam:registeredLimits:deleteRegisteredLimit")),
  SHOW_LIMIT_MODEL("GET", "/v3/limits/model", authenticated()),
  CREATE_LIMITS("POST", "/v3/limits", identity("iam:limits:createLimits")),
  LIST_LIMITS("GET", "/v3/limits", authenticated()),
  SHOW_LIMIT("GET", "/v3/limits/{limit_id}", authenticated()),
  UPDATE_LIMIT("PATCH", "/v3/limits/{limit_id}", identity("iam:limits:updateLimit")),
  DELETE_LIMIT("DELETE", "/v3/limits/{limit_id}", identity("iam:limits:deleteLimit"));

  /** Operations that are neither reads nor deletions and need no body: the path says everything. */
  private static final Set<Operation> SAID_BY_PATH =
      EnumSet.of(
          DEACTIVATE_IMAGE,
          REACTIVATE_IMAGE,
          REPLACE_WEBHOOK_SECRET,
          TRY_WEBHOOK,
          RETRY_WEBHOOK_DELIVERY,
          ADD_TAG,
          ADD_PROJECT_TAG,
          ADD_USER_TO_GROUP,
          GRANT_ROLE_TO_USER_ON_PROJECT,
          GRANT_ROLE_TO_GROUP_ON_PROJECT,
          GRANT_ROLE_TO_USER_ON_DOMAIN,
          GRANT_ROLE_TO_GROUP_ON_DOMAIN,
          GRANT_ROLE_TO_USER_ON_ALL_PROJECTS,
          GRANT_ROLE_TO_GROUP_ON_ALL_PROJECTS,
          GRANT_ROLE_TO_USER_ON_ENTERPRISE_PROJECT,
          GRANT_ROLE_TO_GROUP_ON_ENTERPRISE_PROJECT);

  private enum Admission {
    OPEN,
    AUTHENTICATED,
    IN_PROJECT
  }

  /**
   * @param protocol null: derived from the path, because no right depends on it
   */
  private record Row(
      Admission admission,
      @Nullable Protocol protocol,
      Rule rule,
      List<Requirement> requirements) {}

  private final String method;
  private final String path;
  private final Row row;
  private final Protocol protocol;

  Operation(String method, String path, Row row) {
    this.method = method;
    this.path = path;
    this.row = row;
    this.protocol = row.protocol() == null ? ofPath(path) : row.protocol();
  }

  /**
   * Derives the protocol from the path. Rows of images and jobs name theirs: rights depend on it.
   */
  private static Protocol ofPath(String path) {
    if (path.startsWith("/vitrine/")) {
      return VITRINE;
    }
    if (path.startsWith("/v3.0/") || path.startsWith("/v1.0/")) {
      return IAM;
    }
    return path.startsWith("/v3") || path.startsWith("/identity") ? KEYSTONE : GLANCE;
  }

  /** The HTTP method. */
  public String method() {
    return method;
  }

  /** The path, with {@code {names}} in place of the segments that vary. */
  public String path() {
    return path;
  }

  /** The actions needed: all of them. */
  public List<Requirement> requirements() {
    return row.requirements();
  }

  /** Whether it is served without a token. */
  public boolean isOpen() {
    return row.admission() == Admission.OPEN;
  }

  /** Whether the request has a body that matters. */
  public boolean takesBody() {
    return switch (method) {
      case "GET", "HEAD" -> false;
      case "DELETE" -> this == BATCH_DELETE_MEMBERS;
      default -> !SAID_BY_PATH.contains(this);
    };
  }

  /**
   * Whether the caller's scope must be a project. The other operations may be called without a
   * scope; their own rules decide what is then allowed.
   */
  public boolean needsProject() {
    return row.admission() == Admission.IN_PROJECT
        || row.requirements().stream().anyMatch(asked -> !asked.scopes().contains(DOMAIN));
  }

  /**
   * Whether it concerns no single image and accepts grants at enterprise projects. A grant at an
   * enterprise project allows it on the images of that enterprise project (ruling 8).
   */
  public boolean isOfManyImages() {
    return !path.contains("{image_id}")
        && row.requirements().stream()
            .anyMatch(asked -> asked.scopes().contains(ENTERPRISE_PROJECT));
  }

  /** Whose rules it follows. */
  public Protocol protocol() {
    return protocol;
  }

  /** What it requires of its image. */
  public Rule rule() {
    return row.rule();
  }

  /** Whether it belongs to IMS, which gives cloud administrators no special rights (ruling 2). */
  public boolean isOfIms() {
    return protocol == IMS;
  }

  private static Row open() {
    return new Row(Admission.OPEN, null, Rule.NONE, List.of());
  }

  private static Row open(Protocol protocol) {
    return new Row(Admission.OPEN, protocol, Rule.NONE, List.of());
  }

  private static Row authenticated() {
    return new Row(Admission.AUTHENTICATED, null, Rule.NONE, List.of());
  }

  private static Row inProject(Protocol protocol) {
    return new Row(Admission.IN_PROJECT, protocol, Rule.NONE, List.of());
  }

  private static Row project(Protocol protocol, Rule rule, String... actions) {
    return row(protocol, rule, EnumSet.of(PROJECT), actions);
  }

  private static Row projectOrEnterprise(Protocol protocol, Rule rule, String... actions) {
    return row(protocol, rule, EnumSet.of(PROJECT, ENTERPRISE_PROJECT), actions);
  }

  private static Row projectOrDomain(String... actions) {
    return row(VITRINE, Rule.NONE, EnumSet.of(PROJECT, DOMAIN), actions);
  }

  private static Row identity(String... actions) {
    return row(null, Rule.NONE, EnumSet.of(PROJECT, DOMAIN), actions);
  }

  private static Row row(
      @Nullable Protocol protocol, Rule rule, Set<GrantScope> scopes, String... actions) {
    return new Row(
        Admission.AUTHENTICATED,
        protocol,
        rule,
        Stream.of(actions).map(names -> requirement(names, scopes)).toList());
  }

  /** {@code action or alias}. */
  private static Requirement requirement(String names, Set<GrantScope> scopes) {
    List<Action> actions = Stream.of(names.split(" or ")).map(Action::of).toList();
    return new Requirement(
        actions.getFirst(), List.copyOf(actions.subList(1, actions.size())), scopes);
  }
}
