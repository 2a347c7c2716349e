package dev.vitrine.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Authorization;
import dev.vitrine.directory.CustomPolicy;
import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Group;
import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.User;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A change of what grants are made of races with the first grant, or the first membership. Whoever
 * reads between the two commits may compile what was then so; afterwards that must be stale, or
 * still right.
 */
class RightsRaceTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final String DENYING =
      "{\"Version\": \"1.1\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": [\"ims:*:*\"]}]}";

  /** Long enough for whoever does not wait for a lock to be done. */
  private static final long BLOCKED_MILLIS = 300;

  private static final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private static Database database;

  @BeforeAll
  static void shipTheRoles() {
    database = DATABASE.database();
    ship();
  }

  @AfterAll
  static void end() {
    threads.close();
  }

  private static void ship() {
    try (Passwords passwords = new Passwords(1)) {
      new Bootstrap(database, passwords).run(List.of(), "RegionOne", false, made -> {});
    }
  }

  /** A user of one domain in a project of another, and all that it may be given there. */
  static final class World {
    final DomainId domain = domain();
    final DomainId home = domain();
    final DomainId third = domain();
    final UserId user = new UserId(Ids.next());
    final ProjectId project = new ProjectId(Ids.next());
    final GroupId group = new GroupId(Ids.next());
    final GroupId groupAtHome = new GroupId(Ids.next());
    final GroupId groupOfThird = new GroupId(Ids.next());
    final RoleId role = new RoleId(Ids.next());
    final RoleId roleOfAll = new RoleId(Ids.next());
    final RoleId policy = new RoleId(Ids.next());
    final EnterpriseProjectId enterprise = new EnterpriseProjectId(Ids.next());

    final PostgresDomains domains = new PostgresDomains(database);
    final PostgresProjects projects = new PostgresProjects(database);
    final PostgresUsers users = new PostgresUsers(database);
    final PostgresGroups groups = new PostgresGroups(database);
    final PostgresRoles roles = new PostgresRoles(database);
    final PostgresGrants grants = new PostgresGrants(database);
    final PostgresCustomPolicies policies = new PostgresCustomPolicies(database);
    final PostgresEnterpriseProjects enterprises = new PostgresEnterpriseProjects(database);

    World() {
      users.add(new User(user, home, "u", null, null, true, null), null);
      projects.add(new Project(project, domain, "p", "", true));
      groups.add(new Group(group, domain, "g", ""));
      groups.add(new Group(groupAtHome, home, "g", ""));
      groups.add(new Group(groupOfThird, third, "g", ""));
      roles.add(new Role(role, domain, "r", null, false));
      roles.add(new Role(roleOfAll, null, roleOfAll.value(), null, false));
      policies.add(policy, domain, content("{\"Version\": \"1.1\", \"Statement\": []}"));
      enterprises.add(domain, enterprise, "e", "");
    }

    private static DomainId domain() {
      DomainId id = new DomainId(Ids.next());
      new PostgresDomains(database).add(new Domain(id, id.value(), "", true));
      return id;
    }

    RoleGrant grant(RoleId of) {
      return new RoleGrant(new Target.OnProject(project), new Principal.OfUser(user), of);
    }

    RoleGrant toGroup(GroupId to) {
      return new RoleGrant(new Target.OnProject(project), new Principal.OfGroup(to), role);
    }

    RoleGrant atEnterpriseProject() {
      return new RoleGrant(
          new Target.OnEnterpriseProject(domain, enterprise), new Principal.OfUser(user), policy);
    }

    RoleId shipped() {
      return roles.list(null, "member").getFirst().id();
    }

    /** What is read with its version: good for as long as that is the version. */
    @Nullable Authorization authorization() {
      Instant now = Instant.now().plusSeconds(5);
      Caller caller =
          new Caller(
              user,
              new Caller.Scope.InProject(project),
              Ids.next(),
              now,
              now.plusSeconds(60),
              List.of());
      return new PostgresAuthorizations(database).authorization(caller);
    }
  }

  private static CustomPolicy.Content content(String document) {
    return new CustomPolicy.Content("own", CustomPolicy.Type.PROJECT, null, null, document);
  }

  record Race(String name, Function<World, Runnable> change, Function<World, Runnable> first) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Race> races() {
    return Stream.of(
        new Race(
            "a policy is rewritten, and granted",
            w -> () -> w.policies.update(w.domain, w.policy, old -> content(DENYING)),
            w -> () -> w.grants.grant(w.grant(w.policy))),
        new Race(
            "a policy is deleted, and granted",
            w -> () -> w.policies.delete(w.domain, w.policy),
            w -> () -> w.grants.grant(w.grant(w.policy))),
        new Race(
            "a policy is rewritten, and granted at an enterprise project",
            w -> () -> w.policies.update(w.domain, w.policy, old -> content(DENYING)),
            w -> () -> w.grants.grant(w.atEnterpriseProject())),
        new Race(
            "a role of all domains is renamed, and granted",
            w ->
                () ->
                    w.roles.update(
                        w.roleOfAll,
                        old -> new Role(old.id(), null, old.name() + " renamed", null, false)),
            w -> () -> w.grants.grant(w.grant(w.roleOfAll))),
        new Race(
            "a role of all domains is deleted, and granted",
            w -> () -> w.roles.delete(w.roleOfAll),
            w -> () -> w.grants.grant(w.grant(w.roleOfAll))),
        new Race(
            "a role of a domain is renamed, and granted",
            w ->
                () -> w.roles.update(w.role, old -> new Role(old.id(), w.domain, "s", null, false)),
            w -> () -> w.grants.grant(w.grant(w.role))),
        new Race(
            "a shipped role is brought up to date, and granted",
            w -> {
              DATABASE.execute(
                  "update role set document = '{\"Version\": \"1.1\", \"Statement\": []}' where name = 'member' and shipped");
              return RightsRaceTest::ship;
            },
            w -> () -> w.grants.grant(w.grant(w.shipped()))),
        new Race(
            "a group is deleted, and granted to",
            w -> {
              w.groups.addMember(w.group, w.user);
              return () -> w.groups.delete(w.group);
            },
            w -> () -> w.grants.grant(w.toGroup(w.group))),
        new Race(
            "a group is deleted, and its first member is of another domain",
            w -> {
              w.grants.grant(w.toGroup(w.group));
              return () -> w.groups.delete(w.group);
            },
            w -> () -> w.groups.addMember(w.group, w.user)),
        new Race(
            "the domain of a group is deleted, and its first member is of another",
            w -> {
              w.grants.grant(w.toGroup(w.groupOfThird));
              w.domains.update(w.third, old -> new Domain(w.third, w.third.value(), "", false));
              return () -> w.domains.delete(w.third);
            },
            w -> () -> w.groups.addMember(w.groupOfThird, w.user)),
        new Race(
            "the domain of a user is deleted, and it is granted something in another",
            w -> {
              w.domains.update(w.home, old -> new Domain(w.home, w.home.value(), "", false));
              return () -> w.domains.delete(w.home);
            },
            w -> () -> w.grants.grant(w.grant(w.role))),
        new Race(
            "the domain of a group is deleted, and it is granted something in another",
            w -> {
              w.groups.addMember(w.groupAtHome, w.user);
              w.domains.update(w.home, old -> new Domain(w.home, w.home.value(), "", false));
              return () -> w.domains.delete(w.home);
            },
            w -> () -> w.grants.grant(w.toGroup(w.groupAtHome))),
        new Race(
            "a user is deleted, and granted something",
            w -> () -> w.users.delete(w.user),
            w -> () -> w.grants.grant(w.grant(w.role))),
        new Race(
            "a user is disabled, and granted something",
            w ->
                () ->
                    w.users.update(
                        w.user,
                        old -> new User(old.id(), w.home, "u", null, null, false, null),
                        null),
            w -> () -> w.grants.grant(w.grant(w.role))),
        new Race(
            "a project is deleted, and granted at",
            w -> () -> w.projects.delete(w.project),
            w -> () -> w.grants.grant(w.grant(w.role))));
  }

  @ParameterizedTest
  @Timeout(60)
  @MethodSource("races")
  void theChangeComesFirst(Race race) throws Exception {
    World world = new World();
    Runnable change = race.change.apply(world);
    run(world, change, race.first.apply(world));
  }

  @ParameterizedTest
  @Timeout(60)
  @MethodSource("races")
  void theGrantComesFirst(Race race) throws Exception {
    World world = new World();
    Runnable change = race.change.apply(world);
    run(world, race.first.apply(world), change);
  }

  /** Each works, waits where the other holds it up, and commits when it is told to. */
  private static final class Paused {
    final CountDownLatch worked = new CountDownLatch(1);
    final CountDownLatch mayCommit = new CountDownLatch(1);
    final Future<?> done;

    Paused(Runnable work) {
      done =
          threads.submit(
              () -> {
                try {
                  database.inTransaction(
                      session -> {
                        session.change("set local idle_in_transaction_session_timeout = 0");
                        session.change("set local lock_timeout = 0");
                        work.run();
                        worked.countDown();
                        await(mayCommit);
                        return true;
                      });
                } catch (Refused gone) {
                  // It came too late, and is told so.
                } finally {
                  worked.countDown();
                }
              });
    }

    boolean hasWorked() throws InterruptedException {
      return worked.await(BLOCKED_MILLIS, TimeUnit.MILLISECONDS);
    }

    void commit() throws Exception {
      worked.await();
      mayCommit.countDown();
      done.get();
    }
  }

  private static void run(World world, Runnable one, Runnable other) throws Exception {
    Paused first = new Paused(one);
    first.worked.await();
    Paused second = new Paused(other);
    try {
      boolean isAside = second.hasWorked();
      (isAside ? second : first).commit();
      second.worked.await();
      Authorization between = world.authorization();
      (isAside ? first : second).commit();
      assertStillRightOrStale(world, between);
    } finally {
      first.mayCommit.countDown();
      second.mayCommit.countDown();
    }
    assertNothingIsLeftOver(world);
  }

  private static void assertStillRightOrStale(World world, @Nullable Authorization between) {
    Authorization now = world.authorization();
    if (between != null && now != null && between.version() == now.version()) {
      assertThat(now.grants())
          .usingRecursiveComparison()
          .ignoringCollectionOrder()
          .isEqualTo(between.grants());
    }
  }

  private static void assertNothingIsLeftOver(World world) {
    assertThat(
            database.all(
                """
                select g::text from role_grant g
                where domain_id = ? and ((principal_kind = 'user'
                    and principal_id not in (select user_id from user_account))
                  or (principal_kind = 'group'
                    and principal_id not in (select group_id from user_group))
                  or (scope_kind = 'project' and scope_id not in (select project_id from project)))
                """,
                row -> row.getString(1),
                world.domain.value()))
        .as("grants that have outlived what they are made of")
        .isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rule itself, without luck: an update that finds no grant raises the version, too. */
  @Test
  void aPolicyThatNobodyHoldsRaisesTheVersionToo() {
    World world = new World();
    Authorization before = Objects.requireNonNull(world.authorization());

    world.policies.update(world.domain, world.policy, old -> old);

    assertThat(Objects.requireNonNull(world.authorization()).version())
        .isGreaterThan(before.version());
  }
}
