package dev.vitrine.server.start;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.access.DecisionListener;
import dev.vitrine.bus.Bus;
import dev.vitrine.job.JobStore;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.postgres.engine.BatchCount;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Schema;
import dev.vitrine.postgres.job.JobQueue;
import dev.vitrine.refusal.Limit;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.http.LimitListener;
import dev.vitrine.server.http.Observer;
import dev.vitrine.server.management.AccessLog;
import dev.vitrine.server.management.Health;
import dev.vitrine.server.management.ManagementPages;
import dev.vitrine.server.management.ManagementServer;
import dev.vitrine.server.management.Metrics;
import dev.vitrine.server.management.Probe;
import dev.vitrine.server.management.Traces;
import dev.vitrine.server.settings.ListenAddress;
import dev.vitrine.server.settings.Setting;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.tracing.Tracer;
import dev.vitrine.webhook.Deliveries;
import dev.vitrine.webhook.DeliveryStore;
import io.vertx.core.Vertx;
import java.io.OutputStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What operators watch, as the settings say: health, metrics, the access log (ADR 34) and traces
 * (ADR 43). What is off is not there, and costs nothing.
 */
final class Watch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());

  private final Settings settings;
  private final Health health = new Health();
  private final @Nullable AccessLog accessLog;
  private final @Nullable Metrics metrics;
  private final @Nullable Traces traces;
  private final @Nullable ManagementServer server;

  private Watch(Settings settings, OutputStream out, @Nullable Metrics metrics, Listener listener)
      throws Exception {
    this.settings = settings;
    this.server = metrics == null ? null : listener.listen(new ManagementPages(health, metrics));
    if (server == null && metrics != null) {
      metrics.close();
    }
    this.metrics = server == null ? null : metrics;
    this.accessLog =
        settings.accessLog() == Setting.AccessLines.OFF
            ? null
            : new AccessLog(settings.accessLog(), out);
    Settings.Traces where = settings.traces();
    this.traces =
        where == null ? null : new Traces(where.endpoint(), where.sample(), Main.version());
  }

  /** Opens the management listener; null if another program has its default address. */
  @FunctionalInterface
  private interface Listener {
    @Nullable ManagementServer listen(ManagementPages pages) throws Exception;
  }

  /**
   * Begins to watch a server that is starting.
   *
   * @param out for the access log
   * @throws StartFailure if the address that an operator gave cannot be listened on
   */
  static Watch start(Vertx vertx, Settings settings, OutputStream out) throws Exception {
    Settings.Management management = settings.management();
    return management == null
        ? new Watch(settings, out, null, pages -> null)
        : new Watch(
            settings, out, new Metrics(Main.version()), pages -> listen(vertx, management, pages));
  }

  private static @Nullable ManagementServer listen(
      Vertx vertx, Settings.Management management, ManagementPages pages) throws Exception {
    ListenAddress address = management.listen();
    try {
      return ManagementServer.listen(
          vertx, address.host(), address.port(), pages.all(Logging.CHANGE));
    } catch (ExecutionException e) {
      if (management.isGiven() || !(e.getCause() instanceof BindException)) {
        throw new StartFailure(
            "Cannot listen on %s (management.listen): %s"
                .formatted(address, Objects.requireNonNullElse(e.getCause(), e).getMessage()),
            e);
      }
      LOG.log(
          WARNING,
          "Another program listens on {0}: this server has no metrics; set management.listen",
          address);
      return null;
    }
  }

  /**
   * Receives each request at its end.
   *
   * @param other receives it too
   */
  Observer observer(Observer other) {
    return Observer.of(
        Stream.<@Nullable Observer>of(metrics, accessLog, traces, other)
            .filter(Objects::nonNull)
            .toList());
  }

  /** Receives each decision. */
  DecisionListener decisions() {
    return metrics == null ? (caller, decision) -> {} : metrics;
  }

  /** Begins the spans of jobs. */
  Tracer tracer() {
    return traces == null ? Tracer.NONE : traces;
  }

  /** Receives each refusal by a limit. */
  LimitListener limits() {
    return metrics == null ? LimitListener.NONE : metrics;
  }

  /** Counts the pairs of a batch that a limit refused. */
  void failed(JobStore.Failed failed) {
    failed
        .pairs()
        .forEach(
            (outcome, pairs) -> {
              Limit limit = outcome.limit();
              if (limit != null) {
                for (long i = 0; i < pairs; i++) {
                  limits().limited(limit);
                }
              }
            });
  }

  /** The port of the management listener, which the system chose if 0 was given; 0: none. */
  int port() {
    return server == null ? 0 : server.port();
  }

  /**
   * The server has started.
   *
   * @param deliveries null: no webhooks are served
   * @param bus null: nothing is published on a message bus
   */
  void serving(
      Database database,
      JobWorkers workers,
      DeliveryStore queue,
      @Nullable Deliveries deliveries,
      @Nullable Bus bus) {
    if (metrics != null) {
      measure(metrics, database, workers);
      if (deliveries != null) {
        measure(metrics, queue, deliveries);
      }
      if (bus != null) {
        measure(metrics, bus);
      }
      check(database);
      String host = Objects.requireNonNull(settings.management()).listen().host();
      LOG.log(INFO, "Operators: {0}", new ListenAddress(host, port()));
    }
    health.serving();
  }

  /** The server is about to stop. */
  void draining() {
    health.draining();
  }

  boolean isDraining() {
    return health.isDraining();
  }

  private void check(Database database) {
    long minFree = Objects.requireNonNull(settings.management()).minFree().bytes();
    String version = Schema.version(database);
    health.add(
        "database",
        () ->
            Schema.isMigrated(database, version)
                ? Optional.empty()
                : Optional.of("migration %s is missing".formatted(version)));
    Path file = settings.disableByFile();
    if (file != null) {
      health.add(
          "file",
          () ->
              Files.exists(file)
                  ? Optional.of("%s exists (healthcheck.disable-by-file)".formatted(file))
                  : Optional.empty());
    }
    disks().forEach((name, path) -> health.add("disk of " + name, () -> tooFull(path, minFree)));
  }

  private Map<String, Path> disks() {
    return new TreeMap<>(Map.of("data", settings.data(), "blobs", settings.blobs()));
  }

  private static Optional<String> tooFull(Path path, long minFree) {
    long free = free(path);
    return free >= minFree
        ? Optional.empty()
        : Optional.of(
            "%d MiB are free, and management.min-free is %d MiB"
                .formatted(free >> 20, minFree >> 20));
  }

  /**
   * 0 if that is not known. {@code Files.getFileStore} would search the list of mounts, which a
   * sandbox may hide.
   */
  private static long free(Path path) {
    return path.toFile().getUsableSpace();
  }

  private void measure(Metrics metrics, Database database, JobWorkers workers) {
    String connections = "vitrine.database.connections";
    String about = "Connections of the pool";
    metrics.gauge(connections, about, () -> database.poolUse().active(), "state", "active");
    metrics.gauge(connections, about, () -> database.poolUse().idle(), "state", "idle");
    metrics.gauge(
        "vitrine.database.connections.limit",
        "The size of the pool (db.connections)",
        () -> database.poolUse().most());
    metrics.gauge(
        "vitrine.database.waiting",
        "Threads that wait for a connection",
        () -> database.poolUse().waiting());
    measure(metrics, "commit", database.groupCommits());
    measure(metrics, "read", database.groupReads());
    measure(metrics, "list", database.groupLists());
    Probe<JobQueue> queue = new Probe<>(() -> JobQueue.in(database));
    metrics.gauge(
        "vitrine.jobs.waiting.images",
        "Images of jobs that are not done, on all nodes",
        () -> ask(queue, JobQueue::images));
    metrics.gauge(
        "vitrine.jobs.oldest.seconds",
        "Age of the oldest job that has not ended, on all nodes",
        () -> ask(queue, JobQueue::seconds));
    metrics.counter(
        "vitrine.job.pairs", "Pairs of an image and a member that jobs finished", workers::pairs);
    disks()
        .forEach(
            (name, path) -> {
              metrics.gauge(
                  "vitrine.disk.free.bytes", "Free space", () -> free(path, false), "disk", name);
              metrics.gauge(
                  "vitrine.disk.size.bytes", "Size", () -> free(path, true), "disk", name);
            });
    if (accessLog != null) {
      metrics.counter(
          "vitrine.access.log.dropped",
          "Lines that the access log could not write, or not fast enough",
          accessLog::dropped);
    }
    if (traces != null) {
      metrics.counter(
          "vitrine.spans.lost",
          "Spans of traces that could not be sent, or not fast enough",
          traces::lost);
    }
  }

  private static void measure(Metrics metrics, DeliveryStore store, Deliveries deliveries) {
    String attempts = "Attempts to deliver to receivers of webhooks";
    metrics.counter(
        "vitrine.webhook.attempts", attempts, deliveries::delivered, "outcome", "delivered");
    metrics.counter("vitrine.webhook.attempts", attempts, deliveries::failed, "outcome", "failed");
    Probe<DeliveryStore.Queue> queue = new Probe<>(store::queued);
    String waiting = "Deliveries of webhooks, on all nodes";
    metrics.gauge(
        "vitrine.webhook.deliveries",
        waiting,
        () -> ask(queue, DeliveryStore.Queue::pending),
        "state",
        "pending");
    metrics.gauge(
        "vitrine.webhook.deliveries",
        waiting,
        () -> ask(queue, DeliveryStore.Queue::parked),
        "state",
        "parked");
    metrics.gauge(
        "vitrine.webhook.oldest.seconds",
        "Age of the oldest pending delivery, on all nodes",
        () -> ask(queue, DeliveryStore.Queue::seconds));
  }

  private static void measure(Metrics metrics, Bus bus) {
    metrics.counter(
        "vitrine.bus.events",
        "Events that this node has published on the message bus",
        bus::published);
    metrics.counter(
        "vitrine.bus.failures", "Attempts of this node to publish events that failed", bus::failed);
    Probe<Double> behind = new Probe<>(bus::behind);
    metrics.gauge(
        "vitrine.bus.oldest.seconds",
        "Age of the oldest event that is not published, on all nodes",
        () -> ask(behind, Double::doubleValue));
  }

  private static void measure(Metrics metrics, String kind, BatchCount count) {
    metrics.counter(
        "vitrine.groups",
        "Batches of statements sent to the database",
        count::batches,
        "kind",
        kind);
    metrics.counter(
        "vitrine.group.statements",
        "Statements sent in these batches",
        count::executions,
        "kind",
        kind);
  }

  private static <T> double ask(Probe<T> probe, ToDoubleFunction<T> value) {
    try {
      return value.applyAsDouble(probe.answer());
    } catch (TimeoutException | ExecutionException e) {
      return Double.NaN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  private static double free(Path path, boolean isSize) {
    long size = path.toFile().getTotalSpace();
    if (size == 0) {
      return Double.NaN;
    }
    return isSize ? size : free(path);
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    if (accessLog != null) {
      accessLog.close();
    }
    if (traces != null) {
      traces.close();
    }
    if (metrics != null) {
      metrics.close();
    }
  }
}
