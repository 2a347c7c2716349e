package dev.vitrine.postgres.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Project;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.LimitedResource;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.limit.ProjectLimit;
import dev.vitrine.limit.ProjectLimitStore.Filter;
import dev.vitrine.postgres.directory.PostgresDomains;
import dev.vitrine.postgres.directory.PostgresProjects;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The limits of projects, and the quotas that follow from them. */
@NullMarked
class ProjectLimitsTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final ProjectQuotas SETTINGS =
      new ProjectQuotas(OptionalLong.of(10), OptionalLong.of(5 << 20));

  private final PostgresDomains domains = new PostgresDomains(DATABASE.database());
  private final PostgresProjects projects = new PostgresProjects(DATABASE.database());
  private final PostgresImages images = new PostgresImages(DATABASE.database());
  private final PostgresProjectLimits limits = new PostgresProjectLimits(DATABASE.database());
  private final DomainId domain = new DomainId(Ids.next());
  private final ProjectId one = new ProjectId(Ids.next());
  private final ProjectId other = new ProjectId(Ids.next());

  @BeforeEach
  void make() {
    domains.add(new Domain(domain, domain.value(), "", false));
    projects.add(new Project(one, domain, "one", "", true));
    projects.add(new Project(other, domain, "other", "", true));
  }

  private static ProjectLimit limit(ProjectId project, LimitedResource resource, int maximum) {
    return new ProjectLimit(Ids.next(), project, resource, maximum, null);
  }

  private List<ProjectLimit> all() {
    return limits.list(new Filter(null, null, domain, null));
  }

  private List<String> kinds() {
    return DATABASE
        .database()
        .all(
            "select kind from access_event where domain_id = ? and kind like 'limit.%' order by event_id",
            row -> row.getString(1), domain.value());
  }

  /** A limit of -1 is no quota; bytes are counted in MiB. */
  @Test
  void aLimitHoldsInPlaceOfTheSetting() {
    assertThat(images.limits(one, SETTINGS)).isEqualTo(SETTINGS);
    assertThat(images.limits(one, ProjectQuotas.NONE)).isEqualTo(ProjectQuotas.NONE);

    limits.add(
        List.of(
            limit(one, LimitedResource.IMAGES, 0),
            limit(one, LimitedResource.BYTES, Integer.MAX_VALUE),
            limit(other, LimitedResource.IMAGES, ProjectLimit.UNLIMITED)));

    ProjectQuotas own =
        new ProjectQuotas(OptionalLong.of(0), OptionalLong.of(((1L << 31) - 1) << 20));
    assertThat(images.limits(one, SETTINGS)).isEqualTo(own);
    assertThat(images.limits(one, ProjectQuotas.NONE)).isEqualTo(own);
    assertThat(images.limits(other, SETTINGS))
        .isEqualTo(new ProjectQuotas(OptionalLong.empty(), SETTINGS.bytes()));
  }

  @Test
  void areListedInTheOrderOfTheirCreation() {
    ProjectLimit first = limit(other, LimitedResource.BYTES, 1);
    ProjectLimit second = limit(one, LimitedResource.BYTES, 2);
    ProjectLimit third = limit(one, LimitedResource.IMAGES, 3);
    limits.add(List.of(first, second));
    limits.add(List.of(third));

    assertThat(all()).containsExactly(first, second, third);
    assertThat(limits.list(new Filter(null, one, null, null))).containsExactly(second, third);
    assertThat(limits.list(new Filter(null, one, null, LimitedResource.IMAGES)))
        .containsExactly(third);
    assertThat(limits.list(new Filter(first.id(), null, null, null))).containsExactly(first);
    assertThat(limits.list(new Filter(first.id(), one, null, null))).isEmpty();
    assertThat(limits.list(new Filter(first.id(), null, new DomainId("x"), null))).isEmpty();
  }

  @Test
  void allOfABatchAreStoredOrNone() {
    ProjectLimit there = limit(one, LimitedResource.IMAGES, 1);
    limits.add(List.of(there));

    for (ProjectLimit bad :
        List.of(
            limit(one, LimitedResource.IMAGES, 2),
            limit(new ProjectId("gone"), LimitedResource.IMAGES, 2))) {
      assertThatThrownBy(() -> limits.add(List.of(limit(other, LimitedResource.IMAGES, 2), bad)))
          .isInstanceOf(Refused.class);
    }
    assertThat(refusal(limit(one, LimitedResource.IMAGES, 2))).isInstanceOf(Refusal.Conflict.class);
    assertThat(refusal(limit(new ProjectId("gone"), LimitedResource.IMAGES, 2)))
        .isInstanceOf(Refusal.Invalid.class);

    assertThat(all()).containsExactly(there);
    assertThat(kinds()).containsExactly("limit.created");
  }

  private @Nullable Refusal refusal(ProjectLimit bad) {
    try {
      limits.add(List.of(bad));
      return null;
    } catch (Refused refused) {
      return refused.refusal();
    }
  }

  @Test
  void aChangeIsInTheHistoryUnlessItChangesNoQuota() {
    ProjectLimit made = limit(one, LimitedResource.IMAGES, 1);
    limits.add(List.of(made));

    ProjectLimit described =
        limits.update(
            made.id(), old -> new ProjectLimit(old.id(), one, old.resource(), old.maximum(), "d"));
    assertThat(kinds()).containsExactly("limit.created");
    limits.update(made.id(), old -> new ProjectLimit(old.id(), one, old.resource(), 2, "d"));

    assertThat(described).isNotNull();
    assertThat(all())
        .containsExactly(new ProjectLimit(made.id(), one, LimitedResource.IMAGES, 2, "d"));
    assertThat(limits.delete(made.id())).isTrue();
    assertThat(limits.delete(made.id())).isFalse();
    assertThat(limits.update(made.id(), old -> old)).isNull();
    assertThat(kinds()).containsExactly("limit.created", "limit.changed", "limit.deleted");
    assertThat(
            DATABASE
                .database()
                .all(
                    """
                    select concat_ws(' ', project_id, before ->> 'name', before ->> 'resource_limit',
                      after ->> 'resource_limit')
                    from access_event where domain_id = ? and kind = 'limit.changed'
                    """,
                    row -> row.getString(1),
                    domain.value()))
        .containsExactly(one.value() + " image_count_total 1 2");
  }

  @Test
  void endWithTheirProject() {
    limits.add(
        List.of(
            limit(one, LimitedResource.IMAGES, 1),
            limit(one, LimitedResource.BYTES, 1),
            limit(other, LimitedResource.IMAGES, 1)));

    projects.delete(one);

    assertThat(all()).extracting(ProjectLimit::project).containsExactly(other);
    assertThat(kinds()).filteredOn("limit.deleted"::equals).hasSize(2);
    domains.delete(domain);
    assertThat(all()).isEmpty();
    assertThat(kinds()).filteredOn("limit.deleted"::equals).hasSize(3);
    assertThat(images.limits(one, SETTINGS)).isEqualTo(SETTINGS);
  }

  /** Else what begins after the answer would count without that image. */
  @Test
  void answersWaitForAnImageThatHasFoundNoQuota() {
    ProjectLimit made = limit(one, LimitedResource.IMAGES, -1);
    assertWaits(() -> limits.add(List.of(made)), all -> !all.isEmpty());
    assertWaits(
        () ->
            limits.update(
                made.id(),
                old -> new ProjectLimit(old.id(), old.project(), old.resource(), 5, null)),
        all -> all.getFirst().maximum() == 5);
    assertWaits(() -> limits.delete(made.id()), List::isEmpty);
  }

  /**
   * @param isSeen whether other transactions see the change
   */
  private void assertWaits(Runnable change, Predicate<List<ProjectLimit>> isSeen) {
    CompletableFuture<Void> changing =
        DATABASE
            .database()
            .inTransaction(
                session -> {
                  session.change(
                      """
                      insert into image (image_id, owner, status, visibility)
                      values (gen_random_uuid(), ?, 'queued', 'private')
                      """,
                      one.value());
                  CompletableFuture<Void> begun =
                      CompletableFuture.runAsync(change, Thread::startVirtualThread);
                  while (!isSeen.test(all())) {
                    Thread.onSpinWait();
                  }
                  assertThatThrownBy(() -> begun.get(200, TimeUnit.MILLISECONDS))
                      .isInstanceOf(TimeoutException.class);
                  return begun;
                });

    changing.join();
    assertThat(isSeen.test(all())).isTrue();
  }

  /** Whatever changes it meanwhile: else the history would tell an end that was not. */
  @RepeatedTest(5)
  void endAsTheyLastWere() throws Exception {
    ProjectLimit made = limit(one, LimitedResource.IMAGES, 0);
    limits.add(List.of(made));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> changing = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        changing.add(threads.submit(() -> raise(made.id())));
      }
      while (all().getFirst().maximum() < 20) {
        Thread.onSpinWait();
      }
      projects.delete(one);
      for (Future<?> each : changing) {
        each.get();
      }
    }

    assertThat(state("limit.deleted", "before")).isEqualTo(state("limit.changed", "after"));
  }

  private void raise(String id) {
    boolean isThere = true;
    while (isThere) {
      isThere =
          limits.update(
                  id,
                  old ->
                      new ProjectLimit(
                          old.id(), old.project(), old.resource(), old.maximum() + 1, null))
              != null;
    }
  }

  /** Of the last event of this kind. */
  private String state(String kind, String when) {
    return DATABASE
        .database()
        .all(
            """
            select %s::text from access_event where domain_id = ? and kind = ?
            order by event_id desc limit 1
            """
                .formatted(when),
            row -> row.getString(1),
            domain.value(),
            kind)
        .getFirst();
  }
}
