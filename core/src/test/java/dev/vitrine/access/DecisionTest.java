package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Names;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.identity.Assignment.Principal;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is allowed, by the mission's rows 1 to 5 and the contract's rules of evaluation. */
@NullMarked
class DecisionTest {
  private static final DomainId DOMAIN = new DomainId("d");

  @Test
  void nothingIsAllowedByDefault() {
    assertThat(missing(Operation.ADD_MEMBER)).containsExactly("ims:images:get", "ims:images:share");
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"ADD_MEMBER", "LIST_MEMBERS", "SHOW_MEMBER", "UPDATE_MEMBER", "DELETE_MEMBER"})
  void theNativeMemberOperationsNeedBothActionsAtProjectScope(Operation operation) {
    Grant get = allow(GrantScope.PROJECT, "ims:images:get");
    Grant share = allow(GrantScope.PROJECT, "ims:images:share");

    assertThat(missing(operation, get)).containsExactly("ims:images:share");
    assertThat(missing(operation, share)).containsExactly("ims:images:get");
    assertThat(missing(operation, get, share)).isEmpty();
    assertThat(missing(operation, get, allow(GrantScope.ENTERPRISE_PROJECT, "ims:images:share")))
        .containsExactly("ims:images:share");
    assertThat(missing(operation, get, allow(GrantScope.DOMAIN, "ims:images:share")))
        .containsExactly("ims:images:share");
  }

  @Test
  void aDenyThatCountsOutweighsEveryAllow() {
    Grant all = allow(GrantScope.PROJECT, "ims:*:*");

    assertThat(missing(Operation.ADD_MEMBER, deny(GrantScope.PROJECT, "ims:images:share"), all))
        .containsExactly("ims:images:share");
    assertThat(missing(Operation.ADD_MEMBER, all, deny(GrantScope.PROJECT, "ims:*:s*")))
        .containsExactly("ims:images:share");
    assertThat(
            missing(
                Operation.ADD_MEMBER, all, deny(GrantScope.ENTERPRISE_PROJECT, "ims:images:share")))
        .as("a scope that does not count here does not deny either")
        .isEmpty();
  }

  @Test
  void theAccountMayDoEverythingWhereItsScopeCounts() {
    assertThat(decide(Operation.ADD_MEMBER, GrantScope.PROJECT).allowed()).isTrue();
    assertThat(decide(Operation.CREATE_IMAGE, GrantScope.DOMAIN).allowed())
        .as("images belong to projects, so a token for a domain makes none")
        .isFalse();
    assertThat(decide(Operation.LIST_USERS, GrantScope.DOMAIN).allowed()).isTrue();
  }

  private static Decision decide(Operation operation, GrantScope at) {
    return decide(new Authorization(1, DOMAIN, at, true, false, Names.NONE, List.of()), operation);
  }

  private static Decision decide(Authorization authorization, Operation operation) {
    UserId user = new UserId("u");
    return Access.decide(
        authorization, operation, new Circumstances(Instant.EPOCH, user, null, null, null), null);
  }

  @ParameterizedTest
  @CsvSource({
    "ims:images:share, true",
    "ims:Images:SHARE, true",
    "ims:*:*, true",
    "ims:images:s*e, true",
    "ims:*:*h*r*, true",
    "ims:images:*, true",
    "ims:image:share, false",
    "ims:images:shar, false",
    "ims:images:shared, false",
    "iam:images:share, false",
    "ims:images:*x, false"
  })
  void aPatternCovers(String pattern, boolean covered) {
    assertThat(ActionPattern.of(pattern).matches(Action.of("ims:images:share"))).isEqualTo(covered);
  }

  private static List<String> missing(Operation operation, Grant... grants) {
    Authorization authorization =
        new Authorization(1, DOMAIN, GrantScope.PROJECT, false, false, Names.NONE, List.of(grants));
    return switch (decide(authorization, operation)) {
      case Decision.Allowed _ -> List.of();
      case Decision.Denied denied -> denied.missing().stream().map(Action::toString).toList();
    };
  }

  private static Grant allow(GrantScope scope, String... actions) {
    return grant(scope, Effect.ALLOW, actions);
  }

  private static Grant deny(GrantScope scope, String... actions) {
    return grant(scope, Effect.DENY, actions);
  }

  private static Grant grant(GrantScope scope, Effect effect, String... actions) {
    List<ActionPattern> patterns = Stream.of(actions).map(ActionPattern::of).toList();
    return new Grant(
        scope,
        "p",
        false,
        new Principal.OfUser(new UserId("u")),
        new RoleId("r"),
        new Policy("a role", List.of(new Statement(effect, patterns))));
  }
}
