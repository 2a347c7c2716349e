package dev.vitrine.server.management;

import dev.vitrine.access.Decision;
import dev.vitrine.access.DecisionListener;
import dev.vitrine.identity.Caller;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Limit;
import dev.vitrine.server.http.Exchange;
import dev.vitrine.server.http.LimitListener;
import dev.vitrine.server.http.Observer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics, in Prometheus' text format. docs/operators/watch.md lists them. The only class that
 * uses Micrometer, so that a server without a management listener does not load it.
 *
 * <p>A request looks its meters up by its operation, in arrays, without a lock, and allocates
 * nothing.
 */
public final class Metrics implements Observer, DecisionListener, LimitListener, AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private static final String NONE = "none";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final Lazy<Requests> others = new Lazy<>(() -> new Requests(null));
  private final Map<Operation, Lazy<Requests>> requests =
      ofEach(Operation.class, operation -> new Requests(operation));
  private final Map<Operation, Lazy<Counter>> allowed =
      ofEach(Operation.class, operation -> decisions(operation, "allowed"));
  private final Map<Operation, Lazy<Counter>> denied =
      ofEach(Operation.class, operation -> decisions(operation, "denied"));

  private final Map<Limit, Lazy<Counter>> limited = ofEach(Limit.class, this::refusals);
  private final Counter loggedIn = logins("ok");
  private final Counter notLoggedIn = logins("failed");

  /**
   * @param version of this program
   */
  public Metrics(String version) {
    new JvmMemoryMetrics().bindTo(registry);
    addCollections();
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Info.builder()
        .name("vitrine_build_info")
        .help("The version of Vitrine and of Java")
        .labelNames("version", "java")
        .register(registry.getPrometheusRegistry())
        .addLabelValues(version, Runtime.version().toString());
  }

  /** Read at each scrape. Micrometer's own are notified of each collection, and there are many. */
  private void addCollections() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionTimer.builder(
              "jvm.gc.pause",
              collector,
              GarbageCollectorMXBean::getCollectionCount,
              GarbageCollectorMXBean::getCollectionTime,
              TimeUnit.MILLISECONDS)
          .description("Pauses of the garbage collectors")
          .tag("gc", collector.getName())
          .register(registry);
    }
  }

  /** Meters that exist once they are used. Made twice, they are the same in the registry. */
  private static final class Lazy<T> {
    private final Supplier<T> maker;
    private volatile @Nullable T made;

    Lazy(Supplier<T> maker) {
      this.maker = maker;
    }

    T get() {
      T known = made;
      if (known == null) {
        known = maker.get();
        made = known;
      }
      return known;
    }
  }

  private static <E extends Enum<E>, T> Map<E, Lazy<T>> ofEach(
      Class<E> values, Function<E, T> maker) {
    Map<E, Lazy<T>> all = new EnumMap<>(values);
    for (E value : EnumSet.allOf(values)) {
      all.put(value, new Lazy<>(() -> maker.apply(value)));
    }
    return all;
  }

  /** Meters of the requests of one operation. */
  private final class Requests {
    private final Tags tags;
    private final Counter received;
    private final Counter sent;

    /** Of the statuses seen so far: a few, so that a search is faster than a map. */
    private volatile ByStatus[] byStatus = {};

    private record ByStatus(int status, Timer timer) {}

    Requests(@Nullable Operation operation) {
      tags = tags(operation);
      received =
          Counter.builder("vitrine.received")
              .description("Bytes of request bodies")
              .baseUnit("bytes")
              .tags(tags)
              .register(registry);
      sent =
          Counter.builder("vitrine.sent")
              .description("Bytes of answers' bodies")
              .baseUnit("bytes")
              .tags(tags)
              .register(registry);
    }

    void ended(Exchange exchange) {
      timer(exchange.status()).record(exchange.nanos(), TimeUnit.NANOSECONDS);
      count(received, exchange.bytesReceived());
      count(sent, exchange.bytesSent());
    }

    private static void count(Counter counter, long bytes) {
      if (bytes > 0) {
        counter.increment((double) bytes);
      }
    }

    private Timer timer(int status) {
      for (ByStatus one : byStatus) {
        if (one.status == status) {
          return one.timer;
        }
      }
      return addTimer(status);
    }

    /** A status that is added twice has the same timer. */
    private synchronized Timer addTimer(int status) {
      Timer timer =
          Timer.builder("vitrine.request")
              .description("Time from the head of a request to the last byte of its answer")
              .tags(tags.and("status", Integer.toString(status)))
              .serviceLevelObjectives(BUCKETS)
              .register(registry);
      ByStatus[] more = Arrays.copyOf(byStatus, byStatus.length + 1);
      more[byStatus.length] = new ByStatus(status, timer);
      byStatus = more;
      return timer;
    }
  }

  private static Tags tags(@Nullable Operation operation) {
    return operation == null
        ? Tags.of("operation", NONE, "protocol", NONE)
        : Tags.of(
            "operation",
            operation.name(),
            "protocol",
            operation.protocol().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void ended(Exchange exchange) {
    Operation operation = exchange.operation();
    Lazy<Requests> meters = operation == null ? others : requests.get(operation);
    Objects.requireNonNull(meters).get().ended(exchange);
    if (operation == Operation.ISSUE_TOKEN) {
      countLogin(exchange.status());
    }
  }

  private void countLogin(int status) {
    if (status == 201) {
      loggedIn.increment();
    } else if (status == 401) {
      notLoggedIn.increment();
    }
  }

  @Override
  public void decided(Caller caller, Decision decision) {
    Map<Operation, Lazy<Counter>> counters = decision.allowed() ? allowed : denied;
    Objects.requireNonNull(counters.get(decision.operation())).get().increment();
  }

  private Counter decisions(Operation operation, String outcome) {
    return Counter.builder("vitrine.decisions")
        .description("Decisions of the policies")
        .tags(tags(operation).and("outcome", outcome))
        .register(registry);
  }

  @Override
  public void limited(Limit limit) {
    Objects.requireNonNull(limited.get(limit)).get().increment();
  }

  private Counter refusals(Limit limit) {
    return Counter.builder("vitrine.limited")
        .description("Requests, connections and pairs of batches that a limit refused")
        .tag("limit", limit.word())
        .register(registry);
  }

  private Counter logins(String outcome) {
    return Counter.builder("vitrine.logins")
        .description("Requests for a token")
        .tag("outcome", outcome)
        .register(registry);
  }

  /**
   * A value that is read at each scrape.
   *
   * @param tags names and values in turn
   */
  public void gauge(String name, String description, DoubleSupplier value, String... tags) {
    Gauge.builder(name, value::getAsDouble).description(description).tags(tags).register(registry);
  }

  /** A count since the start that is read at each scrape. */
  public void counter(String name, String description, DoubleSupplier value, String... tags) {
    FunctionCounter.builder(name, this, metrics -> value.getAsDouble())
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** All metrics. */
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
