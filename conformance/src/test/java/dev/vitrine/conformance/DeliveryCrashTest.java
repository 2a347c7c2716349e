package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Offers, withdrawals, deactivations and batches, while the server, its database or both are killed
 * at a random moment, and while the receiver of a webhook fails now and then. In the end the
 * receiver has been told each event that was committed at least once, no other, and those of an
 * image in their order.
 *
 * <p>A few rounds by default; {@code -Dvitrine.crash.rounds=100} for more, {@code
 * -Dvitrine.crash.seed} for the same moments again.
 */
class DeliveryCrashTest {
  private static final int ROUNDS = Integer.getInteger("vitrine.crash.rounds", 3);
  private static final long SEED = Long.getLong("vitrine.crash.seed", System.nanoTime());
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int IMAGES = 6;
  private static final int MEMBERS = 20;
  private static final int CLIENTS = 3;

  /** Of a round; deliveries begin a second after an event. */
  private static final int LATEST_KILL_MILLIS = 3_000;

  /** Each failure keeps the later events of its image waiting for some seconds. */
  private static final int FAILS_ONE_IN = 200;

  /** Of a client between two changes: as many events as can be delivered in a few seconds. */
  private static final int PAUSE_MILLIS = 30;

  private final Random random = new Random(SEED);
  private final AtomicInteger keys = new AtomicInteger();

  /** An event of an image: its number is unique in the database. */
  private record Event(String image, long number) {}

  /** What the receiver took, in the order of its answers. */
  private final Queue<JsonNode> taken = new ConcurrentLinkedQueue<>();

  @Test
  void everyCommittedEventIsToldAndNoOther() throws IOException {
    Path data = RunningServer.unpackedData();
    RunningServer server = start(data);
    try (WebhookReceiver receiver = new WebhookReceiver(this::answer)) {
      Administrator admin = Administrator.of(server);
      List<String> images = new Batches(admin).images(IMAGES);
      String webhook = webhook(admin, receiver);
      for (int round = 1; round <= ROUNDS; round++) {
        List<Thread> clients = clients(admin.at(server), images);
        pause(random.nextInt(LATEST_KILL_MILLIS));
        Victim.any(random).kill(server);
        for (Thread client : clients) {
          join(client);
        }
        server = start(data);
      }
      awaitDelivered(admin.at(server), webhook);
      compare(server);
    } finally {
      server.terminate();
      server.exitCode();
      RunningServer.delete(data.resolveSibling(""));
    }
  }

  private static RunningServer start(Path data) {
    return RunningServer.startOn(
        data, "--sharing.members=any", "--sharing.max-members=-1", "--webhooks.allow=127.0.0.0/8");
  }

  private int answer(JsonNode event) {
    if (ThreadLocalRandom.current().nextInt(FAILS_ONE_IN) == 0) {
      return 500;
    }
    taken.add(event);
    return 204;
  }

  private static String webhook(Administrator admin, WebhookReceiver receiver) {
    Response made =
        admin
            .server()
            .call(
                "POST",
                "/vitrine/v1/webhooks",
                "{\"url\": \"%s\"}".formatted(receiver.url("crash")));
    return made.json().at("/webhook/id").asText();
  }

  /** Clients that change something until the server is gone. */
  private List<Thread> clients(Administrator admin, List<String> images) {
    return IntStream.range(0, CLIENTS)
        .mapToObj(
            _ -> {
              Random own = new Random(random.nextLong());
              return Thread.startVirtualThread(() -> changeUntilGone(admin, images, own));
            })
        .toList();
  }

  private void changeUntilGone(Administrator admin, List<String> images, Random own) {
    try {
      while (true) {
        change(admin, images, own);
        pause(PAUSE_MILLIS);
      }
    } catch (RequestFailed | UncheckedIOException gone) {
      // It was killed.
    } catch (AssertionError refused) {
      // A batch while the database was gone.
    }
  }

  /** Many of them are refused, such as an offer to a member. */
  private void change(Administrator admin, List<String> images, Random own) {
    String image = images.get(own.nextInt(IMAGES));
    String members = "/v2/images/" + image + "/members";
    String member = "%032x".formatted(own.nextInt(MEMBERS));
    switch (own.nextInt(10)) {
      case 0, 1, 2, 3 ->
          admin.server().send("POST", members, "{\"member\": \"%s\"}".formatted(member));
      case 4, 5, 6 -> admin.server().send("DELETE", members + "/" + member, null);
      case 7 -> {
        admin.server().send("POST", "/v2/images/" + image + "/actions/deactivate", "");
        admin.server().send("POST", "/v2/images/" + image + "/actions/reactivate", "");
      }
      default ->
          new Batches(admin)
              .submit(
                  own.nextBoolean() ? "POST" : "DELETE",
                  images,
                  IntStream.range(0, 5).mapToObj("%032x"::formatted).toList(),
                  "batch-" + keys.incrementAndGet());
    }
  }

  private static void awaitDelivered(Administrator admin, String webhook) {
    long last = System.nanoTime() + TIMEOUT.toNanos();
    // Longer than it takes until a committed event is queued.
    for (int quiet = 0; quiet < 20; ) {
      JsonNode deliveries =
          admin.get("/vitrine/v1/webhooks/" + webhook).json().at("/webhook/deliveries");
      assertThat(deliveries.path("parked").asLong()).isZero();
      quiet = deliveries.path("pending").asLong() == 0 ? quiet + 1 : 0;
      assertThat(System.nanoTime()).as("%s", deliveries).isLessThan(last);
      pause(200);
    }
  }

  private void compare(RunningServer server) {
    Map<Event, String> committed = new LinkedHashMap<>();
    server
        .query(
            """
            select image_id::text, event_id,
              case when change is not null then 'image.' || change
                when to_status is null then 'offer.withdrawn' else 'offer.created' end
            from image_event where member_id is not null or change = 'deactivated'
            """,
            row ->
                Map.entry(
                    new Event(row.getString(1), row.getLong(2)), "dev.vitrine." + row.getString(3)))
        .forEach(one -> committed.put(one.getKey(), one.getValue()));
    Set<String> ended =
        new TreeSet<>(
            server.query(
                "select job_id from job where ended_at is not null", row -> row.getString(1)));

    Map<Event, String> told = new HashMap<>();
    Map<String, List<String>> order = new HashMap<>();
    Set<String> jobs = new TreeSet<>();
    for (JsonNode event : taken) {
      String subject = event.path("subject").asText();
      if (event.path("type").asText().equals("dev.vitrine.job.ended")) {
        jobs.add(subject);
        continue;
      }
      String sequence = event.path("sequence").asText();
      Event key = new Event(subject, Long.parseLong(sequence.split("\\.", -1)[1]));
      if (told.put(key, event.path("type").asText()) == null) {
        order.computeIfAbsent(subject, image -> new ArrayList<>()).add(sequence);
      }
    }
    String what = "%d rounds, seed %d".formatted(ROUNDS, SEED);
    assertThat(committed).as(what).isNotEmpty();
    assertThat(told).as(what).isEqualTo(committed);
    assertThat(jobs).as(what).isEqualTo(ended);
    order.forEach((image, sequences) -> assertThat(sequences).as(what + image).isSorted());
    System.out.printf(
        "Crash test of webhooks: %d rounds, %d events and %d jobs, %d messages; seed %d%n",
        ROUNDS, committed.size(), ended.size(), taken.size(), SEED);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
