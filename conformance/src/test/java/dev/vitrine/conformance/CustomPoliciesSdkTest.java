package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.huaweicloud.sdk.core.auth.GlobalCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.iam.v3.IamClient;
import com.huaweicloud.sdk.iam.v3.model.AssociateRoleToGroupOnEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.AssociateRoleToUserOnEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.CreateCloudServiceCustomPolicyRequest;
import com.huaweicloud.sdk.iam.v3.model.CreateCloudServiceCustomPolicyRequestBody;
import com.huaweicloud.sdk.iam.v3.model.CreateCloudServiceCustomPolicyResponse;
import com.huaweicloud.sdk.iam.v3.model.DeleteCustomPolicyRequest;
import com.huaweicloud.sdk.iam.v3.model.KeystoneAddUserToGroupRequest;
import com.huaweicloud.sdk.iam.v3.model.KeystoneAssociateGroupWithDomainPermissionRequest;
import com.huaweicloud.sdk.iam.v3.model.KeystoneCreateGroupOption;
import com.huaweicloud.sdk.iam.v3.model.KeystoneCreateGroupRequest;
import com.huaweicloud.sdk.iam.v3.model.KeystoneCreateGroupRequestBody;
import com.huaweicloud.sdk.iam.v3.model.KeystoneCreateUserOption;
import com.huaweicloud.sdk.iam.v3.model.KeystoneCreateUserRequest;
import com.huaweicloud.sdk.iam.v3.model.KeystoneCreateUserRequestBody;
import com.huaweicloud.sdk.iam.v3.model.ListCustomPoliciesRequest;
import com.huaweicloud.sdk.iam.v3.model.ListCustomPoliciesResponse;
import com.huaweicloud.sdk.iam.v3.model.ListEnterpriseProjectsForGroupRequest;
import com.huaweicloud.sdk.iam.v3.model.ListEnterpriseProjectsForUserRequest;
import com.huaweicloud.sdk.iam.v3.model.ListGroupsForEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.ListRolesForGroupOnEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.ListRolesForUserOnEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.ListUsersForEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.RevokeRoleFromGroupOnEnterpriseProjectRequest;
import com.huaweicloud.sdk.iam.v3.model.RoleAssignmentBody;
import com.huaweicloud.sdk.iam.v3.model.RolesItem;
import com.huaweicloud.sdk.iam.v3.model.ServicePolicy;
import com.huaweicloud.sdk.iam.v3.model.ServicePolicyRoleOption;
import com.huaweicloud.sdk.iam.v3.model.ServiceStatement;
import com.huaweicloud.sdk.iam.v3.model.ShowCustomPolicyRequest;
import com.huaweicloud.sdk.iam.v3.model.ShowCustomPolicyResponse;
import com.huaweicloud.sdk.iam.v3.model.ShowDomainRoleAssignmentsRequest;
import com.huaweicloud.sdk.iam.v3.model.UpdateCloudServiceCustomPolicyRequest;
import com.huaweicloud.sdk.iam.v3.model.UpdateCloudServiceCustomPolicyRequestBody;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Custom policies and grants at enterprise projects through Huawei's own SDK for IAM, which signs
 * with an access key. Of enterprise projects themselves there is no SDK on Maven Central.
 */
class CustomPoliciesSdkTest {
  private static final String DOMAIN = "default";

  private static RunningServer server;
  private static Endpoint endpoint;
  private static IamClient admin;

  @BeforeAll
  static void start() {
    server = RunningServer.start();
    endpoint = server.endpoint(server.signIn("admin").token());
    admin = client(user("admin"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** An access key's holder, acting in the default domain. */
  private static IamClient client(String user) {
    Response key =
        endpoint.call(
            "POST",
            "/v3.0/OS-CREDENTIAL/credentials",
            "{\"credential\": {\"user_id\": \"%s\"}}".formatted(user));
    return IamClient.newBuilder()
        .withCredential(
            new GlobalCredentials()
                .withAk(key.json().at("/credential/access").asText())
                .withSk(key.json().at("/credential/secret").asText())
                .withDomainId(DOMAIN))
        .withEndpoints(List.of(server.url().toString()))
        .withHttpConfig(HttpConfig.getDefaultHttpConfig())
        .build();
  }

  private static String user(String name) {
    return endpoint.call("GET", "/v3/users?name=" + name, null).json().at("/users/0/id").asText();
  }

  private static ServicePolicyRoleOption policy(String name, ServiceStatement.EffectEnum effect) {
    return new ServicePolicyRoleOption()
        .withDisplayName(name)
        .withType("AX")
        .withDescription("said")
        .withDescriptionCn("说")
        .withPolicy(
            new ServicePolicy()
                .withVersion("1.1")
                .withStatement(
                    List.of(
                        new ServiceStatement()
                            .withEffect(effect)
                            .withAction(List.of("iam:roles:listRoles")))));
  }

  private static String create(String name) {
    CreateCloudServiceCustomPolicyResponse made =
        admin.createCloudServiceCustomPolicy(
            new CreateCloudServiceCustomPolicyRequest()
                .withBody(
                    new CreateCloudServiceCustomPolicyRequestBody()
                        .withRole(policy(name, ServiceStatement.EffectEnum.ALLOW))));
    assertThat(made.getRole().getName()).startsWith("custom_default_");
    assertThat(made.getRole().getCatalog()).isEqualTo("CUSTOMED");
    assertThat(Long.parseLong(made.getRole().getCreatedTime())).isPositive();
    return made.getRole().getId();
  }

  private static void update(String id, String name, ServiceStatement.EffectEnum effect) {
    admin.updateCloudServiceCustomPolicy(
        new UpdateCloudServiceCustomPolicyRequest()
            .withRoleId(id)
            .withBody(
                new UpdateCloudServiceCustomPolicyRequestBody().withRole(policy(name, effect))));
  }

  private static String group(String name) {
    return admin
        .keystoneCreateGroup(
            new KeystoneCreateGroupRequest()
                .withBody(
                    new KeystoneCreateGroupRequestBody()
                        .withGroup(new KeystoneCreateGroupOption().withName(name))))
        .getGroup()
        .getId();
  }

  private static String hired(String name) {
    return admin
        .keystoneCreateUser(
            new KeystoneCreateUserRequest()
                .withBody(
                    new KeystoneCreateUserRequestBody()
                        .withUser(
                            new KeystoneCreateUserOption()
                                .withName(name)
                                .withPassword("a delegate"))))
        .getUser()
        .getId();
  }

  private static void refused(int status, String code, ThrowingCallable call) {
    assertThatExceptionOfType(ClientRequestException.class)
        .isThrownBy(call)
        .satisfies(
            refusal -> {
              assertThat(refusal.getHttpStatusCode()).isEqualTo(status);
              assertThat(refusal.getErrorCode()).isEqualTo(code);
              assertThat(refusal.getRequestId()).startsWith("req-");
            });
  }

  @Test
  void aPolicyIsMadeShownListedChangedAndDeleted() {
    String id = create("lifecycle");
    ShowCustomPolicyResponse shown =
        admin.showCustomPolicy(new ShowCustomPolicyRequest().withRoleId(id));
    assertThat(shown.getRole().getDisplayName()).isEqualTo("lifecycle");
    assertThat(shown.getRole().getDescriptionCn()).isEqualTo("说");
    assertThat(shown.getRole().getLinks().getSelf()).endsWith("/v3/roles/" + id);
    assertThat(shown.getRole().getPolicy().getStatement().getFirst().getAction())
        .isEqualTo(List.of("iam:roles:listRoles"));
    update(id, "renamed", ServiceStatement.EffectEnum.DENY);
    ListCustomPoliciesResponse listed =
        admin.listCustomPolicies(new ListCustomPoliciesRequest().withPage(1).withPerPage(300));
    assertThat(listed.getTotalNumber()).isEqualTo(listed.getRoles().size());
    assertThat(listed.getRoles()).anyMatch(role -> role.getDisplayName().equals("renamed"));
    refused(409, "IAM.0005", () -> create("renamed"));
    admin.deleteCustomPolicy(new DeleteCustomPolicyRequest().withRoleId(id));
    refused(
        404,
        "IAM.0004",
        () -> admin.showCustomPolicy(new ShowCustomPolicyRequest().withRoleId(id)));
    refused(
        400,
        "IAM.0007",
        () -> admin.listCustomPolicies(new ListCustomPoliciesRequest().withPage(1)));
  }

  @Test
  void aPolicyHoldsForTheVeryNextRequest() {
    String id = create("effect");
    String user = hired("reader");
    String group = group("readers");
    admin.keystoneAddUserToGroup(
        new KeystoneAddUserToGroupRequest().withGroupId(group).withUserId(user));
    admin.keystoneAssociateGroupWithDomainPermission(
        new KeystoneAssociateGroupWithDomainPermissionRequest()
            .withDomainId(DOMAIN)
            .withGroupId(group)
            .withRoleId(id));
    IamClient reader = client(user);
    ListCustomPoliciesRequest list = new ListCustomPoliciesRequest();
    assertThat(reader.listCustomPolicies(list).getRoles()).isNotEmpty();
    update(id, "effect", ServiceStatement.EffectEnum.DENY);
    refused(403, "IAM.0003", () -> reader.listCustomPolicies(list));
    update(id, "effect", ServiceStatement.EffectEnum.ALLOW);
    assertThat(reader.listCustomPolicies(list).getRoles()).isNotEmpty();
    admin.deleteCustomPolicy(new DeleteCustomPolicyRequest().withRoleId(id));
    // Nothing is granted to it in the domain any more, so its key is no way in (ruling 4).
    refused(401, "APIGW.0301", () -> reader.listCustomPolicies(list));
  }

  @Test
  void rolesAreGrantedAtAnEnterpriseProject() {
    String project =
        endpoint
            .call("POST", "/v1.0/enterprise-projects", "{\"name\": \"sdk\"}")
            .json()
            .at("/enterprise_project/id")
            .asText();
    String id = create("granted");
    String user = hired("grantee");
    String group = group("grantees");
    admin.associateRoleToGroupOnEnterpriseProject(
        new AssociateRoleToGroupOnEnterpriseProjectRequest()
            .withEnterpriseProjectId(project)
            .withGroupId(group)
            .withRoleId(id));
    admin.associateRoleToUserOnEnterpriseProject(
        new AssociateRoleToUserOnEnterpriseProjectRequest()
            .withEnterpriseProjectId("0")
            .withUserId(user)
            .withRoleId(id));

    List<RolesItem> roles =
        admin
            .listRolesForGroupOnEnterpriseProject(
                new ListRolesForGroupOnEnterpriseProjectRequest()
                    .withEnterpriseProjectId(project)
                    .withGroupId(group))
            .getRoles();
    assertThat(roles).extracting(RolesItem::getDisplayName).containsExactly("granted");
    assertThat(roles.getFirst().getPolicy().getVersion()).isEqualTo("1.1");
    assertThat(
            admin
                .listRolesForUserOnEnterpriseProject(
                    new ListRolesForUserOnEnterpriseProjectRequest()
                        .withEnterpriseProjectId("0")
                        .withUserId(user))
                .getRoles())
        .hasSize(1);
    assertThat(
            admin
                .listGroupsForEnterpriseProject(
                    new ListGroupsForEnterpriseProjectRequest().withEnterpriseProjectId(project))
                .getGroups())
        .singleElement()
        .matches(found -> found.getId().equals(group) && found.getCreateTime() > 0);
    assertThat(
            admin
                .listUsersForEnterpriseProject(
                    new ListUsersForEnterpriseProjectRequest().withEnterpriseProjectId("0"))
                .getUsers())
        .singleElement()
        .matches(found -> found.getId().equals(user) && found.getPolicyNum() == 1);
    assertThat(
            admin
                .listEnterpriseProjectsForGroup(
                    new ListEnterpriseProjectsForGroupRequest().withGroupId(group))
                .getEnterpriseProjects())
        .extracting(found -> found.getProjectId())
        .containsExactly(project);
    assertThat(
            admin
                .listEnterpriseProjectsForUser(
                    new ListEnterpriseProjectsForUserRequest().withUserId(user))
                .getEnterpriseProjects())
        .extracting(found -> found.getProjectId())
        .containsExactly("0");
    ShowDomainRoleAssignmentsRequest assignments =
        new ShowDomainRoleAssignmentsRequest().withDomainId(DOMAIN).withRoleId(id);
    List<RoleAssignmentBody> granted =
        admin.showDomainRoleAssignments(assignments).getRoleAssignments();
    assertThat(granted)
        .extracting(grant -> grant.getScope().getEnterpriseProject().getId())
        .containsExactlyInAnyOrder("0", project);

    admin.revokeRoleFromGroupOnEnterpriseProject(
        new RevokeRoleFromGroupOnEnterpriseProjectRequest()
            .withEnterpriseProjectId(project)
            .withGroupId(group)
            .withRoleId(id));
    assertThat(admin.showDomainRoleAssignments(assignments).getTotalNum()).isEqualTo(1);
  }
}
