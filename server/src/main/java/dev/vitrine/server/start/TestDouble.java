package dev.vitrine.server.start;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.Blob;
import dev.vitrine.image.BlobStore;
import dev.vitrine.image.Content;
import dev.vitrine.job.Batch;
import dev.vitrine.job.Job;
import dev.vitrine.job.JobId;
import dev.vitrine.job.JobStore;
import dev.vitrine.job.Pair;
import dev.vitrine.postgres.bootstrap.Bootstrap.Account;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.testdouble.DatabaseClock;
import dev.vitrine.postgres.testdouble.Snapshot;
import dev.vitrine.server.http.Gate;
import dev.vitrine.server.testdouble.Faults;
import dev.vitrine.server.testdouble.MovableClock;
import dev.vitrine.server.testdouble.Seed;
import dev.vitrine.server.testdouble.TestRequests;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts that only an ephemeral server has: its clock, its faults, and its way back. */
final class TestDouble {
  private final MovableClock clock = new MovableClock();
  private final Faults faults = new Faults();
  private @Nullable ReturningBlobs blobs;

  /** Without path: what the driver calls {@code currentSchema}. */
  static Database.Address address(Database.Address plain) {
    return new Database.Address(
        plain.jdbcUrl() + "?currentSchema=" + DatabaseClock.SEARCH_PATH,
        plain.user(),
        plain.password());
  }

  /** Makes in an empty database what a double needs there, whatever its seed. */
  static void prepare(Database database) {
    DatabaseClock.install(database);
    Snapshot.prepare(database);
  }

  MovableClock clock() {
    return clock;
  }

  /** The same stores; their jobs hang when a rule says so. */
  Stores around(Stores stores) {
    return stores.with(new HangingJobs(stores.jobs(), faults));
  }

  /** The same blobs, which can go back to those of the seed. */
  BlobStore around(BlobStore store) {
    blobs = new ReturningBlobs(store);
    return blobs;
  }

  /**
   * Applies the seed, keeps the state, and opens the requests that lead back to it.
   *
   * @param database that is prepared
   * @param services with the stores, the blobs and the clock of this double
   * @param administrator the account {@code admin}
   * @param accounts receives those of the seed
   */
  Gate begin(
      Database database,
      Services services,
      Account administrator,
      @Nullable Seed seed,
      Consumer<List<Account>> accounts) {
    DatabaseClock databaseClock = new DatabaseClock(database);
    if (seed != null) {
      accounts.accept(new Seeding(services, administrator).apply(seed));
    }
    Snapshot snapshot = Snapshot.of(database);
    ReturningBlobs returning = Objects.requireNonNull(blobs);
    returning.begin();
    Runnable reset =
        () -> {
          snapshot.restore();
          returning.restore();
        };
    return new TestRequests(faults, clock, (Duration by) -> databaseClock.moveBy(by), reset);
  }

  /** Blobs of which those of the seed are never removed, and all others by a reset. */
  private static final class ReturningBlobs implements BlobStore {
    private final BlobStore store;
    private final Set<String> ofSeed = ConcurrentHashMap.newKeySet();
    private final Set<String> later = ConcurrentHashMap.newKeySet();
    private volatile boolean hasBegun;

    ReturningBlobs(BlobStore store) {
      this.store = store;
    }

    private void begin() {
      hasBegun = true;
    }

    private void restore() {
      for (String key : Set.copyOf(later)) {
        boolean _ = discard(key);
      }
    }

    @Override
    public Received receive(UserId sender, Content content) throws IOException {
      Received received = store.receive(sender, content);
      (hasBegun ? later : ofSeed).add(received.key());
      return received;
    }

    @Override
    public void keep(String key) {
      store.keep(key);
    }

    @Override
    public boolean discard(String key) {
      if (ofSeed.contains(key)) {
        return true;
      }
      later.remove(key);
      return store.discard(key);
    }

    @Override
    public Blob blob(String key, long length) {
      return store.blob(key, length);
    }

    @Override
    public void recover(Function<Set<String>, Set<String>> referenced) {
      store.recover(referenced);
    }
  }

  /** Jobs that nobody carries out while a rule says so. */
  private record HangingJobs(JobStore store, Faults faults) implements JobStore {
    @Override
    public @Nullable Done work(@Nullable ProjectId after, Judge judge, Sharing.Rules rules) {
      return faults.hangsJobs() ? null : store.work(after, judge, rules);
    }

    @Override
    public Found find(Caller caller, List<ImageId> images) {
      return store.find(caller, images);
    }

    @Override
    public @Nullable MemberId firstUnknown(List<MemberId> members) {
      return store.firstUnknown(members);
    }

    @Override
    public @Nullable Keyed findByKey(ProjectId project, Batch.Kind kind, String key) {
      return store.findByKey(project, kind, key);
    }

    @Override
    public boolean carriesOut() {
      return store.carriesOut();
    }

    @Override
    public boolean submit(Caller caller, Accepted accepted, Consumer<Found> check) {
      return store.submit(caller, accepted, check);
    }

    @Override
    public void endDone() {
      store.endDone();
    }

    @Override
    public List<Pair> rehearse(Accepted accepted, Judge judge, Sharing.Rules rules) {
      return store.rehearse(accepted, judge, rules);
    }

    @Override
    public @Nullable Job find(ProjectId project, JobId job) {
      return store.find(project, job);
    }

    @Override
    public List<Job> list(
        ProjectId project, @Nullable Boolean ended, @Nullable Job after, int limit) {
      return store.list(project, ended, after, limit);
    }

    @Override
    public List<Pair> pairs(JobId job) {
      return store.pairs(job);
    }

    @Override
    public void sweep(Duration kept) {
      store.sweep(kept);
    }
  }
}
