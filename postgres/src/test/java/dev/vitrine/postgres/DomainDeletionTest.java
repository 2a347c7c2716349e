package dev.vitrine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.Domain;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.Project;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.User;
import dev.vitrine.identity.UserId;
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

  @Test
  void nobodyWaitsForWhoWaitsForHim() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
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
        }
        all.add(threads.submit(() -> domains.delete(domain)));
        for (Future<?> each : all) {
          each.get();
        }
        assertThat(domains.find(domain)).isNull();
      }
    }
  }
}
