package dev.vitrine.postgres.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStore.Edited;
import dev.vitrine.job.Batch;
import dev.vitrine.job.Job;
import dev.vitrine.job.JobId;
import dev.vitrine.job.JobStore;
import dev.vitrine.job.JobStore.Judge;
import dev.vitrine.job.JobStore.TaskFailure;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.job.Jobs;
import dev.vitrine.job.Outcome;
import dev.vitrine.job.Pair;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.Premise;
import dev.vitrine.sharing.Visibility;
import dev.vitrine.tracing.Tracer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs in the database: taken in turn, once, and by another when their worker is gone. */
@NullMarked
@Timeout(120)
class JobsTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Rules RULES =
      new Rules(Consent.GLANCE, -1, -1, false, false, NativeApi.GLANCE);
  private static final int WORKERS = 2;
  private static final Cause REQUEST = new Cause("request", null);

  private static Tenants tenants;
  private static PostgresJobs store;
  private static Jobs jobs;

  @BeforeAll
  static void prepare() {
    tenants = Tenants.in(DATABASE.database());
    store = new PostgresJobs(DATABASE.database(), Tracer.NONE);
    jobs =
        new Jobs(
            store,
            new Access(new PostgresAuthorizations(DATABASE.database())),
            RULES,
            new Jobs.Limits(100, 128),
            () -> {});
  }

  @AfterEach
  void forget() {
    DATABASE.execute("delete from job_pair; delete from job_image; delete from job");
    DATABASE.execute(
        "delete from image_member; delete from image_event; delete from image; delete from deleted_image");
  }

  /** The issue: however much one project has queued, another's turn comes after one image. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProjectWaitsForOneImageOfEachWorker(boolean isAliceBusy) {
    Caller busy = isAliceBusy ? tenants.alice() : tenants.bob();
    Caller other = isAliceBusy ? tenants.bob() : tenants.alice();
    List<String> many = images(busy, 100);
    for (int i = 0; i < 200; i++) {
      submit(busy, Batch.Kind.ADD, many, members(128));
    }
    List<String> one = images(other, 1);
    JobId small;
    long accepted;
    try (JobWorkers _ = new JobWorkers(store, RULES, WORKERS)) {
      await("select count(*) >= 10 from job_image where done_at is not null");
      small = submit(other, Batch.Kind.ADD, one, members(1));
      // From here on all see it: while it was being committed, they could only go on.
      accepted = number("select (extract(epoch from clock_timestamp()) * 1000000)::bigint");
      await("select ended_at is not null from job where job_id = '%s'".formatted(small));
    }

    assertThat(
            number(
                """
                select count(*) from job_image theirs, job_image mine
                where mine.job_id = '%1$s' and theirs.job_id <> '%1$s'
                  and extract(epoch from theirs.started_at) * 1000000 > %2$d
                  and theirs.started_at < mine.started_at
                """
                    .formatted(small, accepted)))
        .isLessThanOrEqualTo(WORKERS);
  }

  /** Whoever holds an image's row works on it; when its connection breaks, somebody else does. */
  @Test
  void whatAKilledWorkerHeldIsDoneByAnother() {
    JobId job = submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 3), members(5));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    CompletableFuture<?> slow =
        CompletableFuture.runAsync(
            () ->
                store.work(
                    null,
                    task -> {
                      begun.countDown();
                      join(killed);
                      return null;
                    },
                    RULES));
    join(begun);
    while (store.work(null, task -> null, RULES) != null) {
      assertThat(number("select count(*) from job_image where position = 1 and done_at is null"))
          .isEqualTo(1);
    }
    assertThat(
            number(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where state = 'idle in transaction' and pid <> pg_backend_pid() and datname = current_database()
                """))
        .isEqualTo(1);
    await(
        "select count(*) = 1 from (select from job_image where done_at is null for update skip locked) i");
    assertThat(store.work(null, task -> null, RULES)).isNotNull();
    killed.countDown();

    assertThatThrownBy(slow::join).isInstanceOf(CompletionException.class);
    assertThat(find(tenants.alice(), job).status()).isEqualTo(Job.Status.SUCCESS);
    assertThat(number("select count(*) from image_member")).isEqualTo(15);
    assertThat(number("select count(*) from image_event where member_id is not null"))
        .isEqualTo(15);
  }

  /** Many at once, on the same images, giving and taking back: each pair is done once a job. */
  @Test
  void ofManyWorkersEachPairIsDoneOnce() {
    List<String> images = images(tenants.alice(), 5);
    List<JobId> submitted = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Batch.Kind kind = i % 3 == 2 ? Batch.Kind.REMOVE : Batch.Kind.ADD;
      submitted.add(submit(tenants.alice(), kind, images, members(10), i % 5 == 0));
    }
    try (JobWorkers _ = new JobWorkers(store, RULES, 8)) {
      await("select not exists (select from job where ended_at is null)");
    }

    assertThat(submitted)
        .allSatisfy(
            job -> assertThat(find(tenants.alice(), job).status()).isEqualTo(Job.Status.SUCCESS));
    assertThat(number("select count(*) from job_pair")).isEqualTo(40 * 5 * 10);
    assertThat(
            number(
                """
                select count(*) from (
                  select e.image_id, e.member_id,
                    sum(case when e.to_status is null then -1 else 1 end) as balance
                  from image_event e where member_id is not null group by e.image_id, e.member_id
                ) h
                left join image_member m using (image_id, member_id)
                where h.balance <> (case when m.member_id is null then 0 else 1 end)
                """))
        .isZero();
  }

  /** Ruling 29, of an image that was there for the caller when its batch was accepted. */
  enum Later {
    REMOVED(Batch.Kind.ADD, Outcome.SUPERSEDED, null),
    REJECTED(Batch.Kind.ADD, Outcome.SUPERSEDED, "rejected"),
    ADDED_AND_REMOVED(Batch.Kind.ADD, Outcome.SUPERSEDED, null),
    SAID_TO_BE_PRIVATE(Batch.Kind.ADD, Outcome.SUPERSEDED, null),
    DELETED(Batch.Kind.ADD, Outcome.SUPERSEDED, null),
    REMOVED_AND_ADDED(Batch.Kind.REMOVE, Outcome.SUPERSEDED, "pending"),
    /** What a member answers does not keep the owner from taking the offer back. */
    ACCEPTED(Batch.Kind.REMOVE, Outcome.SUCCESS, null),
    REJECTED_ALREADY(Batch.Kind.UPDATE, Outcome.SUPERSEDED, "rejected"),
    REMOVED_FROM_MEMBER(Batch.Kind.UPDATE, Outcome.SUPERSEDED, null),
    OFFERED_ANEW(Batch.Kind.UPDATE, Outcome.SUPERSEDED, "pending");

    private final Batch.Kind kind;
    private final Outcome outcome;
    private final @Nullable String status;

    Later(Batch.Kind kind, Outcome outcome, @Nullable String status) {
      this.kind = kind;
      this.outcome = outcome;
      this.status = status;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLaterIntentWins(Later later) {
    List<String> image = images(tenants.alice(), 1);
    ImageId id = ImageId.named(image.getFirst());
    MemberId bob = new MemberId(Tenants.project(tenants.bob()).value());
    if (later == Later.SAID_TO_BE_PRIVATE) {
      show(image.getFirst(), Visibility.PRIVATE);
    } else if (later != Later.ADDED_AND_REMOVED) {
      add(id, bob);
    }
    if (later == Later.REJECTED_ALREADY) {
      answer(id, bob, MemberStatus.REJECTED);
    }
    JobId job =
        submit(
            later.kind == Batch.Kind.UPDATE ? tenants.bob() : tenants.alice(),
            later.kind,
            image,
            List.of(bob));
    switch (later) {
      case REMOVED, REMOVED_FROM_MEMBER -> remove(id, bob);
      case REJECTED, REJECTED_ALREADY -> answer(id, bob, MemberStatus.REJECTED);
      case ACCEPTED -> answer(id, bob, MemberStatus.ACCEPTED);
      case ADDED_AND_REMOVED -> {
        add(id, bob);
        remove(id, bob);
      }
      case REMOVED_AND_ADDED, OFFERED_ANEW -> {
        remove(id, bob);
        add(id, bob);
      }
      case SAID_TO_BE_PRIVATE -> show(image.getFirst(), Visibility.PRIVATE);
      case DELETED -> delete(id);
    }
    drain();

    assertThat(store.pairs(job)).extracting(Pair::outcome).containsExactly(later.outcome);
    assertThat(DATABASE.database().all("select status from image_member", row -> row.getString(1)))
        .isEqualTo(later.status == null ? List.of() : List.of(later.status));
  }

  /** What a batch says once more changes nothing, and is a success. */
  @Test
  void anAnswerThatIsThereAlreadyStaysAsItWas() {
    List<String> image = images(tenants.alice(), 1);
    ImageId id = ImageId.named(image.getFirst());
    MemberId bob = new MemberId(Tenants.project(tenants.bob()).value());
    add(id, bob);
    answer(id, bob, MemberStatus.ACCEPTED);
    JobId job = submit(tenants.bob(), Batch.Kind.UPDATE, image, List.of(bob));
    String state =
        "select (updated_at, (select count(*) from image_event))::text from image_member";
    List<String> before = DATABASE.database().all(state, row -> row.getString(1));
    drain();

    assertThat(store.pairs(job)).extracting(Pair::outcome).containsExactly(Outcome.SUCCESS);
    assertThat(DATABASE.database().all(state, row -> row.getString(1))).isEqualTo(before);
  }

  /** What was asked for before the batch was accepted does not. */
  @Test
  void anEarlierIntentDoesNot() {
    List<String> image = images(tenants.alice(), 1);
    ImageId id = ImageId.named(image.getFirst());
    MemberId bob = new MemberId(Tenants.project(tenants.bob()).value());
    add(id, bob);
    remove(id, bob);
    show(image.getFirst(), Visibility.PRIVATE);
    JobId add = submit(tenants.alice(), Batch.Kind.ADD, image, List.of(bob));
    drain();
    answer(id, bob, MemberStatus.REJECTED);
    JobId accept = submit(tenants.bob(), Batch.Kind.UPDATE, image, List.of(bob));
    // Of batches none is later than one that was accepted after it.
    JobId remove = submit(tenants.alice(), Batch.Kind.REMOVE, image, List.of(bob));
    JobId again = submit(tenants.alice(), Batch.Kind.ADD, image, List.of(bob));
    drain();

    assertThat(
            Stream.of(add, accept, remove, again)
                .flatMap(job -> store.pairs(job).stream())
                .map(Pair::outcome))
        .containsOnly(Outcome.SUCCESS)
        .hasSize(4);
    assertThat(number("select count(*) from image_member")).isEqualTo(1);
  }

  /** A removal that was under way when the batch was accepted, and answered afterwards. */
  @Test
  void whatIsCommittedLaterIsLater() {
    List<String> image = images(tenants.alice(), 1);
    ImageId id = ImageId.named(image.getFirst());
    add(id, new MemberId("m"));
    JobId job =
        DATABASE
            .database()
            .inTransaction(
                session -> {
                  remove(id, new MemberId("m"));
                  return CompletableFuture.supplyAsync(
                          () ->
                              submit(
                                  tenants.alice(),
                                  Batch.Kind.ADD,
                                  image,
                                  List.of(new MemberId("m"))))
                      .join();
                });
    drain();

    assertThat(store.pairs(job)).extracting(Pair::outcome).containsExactly(Outcome.SUPERSEDED);
    assertThat(number("select count(*) from image_member")).isZero();
  }

  /** Whoever is slow, fails or is killed: what was accepted first is done first. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchesOfOneImageAreDoneInTheirOrder(boolean atomic) {
    List<String> images = images(tenants.alice(), 2);
    JobId first = submit(tenants.alice(), Batch.Kind.ADD, images.subList(1, 2), members(1), atomic);
    submit(tenants.alice(), Batch.Kind.REMOVE, images, members(1), atomic);
    submit(tenants.alice(), Batch.Kind.ADD, images, members(1), atomic);
    failAnImage();
    long meanwhile =
        whileHeld(
            first,
            () -> {
              while (store.work(null, task -> null, RULES) != null) {
                // What can be done without the image that is held.
              }
              return number("select count(*) from job_image where done_at is not null");
            });
    drain();

    assertThat(meanwhile).isEqualTo(atomic ? 0 : 2);
    assertThat(
            number(
                """
                select count(*) from job_image early join job_image late using (image_id)
                where early.turn < late.turn and early.done_at > late.done_at
                """))
        .isZero();
    assertThat(number("select count(*) from image_member")).isEqualTo(2);
  }

  /** As a worker that is slow holds the image of a job: never silent, so that nobody ends it. */
  private static long whileHeld(JobId job, Supplier<Long> work) {
    return DATABASE
        .database()
        .inTransaction(
            session -> {
              session.first(
                  "select job_id from job_image where job_id = ? for update",
                  row -> true,
                  job.value());
              CompletableFuture<Long> done = CompletableFuture.supplyAsync(work);
              while (!done.isDone()) {
                session.first("select true", row -> true);
              }
              return done.join();
            });
  }

  /** Idle workers end what was left, and none waits for another: so that none waits in a circle. */
  @Test
  void whoEndsJobsWaitsForNobody() {
    List<JobId> left = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      left.add(submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 1), members(1)));
    }
    drain();
    DATABASE.execute("update job set ended_at = null");
    DATABASE
        .database()
        .inTransaction(
            session -> {
              session.first(
                  "select job_id from job where job_id = ? for update",
                  row -> true,
                  left.getFirst().value());
              CompletableFuture<Void> ended =
                  CompletableFuture.runAsync(() -> store.endDone()).orTimeout(20, TimeUnit.SECONDS);
              while (!ended.isDone()) {
                session.first("select true", row -> true);
              }
              return ended.join();
            });

    assertThat(find(tenants.alice(), left.getFirst()).endedAt()).isNull();
    assertThat(find(tenants.alice(), left.getLast()).endedAt()).isNotNull();
    store.endDone();
    assertThat(find(tenants.alice(), left.getFirst()).endedAt()).isNotNull();
  }

  /** There is no Citus at hand, but a table in front of the catalogue's that says so. */
  @Test
  void onCitusThereAreNoBatches() {
    DATABASE.execute("create table pg_extension as select 'citus'::name as extname");
    Database.Address here = DATABASE.address();
    String url = here.jdbcUrl() + ",pg_catalog";
    try (Database spread =
        Database.open(new Database.Address(url, here.user(), here.password()), 10)) {
      PostgresJobs there = new PostgresJobs(spread, Tracer.NONE);
      List<String> images = images(tenants.alice(), 1);
      JobId job = submit(tenants.alice(), Batch.Kind.ADD, images, members(1));
      Jobs refused =
          new Jobs(
              there,
              new Access(new PostgresAuthorizations(spread)),
              RULES,
              new Jobs.Limits(100, 128),
              () -> {});
      Batch batch = new Batch(Batch.Kind.ADD, images, members(1), null, null, false);

      assertThat(store.carriesOut()).isTrue();
      assertThat(there.carriesOut()).isFalse();
      assertThatThrownBy(
              () -> refused.submit(tenants.alice(), batch, new Jobs.Submission(REQUEST, null, "h")))
          .isInstanceOfSatisfying(
              Refused.class, no -> assertThat(no.refusal()).isEqualTo(new Refusal.NoBatches()));
      assertThatThrownBy(() -> refused.rehearse(tenants.alice(), batch, REQUEST))
          .isInstanceOfSatisfying(
              Refused.class, no -> assertThat(no.refusal()).isEqualTo(new Refusal.NoBatches()));
      assertThatThrownBy(() -> refused.show(tenants.alice(), job.value(), Operation.SHOW_JOB))
          .isInstanceOfSatisfying(
              Refused.class,
              no -> assertThat(no.refusal()).isEqualTo(new Refusal.JobNotFound(job.value())));
      spread.change("drop table pg_extension");
    }
  }

  private static PostgresMembers natively() {
    return new PostgresMembers(DATABASE.database());
  }

  private static void add(ImageId image, MemberId member) {
    natively().add(tenants.alice(), image, member, premise(tenants.alice(), image), RULES, REQUEST);
  }

  private static void remove(ImageId image, MemberId member) {
    natively().remove(tenants.alice(), image, member, premise(tenants.alice(), image), REQUEST);
  }

  private static void answer(ImageId image, MemberId member, MemberStatus status) {
    natively()
        .setStatus(
            tenants.bob(), image, member, status, null, premise(tenants.bob(), image), REQUEST);
  }

  private static void delete(ImageId image) {
    new PostgresImages(DATABASE.database())
        .delete(tenants.alice(), image, REQUEST, found -> Objects.requireNonNull(found.image()));
  }

  private static Premise premise(Caller caller, ImageId image) {
    return Tenants.premise(natively().find(caller, image));
  }

  /** What changed since the batch was accepted is told pair by pair, by the same rules. */
  @Test
  void whatChangedMeanwhileIsTold() {
    List<String> images = images(tenants.alice(), 4);
    JobId job = submit(tenants.alice(), Batch.Kind.ADD, images, members(1));
    DATABASE.execute("delete from image where image_id = '%s'".formatted(images.get(0)));
    DATABASE.execute(
        "update image set visibility = 'public' where image_id = '%s'".formatted(images.get(1)));
    DATABASE.execute(
        "update image set status = 'deactivated' where image_id = '%s'".formatted(images.get(2)));
    drain();

    assertThat(store.pairs(job))
        .extracting(Pair::outcome)
        .containsExactly(
            Outcome.SUPERSEDED, Outcome.NOT_SHARED, Outcome.NOT_ACTIVE, Outcome.SUCCESS);
    assertThat(find(tenants.alice(), job).firstFailure())
        .isEqualTo(
            new Pair(ImageId.named(images.getFirst()), members(1).getFirst(), Outcome.SUPERSEDED));
  }

  /** An offer that was taken back before it was accepted, and one whose image is gone. */
  @Test
  void anOfferTakenBackMeanwhileIsNotAccepted() {
    List<String> images = images(tenants.alice(), 2);
    List<MemberId> bob = List.of(new MemberId(Tenants.project(tenants.bob()).value()));
    submit(tenants.alice(), Batch.Kind.ADD, images, bob);
    drain();
    JobId job = submit(tenants.bob(), Batch.Kind.UPDATE, images, bob);
    delete(ImageId.named(images.getFirst()));
    remove(ImageId.named(images.getLast()), bob.getFirst());
    drain();

    assertThat(store.pairs(job))
        .extracting(Pair::outcome)
        .containsExactly(Outcome.SUPERSEDED, Outcome.SUPERSEDED);
  }

  /** Ruling 11 makes a private image shared; not one that was made private afterwards. */
  @Test
  void whatWasMadePrivateMeanwhileIsNotShared() {
    List<String> images = images(tenants.alice(), 3);
    show(images.get(0), Visibility.PRIVATE);
    show(images.get(2), Visibility.PRIVATE);
    JobId job = submit(tenants.alice(), Batch.Kind.ADD, images, members(1));
    show(images.get(1), Visibility.PRIVATE);
    show(images.get(2), Visibility.SHARED);
    show(images.get(2), Visibility.PRIVATE);
    drain();

    assertThat(store.pairs(job))
        .extracting(Pair::outcome)
        .containsExactly(Outcome.SUCCESS, Outcome.SUPERSEDED, Outcome.SUPERSEDED);
    assertThat(number("select count(*) from image where visibility = 'private'")).isEqualTo(2);
  }

  /** As its owner has it. */
  private static void show(String image, Visibility visibility) {
    new PostgresImages(DATABASE.database())
        .update(
            tenants.alice(),
            ImageId.named(image),
            new Cause("show", null),
            found -> {
              Image old = Objects.requireNonNull(found.image());
              Image shown =
                  new Image(
                      old.id(),
                      old.owner(),
                      old.name(),
                      old.status(),
                      visibility,
                      old.isProtected(),
                      old.hidden(),
                      old.minDisk(),
                      old.minRam(),
                      old.diskFormat(),
                      old.containerFormat(),
                      old.data(),
                      old.tags(),
                      old.properties(),
                      old.enterpriseProject(),
                      old.createdAt(),
                      old.updatedAt(),
                      old.activeAt());
              return new Edited(shown, visibility == Visibility.PRIVATE);
            });
  }

  /** Whatever is wrong with a job, and however long, others' turns come. */
  @Test
  void aJobThatCannotGoOnHoldsUpNobodyElse() {
    for (Caller poisoned : List.of(tenants.alice(), tenants.bob())) {
      Caller other = poisoned.equals(tenants.alice()) ? tenants.bob() : tenants.alice();
      submit(poisoned, Batch.Kind.ADD, images(poisoned, 3), members(1));
      DATABASE.execute("update job set members = '{m, m}' where ended_at is null");
      JobId good = submit(other, Batch.Kind.ADD, images(other, 1), members(1));
      try (JobWorkers _ = new JobWorkers(store, RULES, 1)) {
        await("select ended_at is not null from job where job_id = '%s'".formatted(good));
      }
      forget();
    }
  }

  /** Whatever is wrong with us, a job ends. */
  @Test
  void whatAlwaysFailsEndsAsAnError() {
    for (boolean atomic : new boolean[] {false, true}) {
      JobId job =
          submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 2), members(2), atomic);
      Judge broken =
          task -> {
            throw new IllegalStateException("on purpose");
          };
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> store.work(null, broken, RULES))
            .isInstanceOf(TaskFailure.class)
            .hasRootCauseMessage("on purpose");
      }
      store.work(null, broken, RULES);
      drain();

      assertThat(store.pairs(job).getFirst().outcome()).isEqualTo(Outcome.ERROR);
      assertThat(find(tenants.alice(), job).status()).isEqualTo(Job.Status.FAIL);
    }
  }

  /** A full disk, a failover or a lock is no fault of the job. */
  @Test
  void anOutageEndsNoJob() {
    JobId job = submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 1), members(1));
    DATABASE.execute(
        """
        create function no_space() returns trigger language plpgsql as
          $$ begin raise 'no space left' using errcode = 'disk_full'; end $$;
        create trigger no_space before insert on job_pair execute function no_space()
        """);
    for (int i = 0; i < 6; i++) {
      assertThatThrownBy(() -> store.work(null, task -> null, RULES))
          .isInstanceOf(TaskFailure.class);
    }
    DATABASE.execute("drop function no_space cascade");
    drain();

    assertThat(find(tenants.alice(), job).status()).isEqualTo(Job.Status.SUCCESS);
  }

  /** The worker that claims the next image meets a bug of ours. */
  private static void failAnImage() {
    assertThatThrownBy(
            () ->
                store.work(
                    null,
                    task -> {
                      throw new IllegalStateException("on purpose");
                    },
                    RULES))
        .isInstanceOf(TaskFailure.class)
        .hasRootCauseMessage("on purpose");
  }

  @Test
  void aFailureThatCannotBeCountedIsToldNevertheless() {
    submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 1), members(1));
    DATABASE.execute("alter table job_image add constraint uncountable check (attempts = 0)");
    try {
      failAnImage();
    } finally {
      DATABASE.execute("alter table job_image drop constraint uncountable");
    }
  }

  /** The audit of refusals hears of it (ADR 49); what each pair came to, the job says. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAWorkerCouldNotDoIsTold(boolean atomic) {
    Caller alice = tenants.alice();
    List<String> images = images(alice, 2);
    JobId job = submit(alice, Batch.Kind.ADD, images, members(3), atomic);
    DATABASE.execute(
        """
        update image set owner = '%1$s' where image_id = '%2$s';
        insert into image_member (image_id, member_id, status, created_by, image_created_at)
        select image_id, '%3$s', 'accepted', 'bob', created_at from image where image_id = '%2$s'
        """
            .formatted(
                Tenants.project(tenants.bob()).value(),
                images.getLast(),
                Tenants.project(alice).value()));
    Queue<JobStore.Failed> told = new ConcurrentLinkedQueue<>();
    try (JobWorkers _ = new JobWorkers(store, RULES, 1, told::add)) {
      await("select ended_at is not null from job where job_id = '%s'".formatted(job));
    }

    assertThat(told)
        .containsExactly(
            new JobStore.Failed(
                alice.user(),
                Tenants.project(alice),
                Batch.Kind.ADD,
                ImageId.named(atomic ? Collections.min(images) : images.getLast()),
                "test",
                atomic
                    ? Map.of(Outcome.NOT_OWNER, 3L, Outcome.ROLLED_BACK, 3L)
                    : Map.of(Outcome.NOT_OWNER, 3L)));
  }

  /** A node that was killed after the last image and before the end: the end is when it was. */
  @Test
  void anEndThatWasMissedIsTheTrueOne() {
    JobId job = submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 1), members(1));
    drain();
    Job ended = find(tenants.alice(), job);
    DATABASE.execute("update job set ended_at = null");
    assertThat(find(tenants.alice(), job).status()).isEqualTo(Job.Status.RUNNING);

    store.endDone();

    assertThat(find(tenants.alice(), job)).isEqualTo(ended);
  }

  /** Contract 1.12: how far it is can be seen while it runs. */
  @Test
  void progressIsSeenImageByImage() {
    JobId job = submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 4), members(3));
    Job queued = find(tenants.alice(), job);
    assertThat(queued.status()).isEqualTo(Job.Status.INIT);
    assertThat(queued.progress()).isZero();
    assertThat(queued.begunAt()).isNull();
    assertThat(queued.endedAt()).isNull();

    for (double progress : new double[] {0.25, 0.5, 0.75}) {
      store.work(null, task -> null, RULES);
      Job shown = find(tenants.alice(), job);
      assertThat(shown.status()).isEqualTo(Job.Status.RUNNING);
      assertThat(shown.progress()).isEqualTo(progress);
      assertThat(shown.begunAt()).isNotNull();
    }
    store.work(null, task -> null, RULES);
    assertThat(find(tenants.alice(), job).status()).isEqualTo(Job.Status.SUCCESS);
  }

  @Test
  void whatEndedLongAgoIsRemoved() {
    for (int i = 0; i < 25; i++) {
      submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 1), members(1));
    }
    drain();
    DATABASE.execute(
        """
        update job set ended_at = ended_at - interval '2 days'
        where job_id in (select job_id from job limit 21)
        """);
    JobId open = submit(tenants.alice(), Batch.Kind.ADD, images(tenants.alice(), 1), members(1));

    store.sweep(Duration.ofDays(1));

    assertThat(number("select count(*) from job")).isEqualTo(5);
    assertThat(number("select count(*) from job_image")).isEqualTo(5);
    assertThat(number("select count(*) from job_pair")).isEqualTo(4);
    assertThat(find(tenants.alice(), open).status()).isEqualTo(Job.Status.INIT);
  }

  private static List<String> images(Caller owner, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ImageId id = ImageId.next();
      tenants.insert(new PostgresImages(DATABASE.database()), Tenants.queued(id, owner.project()));
      ids.add(id.toString());
    }
    DATABASE.execute("update image set status = 'active'");
    return ids;
  }

  private static List<MemberId> members(int count) {
    return IntStream.range(0, count).mapToObj(i -> new MemberId("member-" + i)).toList();
  }

  private static JobId submit(
      Caller caller, Batch.Kind kind, List<String> images, List<MemberId> members) {
    return submit(caller, kind, images, members, false);
  }

  private static JobId submit(
      Caller caller, Batch.Kind kind, List<String> images, List<MemberId> members, boolean atomic) {
    MemberStatus status = kind == Batch.Kind.UPDATE ? MemberStatus.ACCEPTED : null;
    return jobs.submit(
        caller,
        new Batch(kind, images, members, status, null, atomic),
        new Jobs.Submission(new Cause("test", "mine"), null, "hash"));
  }

  private static Job find(Caller caller, JobId job) {
    return Objects.requireNonNull(store.find(Tenants.project(caller), job));
  }

  /** Carries out all there is, by the rules of the product. */
  private static void drain() {
    try (JobWorkers _ = new JobWorkers(store, RULES, 1)) {
      await("select not exists (select from job where ended_at is null)");
    }
  }

  private static void await(String condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!DATABASE.database().all(condition, row -> row.getBoolean(1)).getFirst()) {
      assertThat(System.nanoTime()).as("still not: %s", condition).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static long number(String sql) {
    return DATABASE.database().all(sql, row -> row.getLong(1)).getFirst();
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
