package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.GrantScope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ruling 2: who is a cloud administrator, and who a service. */
@NullMarked
class PrivilegeTest {
  private static final Caller.Scope IN_PROJECT = new Caller.Scope.InProject(new ProjectId("p"));
  private static final Caller.Scope IN_DOMAIN = new Caller.Scope.InDomain(new DomainId("d"));

  private static Caller caller(Caller.Scope scope) {
    return new Caller(
        new UserId("u"), scope, "audit", Instant.EPOCH, Instant.MAX, List.of("password"));
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          grantedAt,          role,    shipped, given, cloudAdminInProject, cloudAdminInDomain
          PROJECT,            admin,   true,    true,  true,                true
          DOMAIN,             admin,   true,    true,  false,               true
          ENTERPRISE_PROJECT, admin,   true,    true,  false,               false
          # a role of the same name that somebody made
          PROJECT,            admin,   false,   true,  false,               false
          DOMAIN,             admin,   false,   true,  false,               false
          # an application credential without the role
          PROJECT,            admin,   true,    false, false,               false
          DOMAIN,             admin,   true,    false, false,               false
          # another role
          PROJECT,            member,  true,    true,  false,               false
          PROJECT,            service, true,    true,  false,               false
          PROJECT,            Admin,   true,    true,  false,               false
          """)
  void aGrantOfAdminGivesCloudAdministration(
      GrantScope grantedAt,
      String role,
      boolean shipped,
      boolean given,
      boolean cloudAdminInProject,
      boolean cloudAdminInDomain) {
    Privilege privilege = Privilege.CLOUD_ADMIN;

    assertThat(privilege.isGivenBy(caller(IN_PROJECT), grantedAt, role, shipped, given))
        .isEqualTo(cloudAdminInProject);
    assertThat(privilege.isGivenBy(caller(IN_DOMAIN), grantedAt, role, shipped, given))
        .isEqualTo(cloudAdminInDomain);
  }

  @ParameterizedTest
  @CsvSource({"service, true", "admin, false", "member, false"})
  void onlyTheRoleServiceMakesAService(String role, boolean isService) {
    Caller caller = caller(IN_PROJECT);

    assertThat(Privilege.SERVICE.isGivenBy(caller, GrantScope.PROJECT, role, true, true))
        .isEqualTo(isService);
  }
}
