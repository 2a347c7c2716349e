package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Batches of 50 images with 100 projects, while the server, its database or both are killed at a
 * random moment: after the next start each pair has been done exactly once, and the job ends.
 *
 * <p>A few rounds by default; {@code -Dvitrine.crash.rounds=100} for more, {@code
 * -Dvitrine.crash.seed} for the same again.
 */
class BatchCrashTest {
  private static final int ROUNDS = Integer.getInteger("vitrine.crash.rounds", 4);
  private static final long SEED = Long.getLong("vitrine.crash.seed", System.nanoTime());
  private static final int IMAGES = 50;
  private static final int MEMBERS = 100;
  private static final int KNOWN_MEMBERS = 130;

  /** Most batches end earlier than this. */
  private static final int LATEST_KILL_MILLIS = 500;

  private final Random random = new Random(SEED);

  /** The expected state: the members of each image, and how often each was added and removed. */
  private final Map<String, Set<String>> model = new TreeMap<>();

  private long added;
  private long removed;
  private int unanswered;
  private int unfinished;

  @Test
  void whateverIsKilledEachPairIsDoneOnce() {
    Path data = RunningServer.startedData();
    RunningServer server = start(data);
    try {
      Administrator admin = Administrator.of(server);
      List<String> images = new Batches(admin).images(IMAGES);
      images.forEach(image -> model.put(image, new TreeSet<>()));
      for (int round = 1; round <= ROUNDS; round++) {
        server = round(round, images, admin, server, data);
      }
    } finally {
      server.terminate();
      server.exitCode();
      RunningServer.delete(data.resolveSibling(""));
    }
    System.out.printf(
        "Crash test: %d rounds, %d pairs; killed before the answer %d, before the end %d; seed %d%n",
        ROUNDS, ROUNDS * IMAGES * MEMBERS, unanswered, unfinished, SEED);
  }

  private static RunningServer start(Path data) {
    return RunningServer.startOn(data, "--sharing.members=any", "--sharing.max-members=-1");
  }

  private RunningServer round(
      int round, List<String> images, Administrator admin, RunningServer server, Path data) {
    String method = random.nextInt(3) == 0 ? "DELETE" : "POST";
    List<String> members = someMembers();
    String key = "round-" + round;
    Victim victim = Victim.any(random);
    Batches before = new Batches(admin.at(server));
    CompletableFuture<String> submitted =
        CompletableFuture.supplyAsync(() -> before.submit(method, images, members, key));
    pause(random.nextInt(LATEST_KILL_MILLIS));
    Instant killed = Instant.now();
    victim.kill(server);
    String told = orNothing(submitted);

    RunningServer next = start(data);
    Batches after = new Batches(admin.at(next));
    // A client that got no response asks again; one that got a response gets the same response
    // again.
    String job = after.submit(method, images, members, key);
    if (told != null) {
      assertThat(job).isEqualTo(told);
    }
    JsonNode ended = after.ended(job);

    String what = "round %d, %s, killed %s, seed %d".formatted(round, method, victim, SEED);
    assertThat(ended.path("status").asText()).as(what).isEqualTo("SUCCESS");
    assertThat(ended.path("begin_time").asText())
        .as(what)
        .isLessThanOrEqualTo(ended.path("end_time").asText());
    unfinished += Instant.parse(ended.path("end_time").asText()).isAfter(killed) ? 1 : 0;
    expect(method, images, members);
    images.forEach(image -> assertThat(after.members(image)).as(what).isEqualTo(model.get(image)));
    assertThat(history(next)).as(what).containsExactly(added, removed);
    return next;
  }

  private List<String> someMembers() {
    List<String> members =
        new ArrayList<>(IntStream.range(0, KNOWN_MEMBERS).mapToObj("%032x"::formatted).toList());
    Collections.shuffle(members, random);
    return members.subList(0, MEMBERS);
  }

  private void expect(String method, List<String> images, List<String> members) {
    for (String image : images) {
      Set<String> there = Objects.requireNonNull(model.get(image));
      int before = there.size();
      if (method.equals("POST")) {
        there.addAll(members);
        added += there.size() - before;
      } else {
        there.removeAll(members);
        removed += before - there.size();
      }
    }
  }

  private @Nullable String orNothing(CompletableFuture<String> submitted) {
    try {
      return submitted.join();
    } catch (CompletionException e) {
      unanswered++;
      return null;
    }
  }

  /** How many memberships were ever made, and how many were ended. */
  private static List<Long> history(RunningServer server) {
    String counts =
        """
        select count(*) filter (where from_status is null),
          count(*) filter (where to_status is null)
        from image_event
        where member_id is not null
        """;
    return server.query(counts, row -> List.of(row.getLong(1), row.getLong(2))).getFirst();
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
