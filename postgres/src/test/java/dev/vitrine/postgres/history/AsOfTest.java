package dev.vitrine.postgres.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.access.Access;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.history.EventStore.ImageState;
import dev.vitrine.history.History;
import dev.vitrine.history.History.Way;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.BlobStore;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.image.Images;
import dev.vitrine.image.Inspect;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.image.Quotas;
import dev.vitrine.job.Batch;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.job.Jobs;
import dev.vitrine.login.Keys;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.directory.PostgresEnterpriseProjects;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.Visibility;
import dev.vitrine.tracing.Tracer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the history says of an instant is what the live tables said at that instant, after every
 * operation that can change it: random lives of images. And members are told of what changed their
 * access. In CI some hundred lives; {@code -Dvitrine.asof.histories=100000}, {@code
 * -Dvitrine.asof.seed=7}.
 */
@NullMarked
class AsOfTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final int HISTORIES = Integer.getInteger("vitrine.asof.histories", 200);

  /** Lives until all images are removed: what a project can use is read from all there are. */
  private static final int TOGETHER = 20;

  /** Lives whose beginning is removed. */
  private static final int KEPT = 60;

  private static final int STEPS = 10;
  private static final int AT_ONCE = 4;
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final Rules RULES =
      new Rules(Consent.STRICT, 128, 10, false, false, NativeApi.GLANCE);

  private static Tenants tenants;
  private static Database database;
  private static PostgresEvents events;
  private static Images images;
  private static Sharing sharing;
  private static Jobs jobs;
  private static JobWorkers workers;
  private static History history;
  private static List<String> members;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    tenants = Tenants.in(database);
    events = new PostgresEvents(database);
    PostgresImages store = new PostgresImages(database);
    Access access = new Access(new PostgresAuthorizations(database));
    images =
        new Images(
            store,
            noBlobs(),
            access,
            RULES,
            new PostgresEnterpriseProjects(database),
            Inspect.OFF,
            new Quotas(store, access, ProjectQuotas.NONE));
    sharing = new Sharing(new PostgresMembers(database), access, RULES);
    PostgresJobs ofJobs = new PostgresJobs(database, Tracer.NONE);
    workers = new JobWorkers(ofJobs, RULES, 1);
    jobs = new Jobs(ofJobs, access, RULES, new Jobs.Limits(100, 128), workers::wake);
    history = new History(events, store, access, RULES, InstantSource.system());
    members = List.of(Tenants.project(tenants.bob()).value(), "carol", "dave");
  }

  /** Bytes are not what this is about: an image gets them by its row, as the store writes it. */
  private static BlobStore noBlobs() {
    return (BlobStore)
        Proxy.newProxyInstance(
            AsOfTest.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            // Of an image that is deleted, there is nothing to delete.
            (proxy, method, values) -> method.getReturnType() == boolean.class ? true : null);
  }

  @AfterAll
  static void close() {
    workers.close();
  }

  @Test
  void theHistorySaysWhatTheLiveTablesSaid() {
    long seed = Long.getLong("vitrine.asof.seed", System.nanoTime());
    List<Random> randoms = IntStream.range(0, AT_ONCE).mapToObj(i -> new Random(seed + i)).toList();
    AtomicInteger instants = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int lived = 0; lived < HISTORIES; lived += TOGETHER) {
        removeImages();
        AtomicInteger lives = new AtomicInteger(Math.min(TOGETHER, HISTORIES - lived));
        randoms.stream()
            .map(
                random ->
                    CompletableFuture.runAsync(
                        () -> {
                          while (lives.getAndDecrement() > 0) {
                            Life life = new Life(random);
                            instants.addAndGet(life.live(seed));
                            told.addAndGet(life.checkTold(seed));
                          }
                        },
                        threads))
            .toList()
            .forEach(CompletableFuture::join);
      }
    }
    System.out.printf(
        "As of: %d histories, %d instants, %d told; seed %d%n",
        HISTORIES, instants.get(), told.get(), seed);
    assertThat(instants.get()).isGreaterThan(HISTORIES);
    assertThat(told.get()).isGreaterThan(HISTORIES / 10);
  }

  /** As if all of it had happened before the upgrade that brought the table. */
  @Test
  void theUpgradeTellsMembersOfWhatHappenedBefore() throws IOException {
    long seed = Long.getLong("vitrine.asof.seed", System.nanoTime());
    Random random = new Random(seed);
    removeImages();
    for (int i = 0; i < 4 * TOGETHER; i++) {
      new Life(random).live(seed);
    }
    List<String> told = told();
    String migration =
        new String(
            Objects.requireNonNull(
                    PostgresEvents.class.getResourceAsStream(
                        "/dev/vitrine/postgres/migrations/V25__history_of_members.sql"))
                .readAllBytes(),
            UTF_8);

    DATABASE.execute("truncate image_event_member");
    DATABASE.execute(migration.substring(migration.indexOf("insert into image_event_member")));

    assertThat(told).as("seed %d", seed).isNotEmpty();
    assertThat(told()).as("seed %d", seed).isEqualTo(told);
  }

  /** Each has an id of its own: the upgrade tells by it whom a deletion removed. */
  private static Cause request() {
    return new Cause("request-" + REQUESTS.incrementAndGet(), null);
  }

  private static void removeImages() {
    DATABASE.execute("truncate image, image_event, image_event_member, deleted_image cascade");
  }

  private static List<String> told() {
    return database.all(
        "select t::text from image_event_member t order by image_id, event_id, member_id",
        row -> row.getString(1));
  }

  /** What the answers about later instants need stays. */
  @Test
  void whatIsTooOldIsRemovedAndLaterAnswersStay() {
    long seed = Long.getLong("vitrine.asof.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Life> lives = new ArrayList<>();
    for (int i = 0; i < KEPT; i++) {
      Life life = new Life(random);
      life.begin();
      life.act(STEPS);
      lives.add(life);
    }
    DATABASE.execute("update image_event set at = at - interval '10 days'");
    AnchorKey key = AnchorKey.of(Keys.random());
    DATABASE.awaitOlderTransactions();
    Seals seals = new Seals(database, key, Duration.ZERO);
    while (seals.next()) {
      // Again: there is more.
    }
    DATABASE.execute(
        """
        update image_seal set day = day - 10; update access_seal set day = day - 10;
        update history_sealed set day = day - 10
        """);
    assertThat(seals.next()).as("that day is anchored").isTrue();
    long before = events();

    Retention retention = new Retention(database, key, Duration.ofDays(5));
    database.inTransaction(
        session -> {
          session.change("set local idle_in_transaction_session_timeout = 0");
          session.first(Retention.LOCK, row -> row.getBoolean(1));
          CompletableFuture.runAsync(() -> removeAll(retention)).join();
          return true;
        });
    assertThat(events()).as("another node removes them").isEqualTo(before);
    removeAll(retention);

    assertThat(events()).as("that node has failed").isLessThan(before);
    Instant cut = Objects.requireNonNull(events.beginning());
    for (Life life : lives) {
      life.check(cut, seed);
      life.act(STEPS);
    }
    for (Life life : lives) {
      life.checkAll(seed);
    }
    assertThatThrownBy(() -> history.usable(tenants.alice(), cut.minusMillis(1), null, 1))
        .isInstanceOf(Refused.class);
    while (seals.next()) {
      // Again: there is more.
    }
    List<String> findings = new ArrayList<>();
    new Audit(key, List.of(), findings::add, read -> {}).verify(database);
    assertThat(findings).as("seed %d", seed).isEmpty();
  }

  private static void removeAll(Retention retention) {
    while (retention.next()) {
      // Again: there is more.
    }
  }

  private static long events() {
    return Objects.requireNonNull(
        database.first("select count(*) from image_event", row -> row.getLong(1)));
  }

  /** How an image is, and what two projects can do with it; times of last changes are left out. */
  private record State(
      @Nullable String image, Map<String, String> members, List<@Nullable Set<Way>> ways) {}

  /** One image, from its creation on. */
  private static final class Life {
    private static final String BATCH = "batch";

    private final Random random;
    private final ImageId image = ImageId.next();
    private final List<Instant> instants = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    Life(Random random) {
      this.random = random;
    }

    int live(long seed) {
      note("nothing");
      begin();
      act(STEPS);
      return checkAll(seed);
    }

    void begin() {
      tenants.insert(
          new PostgresImages(database), Tenants.queued(image, Tenants.project(tenants.alice())));
      note("created");
    }

    void act(int steps) {
      for (int i = 0; i < steps; i++) {
        String step;
        try {
          step = act();
        } catch (Refused refused) {
          continue;
        }
        note(step);
      }
    }

    /** At that instant the image was as it is noted last; what is noted before is forgotten. */
    void check(Instant instant, long seed) {
      assertThat(state(instant))
          .as("seed %d, image %s, after %s", seed, image, done)
          .isEqualTo(states.getLast());
      instants.clear();
      states.clear();
    }

    int checkAll(long seed) {
      for (int i = 0; i < instants.size(); i++) {
        assertThat(state(instants.get(i)))
            .as("seed %d, image %s, %d of %s", seed, image, i, done)
            .isEqualTo(states.get(i));
      }
      return instants.size();
    }

    /**
     * Each member was told of what changed its access, by what was seen before and after each step,
     * and of nothing else.
     *
     * @return how many times
     */
    int checkTold(long seed) {
      List<String> expected = new ArrayList<>();
      for (int i = 1; i < states.size(); i++) {
        State before = states.get(i - 1);
        State after = states.get(i);
        // A batch that shares a private image ends the memberships of before, and begins others.
        if (before.image() != null && !done.get(i).equals(BATCH)) {
          String change = change(before.image().split(" ", -1), after.image());
          before.members().keySet().stream()
              .filter(member -> change != null)
              .filter(member -> after.image() == null || after.members().containsKey(member))
              .forEach(member -> expected.add(member + " " + change));
        }
      }
      assertThat(
              database.all(
                  """
                  select t.member_id || ' ' || e.change as told
                  from image_event_member t join image_event e on e.image_id = t.image_id and e.event_id = t.event_id
                  where t.image_id = ? and t.at = e.at order by e.event_id, t.member_id
                  """,
                  row -> row.getString("told"),
                  image.value()))
          .as("seed %d, image %s, %s", seed, image, done)
          .isEqualTo(expected);
      return expected.size();
    }

    /** Owner, visibility and status, of which one changed. */
    private static @Nullable String change(String[] before, @Nullable String image) {
      if (image == null) {
        return "deleted";
      }
      String[] after = image.split(" ", -1);
      if (before[1].equals("PRIVATE") != after[1].equals("PRIVATE")) {
        return "visibility_changed";
      }
      if (before[2].equals(after[2]) || after[1].equals("PRIVATE")) {
        return null;
      }
      return after[2].equals("DEACTIVATED")
          ? "deactivated"
          : before[2].equals("DEACTIVATED") ? "reactivated" : null;
    }

    /** Remembers the state of now, and an instant at which nothing else happened. */
    private void note(String step) {
      done.add(step);
      instants.add(
          Objects.requireNonNull(
              database.first("select clock_timestamp() as at", row -> Rows.time(row, "at"))));
      states.add(state(null));
    }

    private State state(@Nullable Instant asOf) {
      ImageState found = events.image(image, asOf);
      Map<String, String> of = new TreeMap<>();
      if (found != null) {
        events
            .members(image, asOf, null, null, 100)
            .forEach(one -> of.put(one.member().value(), one.status().word()));
      }
      return new State(
          found == null
              ? null
              : "%s %s %s".formatted(found.owner(), found.visibility(), found.status()),
          of,
          List.of(ways(tenants.alice(), asOf), ways(tenants.bob(), asOf)));
    }

    private Set<Way> ways(Caller caller, @Nullable Instant asOf) {
      ImageId before =
          new ImageId(
              new UUID(
                  image.value().getMostSignificantBits(),
                  image.value().getLeastSignificantBits() - 1));
      return history.usable(caller, asOf, before, 1).stream()
          .filter(one -> one.image().image().equals(image))
          .findAny()
          .map(History.Usable::ways)
          .orElse(EnumSet.noneOf(Way.class));
    }

    private String text() {
      return image.toString();
    }

    private String act() {
      Caller alice = tenants.alice();
      String member = members.get(random.nextInt(members.size()));
      return switch (random.nextInt(15)) {
        case 0, 1 -> {
          sharing.add(alice, text(), new MemberId(member), request());
          yield "add " + member;
        }
        case 2 -> {
          sharing.remove(alice, text(), member, request());
          yield "remove " + member;
        }
        case 3, 4 -> {
          MemberStatus status = List.of(MemberStatus.values()).get(random.nextInt(3));
          sharing.setStatus(
              tenants.bob(), text(), members.getFirst(), status.word(), null, request());
          yield "set " + status;
        }
        case 5, 6, 7 -> {
          Visibility visibility = List.of(Visibility.values()).get(random.nextInt(4));
          images.update(
              tenants.admin(), text(), List.of(edit -> edit.visibility(visibility)), request());
          yield visibility.word();
        }
        case 8 -> {
          Caller owner = random.nextBoolean() ? alice : tenants.bob();
          images.update(
              tenants.admin(),
              text(),
              List.of(edit -> edit.owner(Tenants.project(owner))),
              request());
          yield "owner " + owner.project();
        }
        case 9 -> {
          images.deactivate(tenants.admin(), text(), request());
          yield "deactivate";
        }
        case 10 -> {
          images.reactivate(tenants.admin(), text(), request());
          yield "reactivate";
        }
        case 11 -> {
          batch(random.nextBoolean() ? Batch.Kind.ADD : Batch.Kind.REMOVE, member);
          yield BATCH;
        }
        case 12 -> {
          store();
          yield "store";
        }
        case 13 -> {
          String name = request().request();
          images.update(tenants.admin(), text(), List.of(edit -> edit.name(name)), request());
          yield "name";
        }
        default -> {
          if (random.nextInt(3) == 0) {
            images.delete(tenants.admin(), text(), request());
            yield "delete";
          }
          yield "wait";
        }
      };
    }

    private void store() {
      var found = new PostgresImages(database).find(tenants.alice(), image).image();
      if (found != null) {
        new PostgresImages(database)
            .store(
                tenants.alice(),
                found,
                new StoredData(UUID.randomUUID().toString(), 1, null, "", ""),
                ImageStatus.ACTIVE,
                request(),
                null);
      }
    }

    private void batch(Batch.Kind kind, String member) {
      var id =
          jobs.submit(
              tenants.alice(),
              new Batch(kind, List.of(text()), List.of(new MemberId(member)), null, null, false),
              new Jobs.Submission(request(), null, ""));
      while (jobs.show(tenants.alice(), id.value(), Operation.SHOW_JOB_REASONS).endedAt() == null) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
    }
  }
}
