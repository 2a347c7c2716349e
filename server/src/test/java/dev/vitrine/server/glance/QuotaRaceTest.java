package dev.vitrine.server.glance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.access.Access;
import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.Content;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.image.Images;
import dev.vitrine.image.Inspect;
import dev.vitrine.image.LimitedResource;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.image.Quotas;
import dev.vitrine.limit.ProjectLimit;
import dev.vitrine.limit.ProjectLimitStore;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.start.Stores;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.tracing.Tracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several nodes on one database and one folder of blobs: none of them lets a project pass. */
@NullMarked
class QuotaRaceTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Cause CAUSE = new Cause("request", null);
  private static final int NODES = 4;
  private static final int TRIES = 24;
  private static final int IMAGES = 5;
  private static final int BYTES = 10;
  private static final int MIB = 1 << 20;
  private static final List<ImageEdit.Change> RAW =
      List.of(edit -> edit.diskFormat("raw"), edit -> edit.containerFormat("bare"));

  @TempDir static Path blobs;

  private static Tenants tenants;
  private static List<Node> nodes;

  /** As it is composed, on connections of its own. */
  private record Node(
      Database database, ProjectLimitStore limits, Function<ProjectQuotas, Images> images) {
    private static Node open(int number) {
      Database database = Database.open(DATABASE.address(), 6);
      Stores stores = Stores.in(database, Tracer.NONE);
      Access access = new Access(stores.authorizations());
      FileBlobs files;
      try {
        files = new FileBlobs(blobs, "node" + number, 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Node(
          database,
          stores.limits(),
          limits ->
              new Images(
                  stores.images(),
                  files,
                  access,
                  new Sharing.Rules(Consent.GLANCE, -1, -1, false, false, NativeApi.GLANCE),
                  stores.enterpriseProjects(),
                  Inspect.STRICT,
                  new Quotas(stores.images(), access, limits)));
    }
  }

  @BeforeAll
  static void open() {
    tenants = Tenants.in(DATABASE.database());
    nodes = IntStream.range(0, NODES).mapToObj(Node::open).toList();
  }

  @AfterAll
  static void close() {
    nodes.forEach(node -> node.database().close());
  }

  @BeforeEach
  void clear() {
    DATABASE.execute("truncate image cascade");
    DATABASE.execute("truncate project_limit");
  }

  private static List<Images> with(ProjectQuotas limits) {
    return nodes.stream().map(node -> node.images().apply(limits)).toList();
  }

  /** An attempt, the n-th. */
  @FunctionalInterface
  private interface Attempt {
    void run(Images node, int number) throws IOException;
  }

  /** Makes all attempts at once, on these nodes in turn; the reasons of those that are refused. */
  private static List<Refusal> refusals(List<Images> images, int attempts, Attempt attempt) {
    CountDownLatch begun = new CountDownLatch(attempts);
    List<CompletableFuture<@Nullable Refusal>> all = new ArrayList<>();
    for (int i = 0; i < attempts; i++) {
      int number = i;
      CompletableFuture<@Nullable Refusal> outcome = new CompletableFuture<>();
      all.add(outcome);
      Thread.startVirtualThread(
          () ->
              outcome.completeAsync(
                  () -> {
                    begun.countDown();
                    join(begun);
                    try {
                      attempt.run(images.get(number % images.size()), number);
                      return null;
                    } catch (Refused refused) {
                      return refused.refusal();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  },
                  Runnable::run));
    }
    List<Refusal> refusals = new ArrayList<>();
    for (CompletableFuture<@Nullable Refusal> one : all) {
      Refusal refusal = one.join();
      if (refusal != null) {
        refusals.add(refusal);
      }
    }
    return refusals;
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long owned(Caller caller, String what) {
    return DATABASE
        .database()
        .all(
            "select %s from image where owner = ?".formatted(what),
            row -> row.getLong(1),
            Tenants.project(caller).value())
        .getFirst();
  }

  @RepeatedTest(3)
  void ofManyThatAreCreatedAtOnceThereAreAsManyAsAreAllowed() {
    List<Images> images = with(new ProjectQuotas(OptionalLong.of(IMAGES), OptionalLong.empty()));

    List<Refusal> refusals =
        refusals(images, TRIES, (node, number) -> node.create(tenants.alice(), null, RAW, CAUSE));

    ProjectId alice = Tenants.project(tenants.alice());
    assertThat(refusals)
        .hasSize(TRIES - IMAGES)
        .containsOnly(new Refusal.ImageQuota(alice.value(), IMAGES, IMAGES));
    assertThat(owned(tenants.alice(), "count(*)")).isEqualTo(IMAGES);
  }

  private static String limit(Caller caller, LimitedResource resource, int maximum) {
    String id = Ids.next();
    nodes
        .getFirst()
        .limits()
        .add(List.of(new ProjectLimit(id, Tenants.project(caller), resource, maximum, null)));
    return id;
  }

  /** No setting limits anything, so that the project takes no turns before a node knows of it. */
  @RepeatedTest(3)
  void aProjectThatHasALimitOfItsOwnDoesNotPassItEither() {
    List<Images> images = with(ProjectQuotas.NONE);
    limit(tenants.alice(), LimitedResource.IMAGES, IMAGES);

    List<Refusal> refusals =
        refusals(
            images,
            TRIES,
            (node, number) ->
                node.create(number % 3 == 0 ? tenants.bob() : tenants.alice(), null, RAW, CAUSE));

    ProjectId alice = Tenants.project(tenants.alice());
    assertThat(refusals)
        .hasSize(TRIES - TRIES / 3 - IMAGES)
        .containsOnly(new Refusal.ImageQuota(alice.value(), IMAGES, IMAGES));
    assertThat(owned(tenants.alice(), "count(*)")).isEqualTo(IMAGES);
    assertThat(owned(tenants.bob(), "count(*)")).as("others").isEqualTo(TRIES / 3);
  }

  /** Whoever waits for the lock of its project holds a connection: of each node, one does. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void creationsOfAProjectThatHasALimitOfItsOwnTakeTurns(int number) throws Exception {
    List<Images> images = with(ProjectQuotas.NONE).subList(0, number);
    limit(tenants.alice(), LimitedResource.IMAGES, number + IMAGES);
    for (Images node : images) {
      node.create(tenants.alice(), null, RAW, CAUSE); // from now on it knows of the limit
    }
    CompletableFuture<List<Refusal>> refusals;
    try (Connection holder = connect()) {
      holder.setAutoCommit(false);
      try (PreparedStatement lock = holder.prepareStatement("select lock_owner(?)")) {
        lock.setString(1, Tenants.project(tenants.alice()).value());
        lock.execute();
      }
      refusals =
          CompletableFuture.supplyAsync(
              () ->
                  refusals(
                      images, TRIES, (node, i) -> node.create(tenants.alice(), null, RAW, CAUSE)),
              Thread::startVirtualThread);
      while (waiting() < number) {
        Thread.sleep(10);
      }
      for (Images node : images) {
        node.create(tenants.bob(), null, RAW, CAUSE);
      }
      assertThat(waiting()).isEqualTo(number);
    }

    assertThat(refusals.join()).hasSize(TRIES - IMAGES);
    assertThat(owned(tenants.alice(), "count(*)")).isEqualTo(number + IMAGES);
  }

  private static Connection connect() throws SQLException {
    Database.Address address = DATABASE.address();
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }

  /** Sessions that wait for the lock of a project. */
  private static long waiting() {
    return DATABASE
        .database()
        .all(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted",
            row -> row.getLong(1))
        .getFirst();
  }

  /** What one node has answered holds on the others for whatever begins then. */
  @Test
  void aChangeOfALimitHoldsOnAllNodesAtOnce() {
    List<Images> images = with(new ProjectQuotas(OptionalLong.of(1), OptionalLong.empty()));
    ProjectLimitStore limits = nodes.getFirst().limits();
    images.getFirst().create(tenants.alice(), null, RAW, CAUSE);
    assertThat(refusedOnEach(images)).as("the setting").containsOnly(true);

    String id = limit(tenants.alice(), LimitedResource.IMAGES, ProjectLimit.UNLIMITED);
    assertThat(refusedOnEach(images)).as("no limit").containsOnly(false);
    limits.update(id, old -> new ProjectLimit(id, old.project(), old.resource(), 1 + NODES, null));
    assertThat(refusedOnEach(images)).as("as many as it owns").containsOnly(true);
    limits.update(id, old -> new ProjectLimit(id, old.project(), old.resource(), 2, null));
    assertThat(refusedOnEach(images)).as("fewer than it owns").containsOnly(true);
    assertThat(owned(tenants.alice(), "count(*)")).isEqualTo(1 + NODES);
    limits.update(
        id, old -> new ProjectLimit(id, old.project(), old.resource(), 1 + 2 * NODES, null));
    assertThat(refusedOnEach(images)).as("more").containsOnly(false);
    limits.delete(id);
    assertThat(refusedOnEach(images)).as("the setting again").containsOnly(true);
  }

  private static List<Boolean> refusedOnEach(List<Images> images) {
    return images.stream()
        .map(
            node -> {
              try {
                node.create(tenants.alice(), null, RAW, CAUSE);
                return false;
              } catch (Refused refused) {
                return true;
              }
            })
        .toList();
  }

  /** Some are created, some get another owner, and some are deleted and make room. */
  @RepeatedTest(3)
  void howeverAnImageBecomesAProjectsItCounts() {
    List<Images> images = with(new ProjectQuotas(OptionalLong.of(IMAGES), OptionalLong.empty()));
    List<String> given =
        Stream.generate(
                () -> images.getFirst().create(tenants.bob(), null, RAW, CAUSE).id().toString())
            .limit(IMAGES)
            .toList();
    List<String> deleted =
        Stream.generate(
                () -> images.getFirst().create(tenants.alice(), null, RAW, CAUSE).id().toString())
            .limit(2)
            .toList();
    ProjectId alice = Tenants.project(tenants.alice());

    List<Refusal> refusals =
        refusals(
            images,
            TRIES,
            (node, number) -> {
              if (number < given.size()) {
                node.update(
                    tenants.admin(), given.get(number), List.of(edit -> edit.owner(alice)), CAUSE);
              } else if (number < given.size() + deleted.size()) {
                String image = deleted.get(number - given.size());
                node.delete(tenants.alice(), image, CAUSE);
              } else {
                node.create(tenants.alice(), null, RAW, CAUSE);
              }
            });

    assertThat(refusals).allMatch(Refusal.ImageQuota.class::isInstance);
    int added = TRIES - deleted.size() - refusals.size();
    assertThat(owned(tenants.alice(), "count(*)")).isEqualTo(added).isLessThanOrEqualTo(IMAGES);
    assertThat(added).isGreaterThanOrEqualTo(IMAGES - deleted.size());
  }

  /** All of them are on their way before the first has arrived, so that none is refused earlier. */
  @RepeatedTest(3)
  void ofManyUploadsAtOnceThereAreAsManyBytesAsAreAllowed() throws IOException {
    List<Images> images = with(new ProjectQuotas(OptionalLong.empty(), OptionalLong.of(BYTES)));
    List<String> queued = queued(images.getFirst());
    long before = files();
    CountDownLatch arriving = new CountDownLatch(queued.size());

    List<Refusal> refusals =
        refusals(
            images,
            queued.size(),
            (node, number) ->
                node.upload(tenants.alice(), queued.get(number), four(arriving), CAUSE));

    assertThat(refusals)
        .hasSize(queued.size() - BYTES / 4)
        .containsOnly(new Refusal.StorageQuota(4L, BYTES % 4));
    assertThat(owned(tenants.alice(), "sum(size)")).isEqualTo(8);
    assertThat(owned(tenants.alice(), "count(*) filter (where status = 'queued')")).isEqualTo(6);
    assertThat(files() - before).as("files").isEqualTo(2);
  }

  /** Eight images of alice without data. */
  private static List<String> queued(Images images) {
    return Stream.generate(() -> images.create(tenants.alice(), null, RAW, CAUSE).id().toString())
        .limit(8)
        .toList();
  }

  /** The limit is in MiB, and one of the images has as many. */
  @RepeatedTest(3)
  void ofManyUploadsOfAProjectWithALimitThereAreAsManyBytesAsItAllows() {
    List<Images> images = with(ProjectQuotas.NONE);
    List<String> queued = queued(images.getFirst());
    limit(tenants.alice(), LimitedResource.BYTES, 2);
    CountDownLatch arriving = new CountDownLatch(queued.size());

    List<Refusal> refusals =
        refusals(
            images,
            queued.size(),
            (node, number) ->
                node.upload(tenants.alice(), queued.get(number), some(MIB, arriving), CAUSE));

    assertThat(refusals)
        .hasSize(queued.size() - 2)
        .containsOnly(new Refusal.StorageQuota((long) MIB, 0));
    assertThat(owned(tenants.alice(), "sum(size)")).isEqualTo(2 * MIB);
  }

  /** Two that hold what there is do not leave room for a third, though none of them is stored. */
  @Test
  void whatArrivesAtOneNodeCountsBeforeItIsStored() {
    Images node = with(new ProjectQuotas(OptionalLong.empty(), OptionalLong.of(BYTES))).getFirst();
    List<String> queued =
        Stream.generate(() -> node.create(tenants.alice(), null, RAW, CAUSE).id().toString())
            .limit(3)
            .toList();
    CountDownLatch arrived = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    List<CompletableFuture<Void>> held =
        queued.subList(0, 2).stream()
            .map(image -> uploading(node, image, heldAtItsEnd(arrived, end)))
            .toList();
    join(arrived);

    assertThatThrownBy(
            () ->
                node.upload(tenants.alice(), queued.getLast(), four(new CountDownLatch(1)), CAUSE))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.refusal()).isEqualTo(new Refusal.StorageQuota(null, BYTES)));
    end.countDown();
    held.forEach(CompletableFuture::join);
    assertThat(owned(tenants.alice(), "sum(size)")).isEqualTo(8);

    // Nothing of what has ended is left over.
    node.delete(tenants.alice(), queued.getFirst(), CAUSE);
    uploading(node, queued.getLast(), four(new CountDownLatch(1))).join();
  }

  private static CompletableFuture<Void> uploading(Images node, String image, Content content) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            node.upload(tenants.alice(), image, content, CAUSE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  /** Four bytes, whose end comes when it is told to. */
  private static Content heldAtItsEnd(CountDownLatch arrived, CountDownLatch end) {
    return new Content() {
      private boolean isRead;

      @Override
      public @Nullable ByteBuffer next() {
        if (isRead) {
          arrived.countDown();
          join(end);
          return null;
        }
        isRead = true;
        return ByteBuffer.allocate(4);
      }
    };
  }

  private static Content four(CountDownLatch arriving) {
    return some(4, arriving);
  }

  /** Some bytes, which end when all of those that are counted have arrived. */
  private static Content some(int size, CountDownLatch arriving) {
    return new Content() {
      private boolean isRead;

      @Override
      public @Nullable ByteBuffer next() {
        if (isRead) {
          return null;
        }
        isRead = true;
        arriving.countDown();
        join(arriving);
        return ByteBuffer.allocate(size);
      }
    };
  }

  private static long files() throws IOException {
    try (Stream<Path> all = Files.walk(blobs)) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
