package dev.vitrine.access;

import dev.vitrine.operation.Action;
import dev.vitrine.operation.ActionPattern;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Requirement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The actions that a policy may name one by one. Unknown actions are refused for the services
 * {@code ims} and {@code iam} only, because only their lists are complete (ruling 9). A pattern may
 * match actions that do not exist yet. The list holds the actions that operations need, and all
 * others that the vendor has registered, from every edition of its documentation that was
 * available. So a policy that was written for the vendor is accepted here, even if it has no effect
 * here.
 */
final class KnownActions {
  /** IMS: 授权项 (2022-12), "Permissions and Supported Actions" (OTC 2026-04), the Paris edition. */
  private static final String IMS =
      """
      images: copy export list upload
      serverImages: create
      dataImages: create
      wholeImages: create
      quotas: get
      imageJobs: getPercentage
      """;

  /** IAM: 授权项 (2023-02), "Action List" (OTC 2026-01). */
  private static final String IAM =
      """
      agencies: assume createAgency deleteAgency getAgency listAgencies updateAgency
      identityProviders: createIDPMetadata createIdentityProvider createMapping
      identityProviders: createOpenIDConnectConfig createProtocol deleteIdentityProvider
      identityProviders: deleteMapping deleteProtocol getIDPMetadata getIdentityProvider
      identityProviders: getMapping getOpenIDConnectConfig getProtocol
      identityProviders: listIdentityProviders listMappings listProtocols
      identityProviders: updateIdentityProvider updateMapping updateOpenIDConnectConfig
      identityProviders: updateProtocol
      mfa: bindMFADevice createVirtualMFADevice deleteVirtualMFADevice
      mfa: getVirtualMFADevice listVirtualMFADevices unbindMFADevice
      permissions: checkRoleForAgency checkRoleForAgencyOnDomain
      permissions: checkRoleForAgencyOnProject grantRoleToAgency
      permissions: grantRoleToAgencyOnDomain grantRoleToAgencyOnEnterpriseProject
      permissions: grantRoleToAgencyOnProject listRolesForAgency
      permissions: listRolesForAgencyOnDomain listRolesForAgencyOnProject
      permissions: revokeRoleFromAgency revokeRoleFromAgencyOnDomain
      permissions: revokeRoleFromAgencyOnEnterpriseProject revokeRoleFromAgencyOnProject
      quotas: listQuotas listQuotasForProject
      securitypolicies: getApiAclPolicy getConsoleAclPolicy getLoginPolicy
      securitypolicies: getPasswordPolicy getProtectPolicy updateApiAclPolicy
      securitypolicies: updateConsoleAclPolicy updateLoginPolicy updatePasswordPolicy
      securitypolicies: updateProtectPolicy
      tokens: assume
      users: getUserLoginProtect listUserLoginProtects listUsersForProject
      users: resetUserPassword setUserLoginProtect updateUserPassword
      """;

  /** IAM, identity policies (2025-12). */
  private static final String IAM_5 =
      """
      agencies: create createServiceLinkedAgencyV5 getV5 grantRoleOnProject
      agencies: listRolesOnProject listV5
      policies: createV5
      roles: get list
      users: createUserV5
      """;

  private static final Set<String> SERVICES = Set.of("ims", "iam");

  private static final Set<String> ALL =
      Stream.of(
              registered("ims", IMS),
              registered("iam", IAM),
              registered("iam", IAM_5),
              Arrays.stream(Operation.values())
                  .flatMap(operation -> operation.requirements().stream())
                  .flatMap(KnownActions::names))
          .flatMap(names -> names)
          .map(name -> name.toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private KnownActions() {}

  private static Stream<String> registered(String service, String table) {
    return table
        .lines()
        .map(line -> line.split(": "))
        .flatMap(
            typeAndWords ->
                Stream.of(typeAndWords[1].split(" "))
                    .map(word -> service + ":" + typeAndWords[0] + ":" + word));
  }

  private static Stream<String> names(Requirement requirement) {
    return Stream.concat(Stream.of(requirement.action()), requirement.aliases().stream())
        .map(Action::toString);
  }

  static boolean takes(ActionPattern pattern) {
    return pattern.hasWildcard()
        || !SERVICES.contains(pattern.service())
        || ALL.contains(pattern.toString().toLowerCase(Locale.ROOT));
  }
}
