package dev.vitrine.postgres.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.BlobStore;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.image.Images;
import dev.vitrine.image.Inspect;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.image.Quotas;
import dev.vitrine.job.Batch;
import dev.vitrine.job.Job;
import dev.vitrine.job.JobId;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.job.Jobs;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.directory.PostgresEnterpriseProjects;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.postgres.sharing.History.Kind;
import dev.vitrine.refusal.Refusal;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever clients do at once on several nodes, requests and batches, is as if they had done it one
 * after the other: random histories of a few members at a low limit, each searched for such an
 * order. In CI for some seconds; {@code -Dvitrine.histories.seconds=3600}, {@code
 * -Dvitrine.histories.seed=7}.
 */
@NullMarked
class HistoriesTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Duration LONG =
      Duration.ofSeconds(Integer.getInteger("vitrine.histories.seconds", 6));
  private static final int NODES = 3;
  private static final int CLIENTS = 6;
  private static final int EACH = 4;
  private static final int AT_ONCE = 4;
  private static final int LIMIT = 2;
  private static final Cause REQUEST = new Cause("request", null);
  private static final Rules RULES =
      new Rules(Consent.GLANCE, LIMIT, LIMIT, false, false, NativeApi.GLANCE);

  /** By the product's rules, on connections of its own. */
  private record Node(
      Database database, Images images, Sharing sharing, Jobs jobs, JobWorkers workers) {
    private static Node open() {
      Database database = Database.open(DATABASE.address(), 10);
      Access access = new Access(new PostgresAuthorizations(database));
      PostgresJobs store = new PostgresJobs(database, Tracer.NONE);
      JobWorkers workers = new JobWorkers(store, RULES, 1);
      return new Node(
          database,
          new Images(
              new PostgresImages(database),
              noBlobs(),
              access,
              RULES,
              new PostgresEnterpriseProjects(database),
              Inspect.OFF,
              new Quotas(new PostgresImages(database), access, ProjectQuotas.NONE)),
          new Sharing(new PostgresMembers(database), access, RULES),
          new Jobs(store, access, RULES, new Jobs.Limits(100, 128), workers::wake),
          workers);
    }

    /** Nobody asks for bytes. */
    private static BlobStore noBlobs() {
      return (BlobStore)
          Proxy.newProxyInstance(
              HistoriesTest.class.getClassLoader(),
              new Class<?>[] {BlobStore.class},
              (proxy, method, values) -> {
                throw new IOException("no bytes here");
              });
    }

    private void close() {
      workers.close();
      database.close();
    }
  }

  private static Tenants tenants;
  private static String bob;
  private static List<String> members;
  private static List<Node> nodes;

  @BeforeAll
  static void open() {
    tenants = Tenants.in(DATABASE.database());
    bob = Tenants.project(tenants.bob()).value();
    members = List.of(bob, "carol", "dave");
    nodes = IntStream.range(0, NODES).mapToObj(i -> Node.open()).toList();
  }

  @AfterAll
  static void close() {
    nodes.forEach(Node::close);
  }

  @Test
  void allHistoriesAreLinearizable() {
    long seed = Long.getLong("vitrine.histories.seed", System.nanoTime());
    Instant end = Instant.now().plus(LONG);
    AtomicInteger histories = new AtomicInteger();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, AT_ONCE)
          .mapToObj(
              i ->
                  CompletableFuture.runAsync(
                      () -> {
                        Random random = new Random(seed + i);
                        while (Instant.now().isBefore(end)) {
                          History history = new Play(random).history();
                          histories.incrementAndGet();
                          if (!history.isLinearizable()) {
                            wrong.add(history.toString());
                          }
                        }
                      },
                      threads))
          .toList()
          .forEach(CompletableFuture::join);
    }
    System.out.printf(
        "Histories: %d, of them %d not linearizable; seed %d%n",
        histories.get(), wrong.size(), seed);
    assertThat(wrong.stream().limit(3)).as("%d of %d", wrong.size(), histories.get()).isEmpty();
  }

  /** The search itself: an answer that was told too late, and one that nobody could have told. */
  @Test
  void whatIsNotLinearizableIsFound() {
    History.Operation added =
        new History.Operation(Kind.ADD, List.of("carol"), null, 0, 0, 1, "200");
    History.Operation removed =
        new History.Operation(Kind.REMOVE, List.of("carol"), null, 0, 2, 3, "204");
    History.Operation stale =
        new History.Operation(Kind.LIST, List.of(), null, 0, 4, 5, "{carol=pending}");
    History.Operation asked =
        new History.Operation(Kind.LIST, List.of(), null, 0, 1, 5, "{carol=pending}");
    History.Operation accepted =
        new History.Operation(Kind.ACCEPT_ADD, List.of("carol"), null, 1, 0, 1, "accepted");
    History.Operation undone =
        new History.Operation(Kind.DONE, List.of(), null, 1, 0, 6, "[success]");
    History.Operation back =
        new History.Operation(Kind.SHOW, List.of("carol"), null, 0, 7, 8, "pending");

    assertThat(new History(List.of(added, removed, asked), LIMIT, bob).isLinearizable()).isTrue();
    assertThat(new History(List.of(added, removed, stale), LIMIT, bob).isLinearizable()).isFalse();
    History.Operation first =
        new History.Operation(Kind.ADD, List.of("carol"), null, 0, 2, 3, "200");
    History.Operation last =
        new History.Operation(Kind.REMOVE, List.of("carol"), null, 0, 4, 5, "204");
    assertThat(
            new History(List.of(accepted, first, last, undone, back), LIMIT, bob).isLinearizable())
        .isFalse();
  }

  /** One image, some clients. */
  private static final class Play {
    private final Random random;
    private final ImageId image = ImageId.next();
    private final List<History.Operation> told = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger jobs = new AtomicInteger();
    private final List<CompletableFuture<?>> ends = Collections.synchronizedList(new ArrayList<>());

    Play(Random random) {
      this.random = random;
      tenants.insert(
          new PostgresImages(DATABASE.database()),
          Tenants.queued(image, tenants.alice().project()));
      DATABASE
          .database()
          .change("update image set status = 'active' where image_id = ?", image.value());
    }

    History history() {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<CompletableFuture<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          Random own = new Random(random.nextLong());
          Node node = nodes.get(i % NODES);
          clients.add(
              CompletableFuture.runAsync(
                  () -> IntStream.range(0, EACH).forEach(n -> act(node, own, threads)), threads));
        }
        clients.forEach(CompletableFuture::join);
        List.copyOf(ends).forEach(CompletableFuture::join);
      }
      Node last = nodes.getFirst();
      members.forEach(member -> show(last, member));
      list(last);
      return new History(told, LIMIT, bob);
    }

    private void act(Node node, Random own, ExecutorService threads) {
      String member = members.get(own.nextInt(members.size()));
      MemberStatus status = List.of(MemberStatus.values()).get(own.nextInt(3));
      switch (own.nextInt(16)) {
        case 0, 1, 2 ->
            ask(
                Kind.ADD,
                List.of(member),
                () -> {
                  node.sharing().add(tenants.alice(), text(), new MemberId(member), REQUEST);
                  return "200";
                });
        case 3, 4 ->
            ask(
                Kind.REMOVE,
                List.of(member),
                () -> {
                  node.sharing().remove(tenants.alice(), text(), member, REQUEST);
                  return "204";
                });
        case 5, 6 ->
            ask(
                Kind.ANSWER,
                List.of(bob),
                status.word(),
                () -> {
                  node.sharing()
                      .setStatus(tenants.bob(), text(), bob, status.word(), null, REQUEST);
                  return "200";
                });
        case 7 -> visibility(node, Kind.SHARE, Visibility.SHARED);
        case 8 -> visibility(node, Kind.CLOSE, Visibility.PRIVATE);
        case 9 -> list(node);
        case 10 -> show(node, member);
        case 11 ->
            ask(
                Kind.SEE,
                List.of(),
                () -> {
                  node.images().show(tenants.bob(), text());
                  return "200";
                });
        case 12, 13 -> batch(node, own, Kind.ACCEPT_ADD, some(own), null, threads);
        case 14 -> batch(node, own, Kind.ACCEPT_REMOVE, some(own), null, threads);
        default ->
            batch(
                node,
                own,
                Kind.ACCEPT_ANSWER,
                List.of(bob),
                own.nextBoolean() ? MemberStatus.ACCEPTED : MemberStatus.REJECTED,
                threads);
      }
    }

    private static List<String> some(Random own) {
      List<String> some = new ArrayList<>(members);
      Collections.shuffle(some, own);
      return List.copyOf(some.subList(0, 1 + own.nextInt(2)));
    }

    private String text() {
      return image.toString();
    }

    private void visibility(Node node, Kind kind, Visibility visibility) {
      List<ImageEdit.Change> change = List.of(edit -> edit.visibility(visibility));
      ask(
          kind,
          List.of(),
          () -> {
            node.images().update(tenants.alice(), text(), change, new Cause("update", null));
            return "200";
          });
    }

    private void list(Node node) {
      ask(
          Kind.LIST,
          List.of(),
          () -> {
            Map<String, String> listed = new TreeMap<>();
            node.sharing()
                .list(tenants.alice(), text(), null, 100)
                .members()
                .forEach(member -> listed.put(member.id().value(), member.status().word()));
            return listed.toString();
          });
    }

    private void show(Node node, String member) {
      ask(
          Kind.SHOW,
          List.of(member),
          () ->
              node.sharing()
                  .show(tenants.alice(), text(), member, Operation.SHOW_MEMBER)
                  .status()
                  .word());
    }

    private void batch(
        Node node,
        Random own,
        Kind kind,
        List<String> some,
        @Nullable MemberStatus status,
        ExecutorService threads) {
      int number = jobs.incrementAndGet();
      Caller caller = kind == Kind.ACCEPT_ANSWER ? tenants.bob() : tenants.alice();
      Batch batch =
          new Batch(
              kind == Kind.ACCEPT_ADD
                  ? Batch.Kind.ADD
                  : kind == Kind.ACCEPT_REMOVE ? Batch.Kind.REMOVE : Batch.Kind.UPDATE,
              List.of(text()),
              some.stream().map(MemberId::new).toList(),
              status,
              null,
              false);
      long called = System.nanoTime();
      JobId job = null;
      String answer;
      try {
        job = node.jobs().submit(caller, batch, new Jobs.Submission(REQUEST, null, "hash"));
        answer = "accepted";
      } catch (Refused e) {
        answer = code(e.refusal());
      }
      String word = status == null ? null : status.word();
      told.add(new History.Operation(kind, some, word, number, called, System.nanoTime(), answer));
      if (job != null) {
        JobId accepted = job;
        CompletableFuture<?> end =
            CompletableFuture.runAsync(() -> end(node, caller, accepted, number, called), threads);
        ends.add(end);
        if (own.nextBoolean()) {
          end.join();
        }
      }
    }

    private void end(Node node, Caller caller, JobId id, int number, long called) {
      Job job = node.jobs().show(caller, id.value(), Operation.SHOW_JOB);
      while (job.endedAt() == null) {
        pause();
        job = node.jobs().show(caller, id.value(), Operation.SHOW_JOB);
      }
      long answered = System.nanoTime();
      List<String> outcomes =
          node.jobs().pairs(job).stream().map(pair -> pair.outcome().word()).toList();
      told.add(
          new History.Operation(
              Kind.DONE, List.of(), null, number, called, answered, outcomes.toString()));
    }

    private static void pause() {
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void ask(Kind kind, List<String> about, Supplier<String> question) {
      ask(kind, about, null, question);
    }

    private void ask(
        Kind kind, List<String> about, @Nullable String status, Supplier<String> question) {
      long called = System.nanoTime();
      String answer;
      try {
        answer = question.get();
      } catch (Refused e) {
        answer = code(e.refusal());
      }
      told.add(new History.Operation(kind, about, status, 0, called, System.nanoTime(), answer));
    }

    private static String code(Refusal refusal) {
      if (refusal instanceof Refusal.ImageNotFound || refusal instanceof Refusal.MemberNotFound) {
        return "404";
      }
      if (refusal instanceof Refusal.DuplicateMember) {
        return "409";
      }
      if (refusal instanceof Refusal.MemberLimit) {
        return "413";
      }
      return refusal instanceof Refusal.NotShared ? "403" : Objects.toString(refusal);
    }
  }
}
