package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Names;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.ActionPattern;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Operation;
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

  /** Decision 20: an alias is the operation's part of the action, and no other operation's. */
  @ParameterizedTest
  @CsvSource({
    "BATCH_ADD_MEMBERS, ims:images:addMember",
    "BATCH_UPDATE_MEMBERS, ims:images:updateMember",
    "BATCH_DELETE_MEMBERS, ims:images:deleteMember"
  })
  void anAliasAllowsAndDeniesItsOwnOperationOnly(Operation operation, String alias) {
    Grant share = allow(GrantScope.PROJECT, "ims:images:share");
    for (Operation other :
        List.of(
            Operation.BATCH_ADD_MEMBERS,
            Operation.BATCH_UPDATE_MEMBERS,
            Operation.BATCH_DELETE_MEMBERS)) {
      boolean own = other == operation;
      assertThat(missing(other, allow(GrantScope.PROJECT, alias)).isEmpty()).isEqualTo(own);
      assertThat(missing(other, share, deny(GrantScope.PROJECT, alias)).isEmpty())
          .isNotEqualTo(own);
      assertThat(missing(other, notAction(Effect.ALLOW, alias)).isEmpty()).isNotEqualTo(own);
      assertThat(missing(other, share, notAction(Effect.DENY, alias)).isEmpty()).isEqualTo(own);
      assertThat(missing(other, notAction(Effect.ALLOW, "ims:images:share")))
          .as("the action named is its parts named")
          .containsExactly("ims:images:share");
      assertThat(missing(other, allow(GrantScope.PROJECT, "ims:images:a*", "ims:images:d*"), share))
          .isEmpty();
      assertThat(
              missing(
                  other,
                  allow(
                      GrantScope.PROJECT,
                      "ims:images:add*",
                      "ims:images:update*",
                      "ims:images:delete*")))
          .as("a wildcard allows actions only")
          .containsExactly("ims:images:share");
      String wildcard = alias.substring(0, alias.indexOf("Member")) + "*";
      assertThat(missing(other, share, deny(GrantScope.PROJECT, wildcard)).isEmpty())
          .as("%s denies aliases, too", wildcard)
          .isNotEqualTo(own);
      assertThat(missing(other, notAction(Effect.ALLOW, wildcard)).isEmpty()).isNotEqualTo(own);
      assertThat(missing(other, share, notAction(Effect.DENY, wildcard)))
          .as("what is left out of a Deny is written out")
          .containsExactly("ims:images:share");
    }
    assertThat(missing(Operation.LIST_MEMBERS, allow(GrantScope.PROJECT, "ims:images:get", alias)))
        .containsExactly("ims:images:share");
  }

  /** IMS: 上传镜像; what brings bytes needs it. */
  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"UPLOAD_IMAGE", "STAGE_IMAGE"})
  void bytesNeedGetUpdateAndUpload(Operation operation) {
    Grant all =
        allow(GrantScope.PROJECT, "ims:images:get", "ims:images:update", "ims:images:upload");

    assertThat(missing(operation, all)).isEmpty();
    for (String one : List.of("ims:images:get", "ims:images:update", "ims:images:upload")) {
      assertThat(missing(operation, all, deny(GrantScope.PROJECT, one))).containsExactly(one);
    }
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
    return grant(scope, new Statement(effect, patterns(actions)));
  }

  private static Grant notAction(Effect effect, String... actions) {
    return grant(
        GrantScope.PROJECT, new Statement(effect, true, patterns(actions), List.of(), List.of()));
  }

  private static List<ActionPattern> patterns(String... actions) {
    return Stream.of(actions).map(ActionPattern::of).toList();
  }

  private static Grant grant(GrantScope scope, Statement statement) {
    return new Grant(
        scope,
        "p",
        false,
        new Principal.OfUser(new UserId("u")),
        new RoleId("r"),
        new Policy("a role", false, List.of(statement), List.of()));
  }
}
