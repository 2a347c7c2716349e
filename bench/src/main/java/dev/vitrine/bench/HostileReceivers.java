package dev.vitrine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.bench.Receiver.Behaviour;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Measures what receivers of webhooks that misbehave do to others: to the reads of another user,
 * and to the deliveries of another account, whose receiver confirms.
 */
final class HostileReceivers {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Together they ask for more attempts than a node makes at a time. */
  private static final int ACCOUNTS = 8;

  private static final int WEBHOOKS = 4;
  private static final int IMAGES = 100;

  /** Reads a second. */
  private static final int READS = 200;

  /** Changes a second of the hostile accounts, and of the other one. */
  private static final int CHANGES = 40;

  private static final int OTHERS_CHANGES = 5;

  private static final double MAX_TIMES = 2;
  private static final double MAX_SECONDS = 5;

  /** An account whose webhooks lead to a hostile receiver. */
  private record Account(Session owner, Endpoint webhooks, List<String> images) {
    static Account of(Session owner, URI server) {
      return new Account(
          owner,
          new Endpoint(
              owner.identity().client(), server.resolve("/vitrine/v1/webhooks"), owner.token()),
          Stream.generate(() -> Stage.queued(owner)).limit(IMAGES).toList());
    }

    /** Changes one of its images; returns the project that is offered it. */
    String change(int number) {
      String member = Stage.anyone();
      owner
          .images()
          .call(
              "POST",
              "/v2/images/" + images.get(number % images.size()) + "/members",
              "{\"member\": \"" + member + "\"}");
      return member;
    }

    String createWebhook(Receiver receiver) {
      return webhooks
          .call("POST", "", "{\"url\": \"" + receiver.url() + "\"}")
          .json()
          .at("/webhook/id")
          .asText();
    }

    void deleteWebhook(String id) {
      webhooks.call("DELETE", "/" + id, null);
    }
  }

  private final Report report;
  private final Duration time;
  private final List<Account> hostile;
  private final Account other;
  private final SteadyReads reads;

  /** When what the other account is to be told was answered, by the project that is offered it. */
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  /** Milliseconds from the answer to a change until it was told. */
  private final Recorder delays = new Recorder(3);

  /** What is seen while as many receivers confirm. */
  private @Nullable Seen beside;

  private final Table table =
      new Table(
          "Others, while receivers of webhooks misbehave",
          "these receivers",
          "accounts",
          "requests to them",
          "redirects followed",
          "reads: p99 ms before",
          "during",
          "failed",
          "deliveries: median s before",
          "during",
          "longest before",
          "during");

  private HostileReceivers(Options options, Report report, Lab.Node node) {
    this.report = report;
    this.time = Duration.ofSeconds(options.seconds());
    URI url = node.url();
    this.hostile =
        Stream.generate(() -> Account.of(Stage.newcomer(node.login("admin")), url))
            .limit(ACCOUNTS)
            .toList();
    this.other = Account.of(Server.CLIENT.signIn(node.login("bob")), url);
    String image = "/v2/images/" + other.images().getFirst();
    List<byte[]> requests =
        Stream.of(image, image + "/members")
            .map(path -> Load.request("GET", path, other.owner().token(), null))
            .toList();
    this.reads = new SteadyReads(SocketFactory.getDefault(), url, requests, READS);
  }

  /** Uses a lab of its own: its server may send to loopback. */
  static void measure(Options options, Report report, Lab lab) {
    try (Lab.Node node =
        lab.launch(
            "up",
            lab.folder("webhooks"),
            List.of(
                "--webhooks.allow", "127.0.0.1",
                "--sharing.members", "any",
                "--sharing.max-members", "-1"))) {
      new HostileReceivers(options, report, node).measure();
    }
  }

  private void measure() {
    try (Receiver polite = new Receiver(Behaviour.CONFIRMS, this::received);
        reads) {
      other.createWebhook(polite);
      measureAll();
    }
    report.add(table);
  }

  private void measureAll() {
    try (Pulse _ =
            new Pulse(CHANGES, number -> hostile.get(number % ACCOUNTS).change(number / ACCOUNTS));
        Pulse _ = new Pulse(OTHERS_CHANGES, this::changeOther)) {
      report.progress("receivers: warming up");
      Seen _ = during(time);
      for (Behaviour behaviour : Behaviour.values()) {
        measure(behaviour, 1);
      }
      measure(Behaviour.NEVER_ANSWERS, ACCOUNTS);
    }
  }

  private void changeOther(int number) {
    String member = other.change(number);
    told.put(member, System.nanoTime());
  }

  private void received(String body) {
    try {
      JsonNode event = JSON.readTree(body);
      Long at = told.remove(event.at("/data/project_id").asText());
      if (at != null) {
        delays.recordValue(millisSince(at));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long millisSince(long at) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - at);
  }

  private record Seen(SteadyReads.Seen reads, Histogram delays) {
    double seconds(double percentile) {
      return delays.getValueAtPercentile(percentile) / 1000.0;
    }
  }

  private Seen during(Duration time) {
    delays.reset();
    SteadyReads.Seen seen = reads.during(time);
    Histogram delayed = delays.getIntervalHistogram();
    // What is still to be told is as late as it is when it is looked at: changes go on meanwhile.
    told.values().forEach(at -> delayed.recordValue(millisSince(at)));
    return new Seen(seen, delayed);
  }

  private void measure(Behaviour behaviour, int accounts) {
    report.progress("receivers that " + behaviour.words());
    Seen before = during(time);
    Seen during;
    try (Receiver receiver = new Receiver(behaviour, body -> {})) {
      List<Runnable> undo = new ArrayList<>();
      for (Account account : hostile.subList(0, accounts)) {
        for (int i = 0; i < WEBHOOKS; i++) {
          String id = account.createWebhook(receiver);
          undo.add(() -> account.deleteWebhook(id));
        }
      }
      during = during(time);
      undo.forEach(Runnable::run);
      table.add(
          behaviour.words(),
          accounts,
          receiver.requests(),
          receiver.redirected(),
          before.reads().p99(),
          during.reads().p99(),
          during.reads().failures(),
          before.seconds(50),
          during.seconds(50),
          before.seconds(100),
          during.seconds(100));
      if (behaviour == Behaviour.CONFIRMS) {
        beside = during;
      } else {
        judge("%d accounts' receivers %s".formatted(accounts, behaviour.words()), during);
      }
    }
  }

  private void judge(String who, Seen during) {
    double times = during.reads().p99() / Objects.requireNonNull(beside).reads().p99();
    report.judge(
        "p99 of reads while %s, times that while they confirm".formatted(who),
        "<= 2",
        times,
        times <= MAX_TIMES);
    double longest = during.seconds(100);
    report.judge(
        "longest wait of others' deliveries while %s, s".formatted(who),
        "<= 5",
        longest,
        longest <= MAX_SECONDS);
  }

  /** Does something at a steady rate, with the numbers from 0. */
  private static final class Pulse implements AutoCloseable {
    private final Thread thread;
    private volatile boolean isEnded;

    /**
     * @param rate a second
     */
    Pulse(int rate, IntConsumer action) {
      long period = TimeUnit.SECONDS.toNanos(1) / rate;
      long begin = System.nanoTime();
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    for (int i = 0; !isEnded; i++) {
                      action.accept(i);
                      LockSupport.parkNanos(begin + i * period - System.nanoTime());
                    }
                  });
    }

    @Override
    public void close() {
      isEnded = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
