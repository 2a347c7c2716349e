package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Names;
import dev.vitrine.access.Condition.Quantifier;
import dev.vitrine.access.Explanation.Nearest;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an explanation says of each grant, and which change it calls the nearest. */
@NullMarked
class ExplainerTest {
  private static final Action GET = Action.of("ims:images:get");
  private static final Principal USER = new Principal.OfUser(new UserId("u"));
  private static final Principal GROUP = new Principal.OfGroup(new GroupId("g"));
  private static final Condition FOR_BOB =
      new Condition(Quantifier.NONE, Operator.STRING_EQUALS, false, "g:UserName", List.of("bob"));
  private static final Statement ALLOW = statement(Effect.ALLOW, "ims:*:*");
  private static final Statement DENY = statement(Effect.DENY, "ims:images:get");
  private static final Statement OTHER = statement(Effect.ALLOW, "ims:images:delete");
  private static final Statement ALLOW_BOB = onlyBob(Effect.ALLOW);
  private static final Statement DENY_BOB = onlyBob(Effect.DENY);

  @Test
  void whatAllowsIsNamedWithAllThatWasConsidered() {
    Grant silent = grant(GrantScope.PROJECT, OTHER);
    Grant allows = grant(GrantScope.PROJECT, OTHER, ALLOW, ALLOW);
    Grant denies = grant(GrantScope.PROJECT, DENY_BOB);

    Explanation explanation = explain(null, silent, allows, denies);

    assertThat(explanation.decision())
        .isEqualTo(
            new Decision.Allowed(
                Operation.SHOW_IMAGE,
                List.of(new Decision.Reason.AllowedByGrant(GET, allows, ALLOW))));
    assertThat(only(explanation).nearest()).isNull();
    assertThat(only(explanation).considered())
        .containsExactly(
            new Explanation.Considered(silent, new Finding.Silent()),
            new Explanation.Considered(allows, new Finding.Allows(1)),
            new Explanation.Considered(allows, new Finding.Allows(2)),
            new Explanation.Considered(denies, new Finding.ConditionFailed(0, FOR_BOB, "alice")));
  }

  @Test
  void theFirstDenyIsTheReasonAndMustGo() {
    Grant conditional = grant(GrantScope.PROJECT, ALLOW_BOB);
    Grant denies = grant(GrantScope.PROJECT, ALLOW, DENY);
    Grant another = grant(GrantScope.ENTERPRISE_PROJECT, DENY);

    Explanation explanation = explain("e", conditional, denies, another);

    assertThat(only(explanation).reason())
        .isEqualTo(new Decision.Reason.DeniedByGrant(GET, denies, DENY));
    assertThat(only(explanation).nearest()).isEqualTo(new Nearest.RemoveDeny(denies, 1));
  }

  @Test
  void withoutADenyTheNearestIsAConditionThenADependencyThenThePlace() {
    Grant silent = grant(GrantScope.PROJECT, OTHER);
    Grant elsewhere = grant(GrantScope.DOMAIN, ALLOW);
    Grant enterprise = grant(GrantScope.ENTERPRISE_PROJECT, ALLOW);
    Grant dependent = role("dependent", GrantScope.PROJECT, USER, List.of("missing"), ALLOW);
    Grant conditional = grant(GrantScope.PROJECT, ALLOW_BOB);

    assertThat(nearest(silent)).isEqualTo(new Nearest.GrantAction(GET));
    assertThat(nearest(silent, elsewhere, enterprise))
        .isEqualTo(new Nearest.GrantAtProject(elsewhere));
    assertThat(nearest(silent, enterprise, elsewhere))
        .isEqualTo(new Nearest.GrantAtProject(enterprise));
    assertThat(nearest(elsewhere, dependent))
        .isEqualTo(new Nearest.GrantDependencies(dependent, List.of("missing")));
    assertThat(nearest(dependent, elsewhere))
        .isEqualTo(new Nearest.GrantDependencies(dependent, List.of("missing")));
    Nearest meet =
        new Nearest.MeetCondition(conditional, new Finding.ConditionFailed(0, FOR_BOB, "alice"));
    assertThat(nearest(elsewhere, dependent, conditional)).isEqualTo(meet);
    assertThat(nearest(conditional, dependent, elsewhere)).isEqualTo(meet);
  }

  @Test
  void whatWouldNotAllowIsNoStep() {
    Grant conditionalDeny = grant(GrantScope.PROJECT, DENY_BOB);
    Grant denyElsewhere = grant(GrantScope.DOMAIN, DENY);
    Grant otherElsewhere = grant(GrantScope.DOMAIN, OTHER);
    Grant dependent = role("dependent", GrantScope.PROJECT, USER, List.of("missing"), DENY);

    assertThat(nearest(conditionalDeny, denyElsewhere, otherElsewhere, dependent))
        .isEqualTo(new Nearest.GrantAction(GET));
  }

  @Test
  void aGrantThatDoesNotCountIsSaidNotTo() {
    Grant domain = grant(GrantScope.DOMAIN, ALLOW);
    Grant enterprise = grant(GrantScope.ENTERPRISE_PROJECT, ALLOW);
    Grant dependent = role("dependent", GrantScope.PROJECT, USER, List.of("a", "b"), ALLOW);

    assertThat(only(explain("other", domain, enterprise, dependent)).considered())
        .extracting(Explanation.Considered::finding)
        .containsExactly(
            new Finding.ScopeDoesNotCount(GrantScope.DOMAIN),
            new Finding.OtherEnterpriseProject("other"),
            new Finding.DependsOn(List.of("a", "b")));
    assertThat(explain("e", enterprise).decision().allowed()).isTrue();
  }

  @Test
  void aRoleIsInEffectBesideAllThatItDependsOn() {
    Grant one = role("one", GrantScope.PROJECT, USER, List.of("two"), ALLOW);
    Grant two = role("two", GrantScope.PROJECT, USER, List.of("three"), OTHER);
    Grant three = role("three", GrantScope.PROJECT, USER, List.of(), OTHER);
    Grant byGroup = role("two", GrantScope.PROJECT, GROUP, List.of(), OTHER);
    Grant atDomain = role("two", GrantScope.DOMAIN, USER, List.of(), OTHER);
    Grant back = role("two", GrantScope.PROJECT, USER, List.of("one"), OTHER);

    assertThat(explain(null, one, two, three).decision().allowed()).isTrue();
    assertThat(explain(null, one, two).decision().allowed()).isFalse();
    assertThat(explain(null, one, three).decision().allowed()).isFalse();
    assertThat(explain(null, one, byGroup).decision().allowed()).isFalse();
    assertThat(explain(null, one, atDomain).decision().allowed()).isFalse();
    assertThat(explain(null, one, back).decision().allowed()).as("a circle").isFalse();
  }

  @Test
  void theAccountNeedsNoGrant() {
    Authorization account =
        new Authorization(
            1, new DomainId("d"), GrantScope.PROJECT, true, false, Names.NONE, List.of());
    Explanation explanation =
        Explainer.explain(account, Operation.SHOW_IMAGE, circumstances(), null);

    assertThat(only(explanation).reason()).isEqualTo(new Decision.Reason.AccountOwner(GET));
    assertThat(only(explanation).nearest()).isNull();
  }

  @Test
  void anAuthorizationSaysWhatItWasMadeOf() {
    DomainId domain = new DomainId("d");
    Grant grant = grant(GrantScope.PROJECT, ALLOW);
    Names names = new Names("a user", "a domain", "a project");
    Authorization plain =
        new Authorization(7, domain, GrantScope.DOMAIN, false, false, names, List.of(grant));
    Authorization mighty =
        new Authorization(8, null, GrantScope.DOMAIN, true, true, names, List.of());

    assertThat(plain.version()).isEqualTo(7);
    assertThat(plain.domain()).isEqualTo(domain);
    assertThat(plain.names()).isEqualTo(names);
    assertThat(plain.grants()).containsExactly(grant);
    assertThat(plain.accountOwner()).isFalse();
    assertThat(plain.cloudAdmin()).isFalse();
    assertThat(plain.extendsTo(domain)).isTrue();
    assertThat(plain.extendsTo(new DomainId("other"))).isFalse();
    assertThat(plain.extendsTo(null)).isFalse();
    assertThat(mighty.accountOwner()).isTrue();
    assertThat(mighty.cloudAdmin()).isTrue();
    assertThat(mighty.extendsTo(domain)).isTrue();
    assertThat(mighty.extendsTo(null)).isTrue();
    assertThat(
            new Authorization(1, null, GrantScope.DOMAIN, false, false, names, List.of())
                .extendsTo(null))
        .isFalse();
  }

  private static @Nullable Nearest nearest(Grant... grants) {
    return only(explain(null, grants)).nearest();
  }

  private static Explanation.OfAction only(Explanation explanation) {
    assertThat(explanation.actions()).hasSize(1);
    return explanation.actions().getFirst();
  }

  private static Explanation explain(@Nullable String enterpriseProject, Grant... grants) {
    Authorization authorization =
        new Authorization(
            1, new DomainId("d"), GrantScope.PROJECT, false, false, Names.NONE, List.of(grants));
    return Explainer.explain(
        authorization, Operation.SHOW_IMAGE, circumstances(), enterpriseProject);
  }

  private static Circumstances circumstances() {
    return new Circumstances(Instant.EPOCH, new UserId("u"), "alice", null, null);
  }

  private static Statement onlyBob(Effect effect) {
    return new Statement(
        effect, false, List.of(ActionPattern.of("ims:images:get")), List.of(), List.of(FOR_BOB));
  }

  private static Statement statement(Effect effect, String... actions) {
    return new Statement(effect, Stream.of(actions).map(ActionPattern::of).toList());
  }

  private static Grant grant(GrantScope scope, Statement... statements) {
    return role("a role", scope, USER, List.of(), statements);
  }

  private static Grant role(
      String name,
      GrantScope scope,
      Principal holder,
      List<String> depends,
      Statement... statements) {
    String place = scope == GrantScope.ENTERPRISE_PROJECT ? "e" : "p";
    Policy policy = new Policy(name, true, List.of(statements), depends);
    return new Grant(scope, place, false, holder, new RoleId("r"), policy);
  }
}
