package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Names;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a role of version 1.0 is in effect (contract: system permissions; decision 8). */
@NullMarked
class DependsTest {
  private static final Principal GROUP = new Principal.OfGroup(new GroupId("g"));
  private static final Principal OTHER_GROUP = new Principal.OfGroup(new GroupId("other"));
  private static final Principal USER = new Principal.OfUser(new UserId("g"));
  private static final Map<String, Object> NOTHING_OF_IMS = statement("ecs:*:list");
  private static final Policy TENANT = role("Tenant Administrator", NOTHING_OF_IMS);
  private static final Policy IMS = role("IMS Administrator", NOTHING_OF_IMS, TENANT.name());
  private static final Policy SERVER =
      role("Server Administrator", statement("ims:images:list"), IMS.name());

  @Test
  void allThatItDependsOnMustBeThereAndInEffect() {
    assertThat(inEffect(at(GROUP, SERVER))).isFalse();
    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, IMS))).isFalse();
    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, TENANT))).isFalse();
    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, IMS), at(GROUP, TENANT))).isTrue();
  }

  @Test
  void theSameGroupOrUserMustHoldIt() {
    assertThat(inEffect(at(GROUP, SERVER), at(OTHER_GROUP, IMS), at(OTHER_GROUP, TENANT)))
        .isFalse();
    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, IMS), at(OTHER_GROUP, TENANT))).isFalse();
    assertThat(inEffect(at(GROUP, SERVER), at(USER, IMS), at(USER, TENANT)))
        .as("a user whose id is the group's is somebody else")
        .isFalse();
  }

  @Test
  void grantsAtTheProjectAndAtAllProjectsMeet() {
    assertThat(
            inEffect(
                at(GROUP, SERVER),
                grant(GrantScope.PROJECT, "d", true, GROUP, IMS),
                grant(GrantScope.PROJECT, "d", true, GROUP, TENANT)))
        .isTrue();
  }

  @Test
  void grantsAtAnotherScopeDoNotMeet() {
    assertThat(
            inEffect(
                at(GROUP, SERVER),
                at(GROUP, IMS),
                grant(GrantScope.DOMAIN, "d", false, GROUP, TENANT)))
        .isFalse();
    assertThat(
            inEffect(
                at(GROUP, SERVER),
                at(GROUP, IMS),
                grant(GrantScope.ENTERPRISE_PROJECT, "p", false, GROUP, TENANT)))
        .isFalse();
  }

  @Test
  void grantsAtOneEnterpriseProjectMeetAndAtTwoDoNot() {
    Policy reader = role("Reader", statement("ims:images:get"), TENANT.name());
    Grant here = grant(GrantScope.ENTERPRISE_PROJECT, "e1", false, GROUP, reader);

    assertThat(
            seesImageOfE1(here, grant(GrantScope.ENTERPRISE_PROJECT, "e1", false, GROUP, TENANT)))
        .isTrue();
    assertThat(
            seesImageOfE1(here, grant(GrantScope.ENTERPRISE_PROJECT, "e2", false, GROUP, TENANT)))
        .isFalse();
  }

  private static boolean seesImageOfE1(Grant... grants) {
    return decide(Operation.SHOW_IMAGE, "e1", grants);
  }

  /** Anybody who may write policies may call one like a role; it is still none. */
  @Test
  void aPolicyOfTheSameNameIsNoRole() {
    Policy namesake =
        PolicyReader.read(
            TENANT.name(), Map.of("Version", "1.1", "Statement", List.of(NOTHING_OF_IMS)));

    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, IMS), at(GROUP, namesake))).isFalse();
  }

  @Test
  void rolesThatDependOnEachOtherAreNeverInEffect() {
    Policy circular = role(TENANT.name(), NOTHING_OF_IMS, SERVER.name());
    Policy itself = role(TENANT.name(), NOTHING_OF_IMS, TENANT.name());

    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, IMS), at(GROUP, circular))).isFalse();
    assertThat(inEffect(at(GROUP, SERVER), at(GROUP, IMS), at(GROUP, itself))).isFalse();
  }

  private static boolean inEffect(Grant... grants) {
    return decide(Operation.LIST_IMAGES, null, grants);
  }

  private static boolean decide(
      Operation operation, @Nullable String enterpriseProject, Grant... grants) {
    Authorization authorization =
        new Authorization(
            1, new DomainId("d"), GrantScope.PROJECT, false, false, Names.NONE, List.of(grants));
    Circumstances circumstances =
        new Circumstances(Instant.EPOCH, new UserId("u"), null, null, null);
    return Access.decide(authorization, operation, circumstances, enterpriseProject).allowed();
  }

  private static Grant at(Principal holder, Policy policy) {
    return grant(GrantScope.PROJECT, "p", false, holder, policy);
  }

  private static Grant grant(
      GrantScope scope, String place, boolean inherited, Principal holder, Policy policy) {
    return new Grant(scope, place, inherited, holder, new RoleId("r"), policy);
  }

  private static Map<String, Object> statement(String action) {
    return Map.of("Effect", "Allow", "Action", List.of(action));
  }

  private static Policy role(String name, Map<String, Object> statement, String... depends) {
    return PolicyReader.readStored(
        name,
        Map.of(
            "Version",
            "1.0",
            "Statement",
            List.of(statement),
            "Depends",
            Stream.of(depends)
                .map(one -> Map.of("catalog", "BASE", "display_name", one))
                .toList()));
  }
}
