package dev.vitrine.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.directory.CustomPolicy;
import dev.vitrine.directory.CustomPolicyStore;
import dev.vitrine.directory.Domain;
import dev.vitrine.directory.EnterpriseProjectStore;
import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Group;
import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.Reference;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.User;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Caller.Scope;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.LoginStore;
import dev.vitrine.login.Tokens;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.directory.Identities;
import dev.vitrine.postgres.directory.PostgresCustomPolicies;
import dev.vitrine.postgres.directory.PostgresDomains;
import dev.vitrine.postgres.directory.PostgresEnterpriseProjects;
import dev.vitrine.postgres.directory.PostgresGrants;
import dev.vitrine.postgres.directory.PostgresGroups;
import dev.vitrine.postgres.directory.PostgresProjects;
import dev.vitrine.postgres.directory.PostgresRoles;
import dev.vitrine.postgres.directory.PostgresUsers;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.login.PostgresLogins;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What reaches a caller, and that a change of it makes what was compiled stale (ruling 3). */
class AuthorizationTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private PostgresAuthorizations authorizations;
  private PostgresGrants grants;
  private PostgresGroups groups;
  private PostgresUsers users;
  private PostgresRoles roles;
  private PostgresProjects projects;
  private DomainId domain;
  private Project project;
  private User user;
  private Group group;

  @BeforeEach
  void aUserAGroupAndAProjectWithoutGrants() {
    Database database = DATABASE.database();
    try (Passwords passwords = new Passwords(1)) {
      new Bootstrap(database, passwords).run(List.of(), "RegionOne", false, made -> {});
    }
    authorizations = new PostgresAuthorizations(database);
    grants = new PostgresGrants(database);
    groups = new PostgresGroups(database);
    users = new PostgresUsers(database);
    roles = new PostgresRoles(database);
    projects = new PostgresProjects(database);
    domain = new DomainId(Ids.next());
    new PostgresDomains(database).add(new Domain(domain, domain.value(), "", true));
    project = new Project(new ProjectId(Ids.next()), domain, "p", "", true);
    projects.add(project);
    user = new User(new UserId(Ids.next()), domain, "u", null, null, true, null);
    users.add(user, null);
    group = new Group(new GroupId(Ids.next()), domain, "g", "");
    groups.add(group);
  }

  private Caller caller(Scope scope) {
    Instant now = Instant.now().plusSeconds(5);
    return new Caller(user.id(), scope, Ids.next(), now, now.plusSeconds(60), List.of("password"));
  }

  private Caller inProject() {
    return caller(new Scope.InProject(project.id()));
  }

  private Caller inDomain() {
    return caller(new Scope.InDomain(domain));
  }

  private Authorization authorization(Caller caller) {
    return Objects.requireNonNull(authorizations.authorization(caller));
  }

  private RoleId role(String name) {
    return roles.list(null, name).getFirst().id();
  }

  private RoleGrant toUser(Target target, String role) {
    return new RoleGrant(target, new Principal.OfUser(user.id()), role(role));
  }

  private long version() {
    Standing standing = authorizations.standing(inProject());
    return Objects.requireNonNull(standing).authorizationVersion();
  }

  private void assertStale(Runnable change) {
    long before = version();
    change.run();
    assertThat(version()).isGreaterThan(before);
  }

  @Test
  void whatWasCompiledIsStaleAfterEachChangeThatCanTouchIt() {
    RoleGrant direct = toUser(new Target.OnProject(project.id()), "member");
    RoleGrant byGroup =
        new RoleGrant(
            new Target.OnAllProjects(domain), new Principal.OfGroup(group.id()), role("reader"));
    Role own = new Role(new RoleId(Ids.next()), domain, "own", null, false);
    roles.add(own);
    assertStale(() -> grants.grant(direct));
    assertStale(() -> grants.revoke(direct));
    assertStale(() -> grants.grant(byGroup));
    assertStale(() -> groups.addMember(group.id(), user.id()));
    assertStale(() -> groups.removeMember(group.id(), user.id()));
    groups.addMember(group.id(), user.id());
    assertStale(() -> groups.delete(group.id()));
    grants.grant(
        new RoleGrant(new Target.OnDomain(domain), new Principal.OfUser(user.id()), own.id()));
    assertStale(() -> roles.update(own.id(), old -> old));
    assertStale(() -> roles.delete(own.id()));
    assertThat(authorization(inProject()).grants()).isEmpty();
  }

  @Test
  void customPoliciesAndEnterpriseProjectsMakeItStaleToo() {
    CustomPolicyStore policies = new PostgresCustomPolicies(DATABASE.database());
    EnterpriseProjectStore projects = new PostgresEnterpriseProjects(DATABASE.database());
    CustomPolicy.Content content =
        new CustomPolicy.Content(
            "own",
            CustomPolicy.Type.PROJECT,
            null,
            null,
            "{\"Version\": \"1.1\", \"Statement\": []}");
    RoleId policy = policies.add(new RoleId(Ids.next()), domain, content).id();
    EnterpriseProjectId id = new EnterpriseProjectId(Ids.next());
    assertStale(() -> projects.add(domain, id, "ep", ""));
    RoleGrant there =
        new RoleGrant(
            new Target.OnEnterpriseProject(domain, id), new Principal.OfUser(user.id()), policy);
    assertStale(() -> grants.grant(there));
    assertStale(() -> projects.update(domain, id, old -> old.enabled(false)));
    assertStale(() -> policies.update(domain, policy, old -> old));
    assertStale(() -> grants.revoke(there));
    grants.grant(there);
    assertStale(() -> policies.delete(domain, policy));
    assertThat(authorization(inProject()).grants()).isEmpty();
  }

  /** Else who may disable one could lift its denials. */
  @Test
  void theGrantsAtADisabledEnterpriseProjectStayInEffect() {
    EnterpriseProjectStore enterprises = new PostgresEnterpriseProjects(DATABASE.database());
    EnterpriseProjectId id = new EnterpriseProjectId(Ids.next());
    enterprises.add(domain, id, "ep", "");
    grants.grant(toUser(new Target.OnEnterpriseProject(domain, id), "member"));
    enterprises.update(domain, id, old -> old.enabled(false));
    assertThat(scopes(inProject())).containsExactly("ENTERPRISE_PROJECT member");
  }

  /** A group of another domain, granted something here: the membership hangs on the user's. */
  @Test
  void aMembershipInAnotherDomainCountsToo() {
    DomainId other = new DomainId(Ids.next());
    new PostgresDomains(DATABASE.database()).add(new Domain(other, other.value(), "", true));
    Group foreign = new Group(new GroupId(Ids.next()), other, "g", "");
    groups.add(foreign);
    grants.grant(
        new RoleGrant(
            new Target.OnProject(project.id()),
            new Principal.OfGroup(foreign.id()),
            role("member")));
    assertStale(() -> groups.addMember(foreign.id(), user.id()));
    assertThat(authorization(inProject()).grants()).hasSize(1);
    assertStale(() -> groups.delete(foreign.id()));
    assertThat(authorization(inProject()).grants()).isEmpty();
  }

  @Test
  void aGrantReachesThoseScopesThatItWasMadeFor() {
    grants.grant(toUser(new Target.OnProject(project.id()), "member"));
    grants.grant(toUser(new Target.OnAllProjects(domain), "reader"));
    grants.grant(toUser(new Target.OnDomain(domain), "manager"));
    assertThat(scopes(inProject()))
        .containsExactlyInAnyOrder("PROJECT member", "PROJECT reader", "DOMAIN manager");
    assertThat(scopes(inDomain())).containsExactly("DOMAIN manager");
    assertThat(scopes(caller(new Scope.Unscoped()))).isEmpty();
  }

  private List<String> scopes(Caller caller) {
    return authorization(caller).grants().stream()
        .map(grant -> grant.scope() + " " + grant.policy().name())
        .toList();
  }

  @Test
  void cloudAdministrationIsTheShippedRoleAdminInTheTokensOwnScope() {
    Role namesake = new Role(new RoleId(Ids.next()), domain, "admin", null, false);
    roles.add(namesake);
    grants.grant(
        new RoleGrant(
            new Target.OnProject(project.id()), new Principal.OfUser(user.id()), namesake.id()));
    assertThat(authorization(inProject()).cloudAdmin()).isFalse();
    grants.grant(toUser(new Target.OnDomain(domain), "admin"));
    assertThat(authorization(inProject()).cloudAdmin()).isFalse();
    assertThat(authorization(inDomain()).cloudAdmin()).isTrue();
    grants.grant(toUser(new Target.OnAllProjects(domain), "admin"));
    assertThat(authorization(inProject()).cloudAdmin()).isTrue();
  }

  @Test
  void theAccountIsItInItsOwnDomainOnly() {
    DATABASE.execute(
        "update domain set account_user_id = '%s' where domain_id = '%s'"
            .formatted(user.id(), domain));
    assertThat(authorization(inProject()).accountOwner()).isTrue();
    assertThat(authorization(inDomain()).accountOwner()).isTrue();
    assertThat(authorization(caller(new Scope.Unscoped())).accountOwner()).isFalse();
    DomainId other = new DomainId(Ids.next());
    new PostgresDomains(DATABASE.database()).add(new Domain(other, other.value(), "", true));
    assertThat(authorization(caller(new Scope.InDomain(other))).accountOwner()).isFalse();
  }

  @Test
  void theShippedRolesMeanWhatRulingNineSays() {
    assertThat(allowed("member", "ims:images:share", "ims:images:get", "iam:users:listUsers"))
        .containsExactly("ims:images:share", "ims:images:get");
    assertThat(allowed("reader", "ims:images:share", "ims:images:get", "ims:images:list"))
        .containsExactly("ims:images:get", "ims:images:list");
    assertThat(allowed("admin", "ims:images:share", "iam:users:createUser", "ecs:servers:list"))
        .containsExactly("ims:images:share", "iam:users:createUser");
  }

  private List<String> allowed(String role, String... actions) {
    RoleGrant grant = toUser(new Target.OnProject(project.id()), role);
    grants.grant(grant);
    Authorization authorization = authorization(inProject());
    grants.revoke(grant);
    List<String> allowed = new ArrayList<>();
    for (String action : actions) {
      boolean covered =
          authorization.grants().stream()
              .filter(reaching -> reaching.scope() == GrantScope.PROJECT)
              .flatMap(reaching -> reaching.policy().statements().stream())
              .flatMap(statement -> statement.actions().stream())
              .anyMatch(pattern -> pattern.matches(Action.of(action)));
      if (covered) {
        allowed.add(action);
      }
    }
    return allowed;
  }

  /** Else a grant could stay behind at a project that is gone. */
  @Test
  void aDeletionWaitsForAGrantUnderWay() throws Exception {
    Database database = DATABASE.database();
    RoleGrant grant = toUser(new Target.OnProject(project.id()), "member");
    grants.grant(grant);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> deletion =
          database.inTransaction(
              session -> {
                session.change("set local idle_in_transaction_session_timeout = 0");
                Identities.lockTarget(session, grant.target());
                Future<?> deleting = threads.submit(() -> projects.delete(project.id()));
                assertThat(deleting)
                    .failsWithin(Duration.ofMillis(300))
                    .withThrowableOfType(TimeoutException.class);
                return deleting;
              });
      deletion.get();
    }
    assertThat(grants.exists(grant)).isFalse();
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> grants.grant(grant))
        .extracting(Refused::refusal)
        .isEqualTo(new Refusal.Absent("project", project.id().value()));
  }

  /** Else it could read the old password at a time that is later than the change. */
  @Test
  void aLoginWaitsForAChangeOfPasswordUnderWay() throws Exception {
    Database database = DATABASE.database();
    PostgresLogins logins = new PostgresLogins(database);
    users.update(user.id(), old -> old, "old hash");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<LoginStore.Candidate> login =
          database.inTransaction(
              session -> {
                session.change("set local idle_in_transaction_session_timeout = 0");
                session.change(
                    """
                    update user_account
                    set password_hash = 'new hash', tokens_valid_from = t.now
                        from (select clock_timestamp() as now) t
                    where user_id = ?
                    """,
                    user.id().value());
                Future<LoginStore.Candidate> reading =
                    threads.submit(
                        () ->
                            Objects.requireNonNull(
                                logins.candidate(new Reference.ById(user.id().value()))));
                assertThat(reading)
                    .failsWithin(Duration.ofMillis(300))
                    .withThrowableOfType(TimeoutException.class);
                return reading;
              });
      assertThat(login.get().passwordHash()).isEqualTo("new hash");
    }
  }

  @Test
  void aRefusalFollowsTheVeryChange() {
    Access access = new Access(authorizations);
    Caller caller = inProject();
    RoleGrant grant = toUser(new Target.OnProject(project.id()), "member");
    for (int i = 0; i < 3; i++) {
      assertThat(
              access.decide(caller, access.authorization(caller), Operation.ADD_MEMBER).allowed())
          .isFalse();
      grants.grant(grant);
      assertThat(
              access.decide(caller, access.authorization(caller), Operation.ADD_MEMBER).allowed())
          .isTrue();
      grants.revoke(grant);
    }
  }

  @Test
  void nodesThatStartTogetherMakeEverythingOnce() throws Exception {
    Database database = DATABASE.database();
    List<Bootstrap.Account> made = new ArrayList<>();
    try (Passwords passwords = new Passwords(1);
        ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> starts = new ArrayList<>();
      for (int node = 0; node < 8; node++) {
        starts.add(
            nodes.submit(
                () ->
                    new Bootstrap(database, passwords)
                        .run(List.of("carol", "dave"), "RegionOne", false, made::addAll)));
      }
      for (Future<?> start : starts) {
        start.get();
      }
    }
    assertThat(made).extracting(Bootstrap.Account::user).containsExactly("carol", "dave");
    assertThat(projects.list(new Filter(null, "RegionOne", null))).hasSize(2);
  }

  @Test
  void revokedTokensAreForgottenWhenNoServiceCanShowThemAnyMore() {
    Database database = DATABASE.database();
    PostgresLogins logins = new PostgresLogins(database);
    Caller live = inProject();
    Instant late = Instant.now().minusSeconds(60);
    Instant past = late.minus(Tokens.EXPIRED_WINDOW);
    logins.revoke(live);
    logins.revoke(new Caller(user.id(), live.scope(), "late", late, late, List.of("password")));
    logins.revoke(new Caller(user.id(), live.scope(), "expired", past, past, List.of("password")));
    logins.sweep();
    assertThat(database.all("select audit_id from revoked_token", row -> row.getString("audit_id")))
        .containsExactlyInAnyOrder(live.auditId(), "late");
    assertThat(authorizations.authorization(live)).isNull();
  }
}
