package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Everything that webhooks tell of, while the server, its database or both are killed at a random
 * moment, and while the receivers of the owner and of a recipient fail now and then. In the end
 * each has been told each committed event that concerns its project at least once, no other, and
 * those of an image in their order.
 *
 * <p>A few rounds by default; {@code -Dvitrine.crash.rounds=100} for more, {@code
 * -Dvitrine.crash.seed} for the same moments again.
 */
class DeliveryCrashTest {
  private static final int ROUNDS = Integer.getInteger("vitrine.crash.rounds", 3);
  private static final long SEED = Long.getLong("vitrine.crash.seed", System.nanoTime());
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int IMAGES = 6;
  private static final int MEMBERS = 10;
  private static final int CLIENTS = 3;

  /** In so many rounds everything has happened. */
  private static final int MANY = 20;

  /** Of a round; deliveries begin a second after an event. */
  private static final int LATEST_KILL_MILLIS = 3_000;

  /** Each failure keeps the later events of its image waiting for some seconds. */
  private static final int FAILS_ONE_IN = 200;

  /** Of a client between two changes: as many events as can be delivered in a few seconds. */
  private static final int PAUSE_MILLIS = 30;

  private final Random random = new Random(SEED);

  /** Those of now: each is deleted sooner or later, and another takes its place. */
  private final AtomicReferenceArray<String> images = new AtomicReferenceArray<>(IMAGES);

  /** An event of an image: its number is unique in the database. */
  private record Event(String image, long number) {}

  /** A project with a webhook and its receiver. */
  private static final class Side implements AutoCloseable {
    private final Session session;
    private final WebhookReceiver receiver = new WebhookReceiver(this::answer);

    /** What the receiver took, in the order of its answers. */
    private final Queue<JsonNode> taken = new ConcurrentLinkedQueue<>();

    private final String webhook;

    Side(RunningServer server, String cloud) {
      session = server.signIn(cloud);
      webhook =
          at(server)
              .call(
                  "POST",
                  "/vitrine/v1/webhooks",
                  "{\"url\": \"%s\"}".formatted(receiver.url("crash")))
              .json()
              .at("/webhook/id")
              .asText();
    }

    private int answer(JsonNode event) {
      if (ThreadLocalRandom.current().nextInt(FAILS_ONE_IN) == 0) {
        return 500;
      }
      taken.add(event);
      return 204;
    }

    String project() {
      return session.project();
    }

    /** On a restarted server, where the token is still valid. */
    Endpoint at(RunningServer server) {
      return server.endpoint(session.token());
    }

    @Override
    public void close() {
      receiver.close();
    }
  }

  @Test
  void everyCommittedEventIsToldAndNoOther() throws IOException {
    Path data = RunningServer.startedData();
    RunningServer server = RunningServer.upOn(data, SETTINGS);
    try (Side owner = new Side(server, "admin");
        Side recipient = new Side(server, "bob")) {
      for (int i = 0; i < IMAGES; i++) {
        images.set(i, image(owner.at(server)));
      }
      for (int round = 1; round <= ROUNDS; round++) {
        List<Thread> clients = clients(owner.at(server), recipient.at(server), recipient.project());
        pause(random.nextInt(LATEST_KILL_MILLIS));
        Victim.any(random).kill(server);
        for (Thread client : clients) {
          join(client);
        }
        server = RunningServer.startOn(data, SETTINGS);
      }
      awaitDelivered(owner.at(server), owner.webhook);
      awaitDelivered(recipient.at(server), recipient.webhook);
      compareOwner(server, owner);
      compareRecipient(server, recipient);
    } finally {
      server.terminate();
      server.exitCode();
      RunningServer.delete(data.resolveSibling(""));
    }
  }

  private static final String[] SETTINGS = {
    "--sharing.members=any", "--sharing.max-members=-1", "--webhooks.allow=127.0.0.0/8"
  };

  private static String image(Endpoint owner) {
    return new Batches(new Administrator(owner)).images(1).getFirst();
  }

  /** Clients that change something until the server is gone. */
  private List<Thread> clients(Endpoint owner, Endpoint recipient, String project) {
    return IntStream.range(0, CLIENTS)
        .mapToObj(
            _ -> {
              Random own = new Random(random.nextLong());
              return Thread.startVirtualThread(
                  () -> changeUntilGone(owner, recipient, project, own));
            })
        .toList();
  }

  private void changeUntilGone(Endpoint owner, Endpoint recipient, String project, Random own) {
    try {
      while (true) {
        change(owner, recipient, project, own);
        pause(PAUSE_MILLIS);
      }
    } catch (RequestFailed | UncheckedIOException gone) {
      // It was killed.
    } catch (AssertionError refused) {
      // A new image while the database was gone.
    }
  }

  /** Many of them are refused, such as an offer to a member. */
  private void change(Endpoint owner, Endpoint recipient, String project, Random own) {
    int place = own.nextInt(IMAGES);
    String image = images.get(place);
    String members = "/v2/images/" + image + "/members";
    String member = own.nextInt(3) == 0 ? project : "%032x".formatted(own.nextInt(MEMBERS));
    String status = own.nextBoolean() ? "accepted" : "rejected";
    switch (own.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 ->
          owner.send("POST", members, "{\"member\": \"%s\"}".formatted(member));
      case 6, 7, 8, 9 -> owner.send("DELETE", members + "/" + member, null);
      case 10, 11, 12 ->
          recipient.send("PUT", members + "/" + project, "{\"status\": \"%s\"}".formatted(status));
      case 13, 14 -> {
        owner.send("POST", "/v2/images/" + image + "/actions/deactivate", "");
        owner.send("POST", "/v2/images/" + image + "/actions/reactivate", "");
      }
      case 15 -> {
        if (Set.of(204, 404).contains(owner.send("DELETE", "/v2/images/" + image, null).status())) {
          images.set(place, image(owner));
        }
      }
      case 16 ->
          recipient.send(
              "PUT",
              BATCH,
              "{\"images\": [\"%s\"], \"project_id\": \"%s\", \"status\": \"%s\"}"
                  .formatted(image, project, status));
      default ->
          owner.send(
              own.nextBoolean() ? "POST" : "DELETE",
              BATCH,
              "{\"images\": [\"%s\", \"%s\"], \"projects\": [\"%s\", \"%032x\", \"%032x\"]}"
                  .formatted(image, images.get((place + 1) % IMAGES), project, 0, 1));
    }
  }

  private static final String BATCH = "/v1/cloudimages/members";

  private static void awaitDelivered(Endpoint side, String webhook) {
    long last = System.nanoTime() + TIMEOUT.toNanos();
    // Longer than it takes until a committed event is queued.
    for (int quiet = 0; quiet < 20; ) {
      JsonNode deliveries =
          side.call("GET", "/vitrine/v1/webhooks/" + webhook, null)
              .json()
              .at("/webhook/deliveries");
      assertThat(deliveries.path("parked").asLong()).isZero();
      quiet = deliveries.path("pending").asLong() == 0 ? quiet + 1 : 0;
      assertThat(System.nanoTime()).as("%s", deliveries).isLessThan(last);
      pause(200);
    }
  }

  /** What a receiver was told, each once. */
  private record Told(Map<Event, String> events, Set<String> jobs) {
    Set<String> kinds() {
      return new TreeSet<>(events.values());
    }
  }

  /** Reads what was told, in order. */
  private static Told told(Side side) {
    Map<Event, String> told = new HashMap<>();
    Map<String, List<String>> order = new HashMap<>();
    Set<String> jobs = new TreeSet<>();
    for (JsonNode event : side.taken) {
      String subject = event.path("subject").asText();
      String kind = event.path("type").asText().replace("dev.vitrine.", "");
      if (kind.equals("job.ended")) {
        jobs.add(subject);
        continue;
      }
      String sequence = event.path("sequence").asText();
      Event key = new Event(subject, Long.parseLong(sequence.split("\\.", -1)[1]));
      if (told.put(key, kind) == null) {
        order.computeIfAbsent(subject, image -> new ArrayList<>()).add(sequence);
      }
    }
    order.forEach((image, sequences) -> assertThat(sequences).as(WHAT + image).isSorted());
    return new Told(told, jobs);
  }

  private static final String WHAT = "%d rounds, seed %d ".formatted(ROUNDS, SEED);

  private static Map<Event, String> committed(RunningServer server, String condition) {
    Map<Event, String> committed = new HashMap<>();
    server
        .query(
            """
            select image_id::text, event_id,
              case when change is not null then 'image.' || change
                when to_status is null then 'offer.withdrawn'
                when to_status = 'pending' then 'offer.created'
                else 'offer.' || to_status end
            from image_event e where %s
            """
                .formatted(condition),
            row -> Map.entry(new Event(row.getString(1), row.getLong(2)), row.getString(3)))
        .forEach(one -> committed.put(one.getKey(), one.getValue()));
    return committed;
  }

  private static Set<String> ended(RunningServer server, Side side) {
    return new TreeSet<>(
        server.query(
            "select job_id from job where ended_at is not null and project_id = '%s'"
                .formatted(side.project()),
            row -> row.getString(1)));
  }

  private static void compareOwner(RunningServer server, Side owner) {
    Map<Event, String> committed =
        committed(server, "member_id is not null or change in ('deactivated', 'deleted')");
    Told told = told(owner);
    assertThat(committed).as(WHAT).isNotEmpty();
    assertThat(told.events()).as(WHAT).isEqualTo(committed);
    report("owner", server, owner, told);
  }

  private static void compareRecipient(RunningServer server, Side recipient) {
    String was =
        """
        (select m.to_status is not null from image_event m
         where m.image_id = e.image_id and m.member_id = '%s' and m.event_id < e.event_id
         order by m.event_id desc limit 1)"""
            .formatted(recipient.project());
    Map<Event, String> committed =
        committed(
            server,
            """
            member_id = '%1$s'
            or (change = 'deleted' and exists (
              select from image_event m
              where m.image_id = e.image_id and m.member_id = '%1$s' and m.to_status is null and m.cause = e.cause))
            or (change = 'deactivated' and %2$s)
            """
                .formatted(recipient.project(), was));
    Told told = told(recipient);
    assertThat(told.events()).as(WHAT).isEqualTo(committed);
    report("recipient", server, recipient, told);
  }

  private static void report(String name, RunningServer server, Side side, Told told) {
    assertThat(told.jobs()).as(WHAT).isEqualTo(ended(server, side));
    if (ROUNDS >= MANY) {
      assertThat(told.kinds())
          .as(WHAT)
          .containsExactly(
              "image.deactivated",
              "image.deleted",
              "offer.accepted",
              "offer.created",
              "offer.rejected",
              "offer.withdrawn");
      assertThat(told.jobs()).as(WHAT).isNotEmpty();
    }
    System.out.printf(
        "Crash test of webhooks: %s, %d rounds, %d events of %d kinds and %d jobs, %d messages; seed %d%n",
        name,
        ROUNDS,
        told.events().size(),
        told.kinds().size(),
        told.jobs().size(),
        side.taken.size(),
        SEED);
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
