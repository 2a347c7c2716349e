package dev.vitrine.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Group;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.User;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A domain is deleted while what is in it is being changed. */
@NullMarked
class DomainDeletionTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private final PostgresDomains domains = new PostgresDomains(DATABASE.database());
  private final PostgresProjects projects = new PostgresProjects(DATABASE.database());
  private final PostgresUsers users = new PostgresUsers(DATABASE.database());
  private final PostgresGroups groups = new PostgresGroups(DATABASE.database());
  private final PostgresGrants grants = new PostgresGrants(DATABASE.database());
  private final PostgresRoles roles = new PostgresRoles(DATABASE.database());

  @Test
  void nobodyWaitsForWhoWaitsForHim() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RoleId role = new RoleId(Ids.next());
      roles.add(new Role(role, null, role.value(), null, false));
      for (int i = 0; i < 20; i++) {
        DomainId domain = new DomainId(Ids.next());
        domains.add(new Domain(domain, domain.value(), "", false));
        List<Future<?>> all = new ArrayList<>();
        for (int k = 0; k < 3; k++) {
          UserId user = new UserId(Ids.next());
          users.add(new User(user, domain, "u" + k, null, null, true, null), "old");
          ProjectId project = new ProjectId(Ids.next());
          projects.add(new Project(project, domain, "p" + k, "", true));
          all.add(threads.submit(() -> users.update(user, old -> old, "new")));
          all.add(threads.submit(() -> users.replacePassword(user, "new", "newer")));
          all.add(threads.submit(() -> projects.update(project, old -> old)));
          GroupId group = new GroupId(Ids.next());
          groups.add(new Group(group, domain, "g" + k, ""));
          groups.addMember(group, user);
          GroupId other = new GroupId(Ids.next());
          groups.add(new Group(other, domain, "o" + k, ""));
          Principal of = new Principal.OfUser(user);
          RoleGrant old = new RoleGrant(new Target.OnDomain(domain), of, role);
          grants.grant(old);
          all.add(threads.submit(() -> groups.removeMember(group, user)));
          all.add(threads.submit(ifThere(() -> groups.addMember(other, user))));
          all.add(threads.submit(() -> groups.delete(group)));
          all.add(
              threads.submit(
                  ifThere(
                      () -> grants.grant(new RoleGrant(new Target.OnProject(project), of, role)))));
          all.add(threads.submit(() -> grants.revoke(old)));
        }
        all.add(threads.submit(() -> domains.delete(domain)));
        for (Future<?> each : all) {
          each.get();
        }
        assertThat(domains.find(domain)).isNull();
      }
    }
  }

  /** What is added to the domain too late is told so. */
  private static Runnable ifThere(Runnable change) {
    return () -> {
      try {
        change.run();
      } catch (Refused refused) {
        assertThat(refused.refusal()).isInstanceOf(Refusal.Absent.class);
      }
    };
  }
}
