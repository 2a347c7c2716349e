package dev.vitrine.bench;

import dev.vitrine.bench.Flood.Kind;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.SocketFactory;

/**
 * Measures what each {@link Flood} does to the ordinary reads of another user, and whether changes
 * are still carried out: those of the other user, and those of the user whose token the flood has.
 */
final class Floods {
  private static final double BAR = 3;

  /** In seconds: of a flood. */
  private static final int LONGEST = 4;

  /** How often each flood comes. The first time, its requests are also compiled. */
  private static final int TRIES = 2;

  /** Reads a second. */
  private static final int RATE = 500;

  /** More than can be answered: as many as it can. */
  private static final int WARMING = 100_000;

  private static final int MEMBERS = 10;
  private static final int MANY_MEMBERS = 1000;
  private static final int ADDING = 16;
  private static final long LARGE = 64 << 20;
  private static final int DESCRIPTORS = 400;
  private static final String PASSWORD = "of-the-benchmark";

  private final Report report;
  private final Duration warm;
  private final Duration flooded;

  /**
   * Also the time in which the connections of a flood open and send their first requests, all at
   * once, or end. A burst of requests takes its time on any server; it has a column of its own.
   */
  private final Duration quiet;

  private final Session flooding;
  private final Session other;
  private final Flood.Target target;
  private final List<byte[]> reads;
  private final Table table =
      new Table(
          "Reads of others during floods, 500 a second",
          "flood",
          "try",
          "open",
          "p99 ms before",
          "while it begins",
          "during",
          "after",
          "times",
          "reads failed",
          "others' changes",
          "the same user's");

  private Floods(Options options, Report report, Lab lab) throws IOException {
    this.report = report;
    this.warm = Duration.ofSeconds(Math.min(LONGEST, options.warm()));
    this.flooded =
        Duration.ofMillis(
            Math.min(LONGEST * 1000L, TimeUnit.SECONDS.toMillis(options.seconds()) / 4));
    this.quiet = flooded.dividedBy(2);
    URI server = lab.first().url();
    this.flooding = Server.CLIENT.signIn(lab.first().login("alice"));
    this.other = Server.CLIENT.signIn(lab.first().login("bob"));
    this.target =
        new Flood.Target(
            lab.first().login("alice"),
            flooding.token(),
            Stream.generate(() -> Stage.queued(flooding))
                .limit(Flood.UPLOADS.connections())
                .toList(),
            withMembers(server, flooding, MANY_MEMBERS),
            large(flooding));
    String image = withMembers(server, other, MEMBERS);
    this.reads =
        List.of(
            Load.request("GET", "/v2/images/" + image, other.token(), null),
            Load.request("GET", "/v2/images/" + image + "/members", other.token(), null));
  }

  private static String withMembers(URI server, Session owner, int members) {
    String image = Stage.image(owner);
    String path = "/v2/images/" + image + "/members";
    Queue<byte[]> additions = new ConcurrentLinkedQueue<>();
    IntStream.range(0, members)
        .mapToObj(i -> "{\"member\": \"" + Stage.anyone() + "\"}")
        .map(body -> Load.request("POST", path, owner.token(), body))
        .forEach(additions::add);
    Load.Result added =
        Load.drive(
            List.of(server),
            Math.min(ADDING, members),
            Duration.ofMinutes(1),
            (connection, number) -> additions.poll());
    if (added.requests() < members) {
      throw new IllegalStateException("members were not added: " + added.failures());
    }
    return image;
  }

  private static String large(Session owner) throws IOException {
    String image = Stage.queued(owner);
    owner
        .images()
        .upload("/v2/images/" + image + "/file", BodyPublishers.ofByteArray(new byte[(int) LARGE]));
    return image;
  }

  static void measure(Options options, Report report, Lab lab) throws IOException {
    Floods floods = new Floods(options, report, lab);
    floods.measure(Kind.PLAIN, lab.first().url(), SocketFactory.getDefault());
    Path store = lab.folder("tls.p12");
    Tls.makeCertificate(store, PASSWORD);
    try (Lab.Node node =
        lab.beside(
            "tls",
            List.of(),
            List.of("--tls.certificate=" + store, "--tls.password=" + PASSWORD))) {
      floods.measure(Kind.TLS, node.url(), Tls.ofClient().getSocketFactory());
    }
    try (Lab.Node node =
        lab.beside("scarce", List.of("prlimit", "--nofile=" + DESCRIPTORS), List.of())) {
      floods.measure(Kind.FEW_DESCRIPTORS, node.url(), SocketFactory.getDefault());
    }
    report.add(floods.table);
  }

  private void measure(Kind kind, URI server, SocketFactory sockets) {
    // Changes go through our client, which knows no certificate of this benchmark.
    List<Changes> changes =
        kind == Kind.PLAIN ? List.of(new Changes(other), new Changes(flooding)) : List.of();
    report.progress("floods: warming a server up for %d s".formatted(warm.toSeconds()));
    try (SteadyReads many = new SteadyReads(sockets, server, reads, WARMING)) {
      SteadyReads.Seen _ = many.during(warm);
    }
    try (SteadyReads steady = new SteadyReads(sockets, server, reads, RATE)) {
      SteadyReads.Seen _ = steady.during(quiet);
      SteadyReads.Seen before = steady.during(quiet);
      for (Flood flood : Stream.of(Flood.values()).filter(one -> one.kind() == kind).toList()) {
        for (int number = 1; number <= TRIES; number++) {
          report.progress("flood %d: %s".formatted(number, flood.words()));
          before = measure(flood, number, server, steady, changes, before);
        }
      }
    } finally {
      changes.forEach(Changes::close);
    }
  }

  /** Returns what is seen after the flood: it is what is seen before the next one. */
  private SteadyReads.Seen measure(
      Flood flood,
      int number,
      URI server,
      SteadyReads steady,
      List<Changes> changes,
      SteadyReads.Seen before) {
    long open;
    SteadyReads.Seen begins;
    SteadyReads.Seen during;
    List<String> changed;
    try (Crowd crowd =
        new Crowd(
            server,
            flood.connections(),
            flood.addresses(),
            flood.reads(),
            client -> flood.client(target, client))) {
      begins = steady.during(quiet);
      changes.forEach(Changes::forget);
      during = steady.during(flooded);
      changed = changes.stream().map(Changes::toString).toList();
      open = crowd.open();
    }
    SteadyReads.Seen _ = steady.during(quiet);
    SteadyReads.Seen after = steady.during(quiet);
    double times = during.p99() / ((before.p99() + after.p99()) / 2);
    table.add(
        flood.words(),
        number,
        open,
        before.p99(),
        begins.p99(),
        during.p99(),
        after.p99(),
        times,
        during.failures(),
        changed.isEmpty() ? null : changed.getFirst(),
        changed.isEmpty() ? null : changed.getLast());
    report.judge(
        "p99 of reads during %s, times quiet, try %d".formatted(flood.words(), number),
        "<= 3",
        times,
        times <= BAR);
    return after;
  }

  /** Changes of a user, one after the other: a large body and an upload, at a modest rate. */
  private static final class Changes implements AutoCloseable {
    private static final int PAUSE_MILLIS = 500;
    private static final int UPLOAD = 64 << 10;

    private final Session user;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread thread;

    Changes(Session user) {
      this.user = user;
      this.thread = Thread.ofPlatform().daemon().start(this::change);
    }

    private void change() {
      try {
        while (true) {
          try {
            changeOnce();
            done.incrementAndGet();
          } catch (RequestFailed | UncheckedIOException e) {
            refused.incrementAndGet();
          }
          Thread.sleep(PAUSE_MILLIS);
        }
      } catch (InterruptedException | IllegalStateException end) {
        // Closed.
      }
    }

    private void changeOnce() {
      String body =
          "{\"disk_format\": \"raw\", \"container_format\": \"bare\"%s}"
              .formatted(" ".repeat(100_000));
      String image =
          "/v2/images/" + user.images().call("POST", "/v2/images", body).json().get("id").asText();
      try {
        user.images().upload(image + "/file", BodyPublishers.ofByteArray(new byte[UPLOAD]));
      } finally {
        user.images().call("DELETE", image, null);
      }
    }

    void forget() {
      done.set(0);
      refused.set(0);
    }

    @Override
    public String toString() {
      return "%s done, %s refused".formatted(done, refused);
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
