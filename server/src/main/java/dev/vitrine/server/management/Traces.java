package dev.vitrine.server.management;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Exchange;
import dev.vitrine.server.http.Observer;
import dev.vitrine.server.http.Request;
import dev.vitrine.tracing.Span;
import dev.vitrine.tracing.Tracer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends traces to an OpenTelemetry collector. docs/operators/watch.md lists the spans. The only
 * class that uses OpenTelemetry, so that a server without {@code traces.endpoint} does not load it.
 *
 * <p>A request never waits for the collector: its spans wait in a bounded queue, and are lost if
 * there is no room.
 *
 * <p>Attributes are those of the access log, and so hold no secret. Of the path, they have the
 * route and the id of the image.
 */
public final class Traces implements Observer, Tracer, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Traces.class.getName());

  /** Spans that may wait: some four megabytes. */
  private static final int MOST = 4096;

  /** How long spans wait until a batch is sent. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long the collector may take for a batch, with all attempts. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** How long a stop waits for the last spans. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Longer values are cut: a client chooses some of them. */
  private static final int LONGEST = 256;

  private static final String PARENT = "traceparent";

  private final Collector collector;
  private final SdkTracerProvider provider;
  private final io.opentelemetry.api.trace.Tracer tracer;

  /**
   * @param endpoint that accepts OTLP over HTTP
   * @param sample the fraction of new traces that are sent, 0 to 1
   * @param version of this program
   */
  public Traces(URI endpoint, double sample, String version) {
    collector = new Collector(endpoint);
    provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.builder()
                        .put("service.name", "vitrine")
                        .put("service.version", version)
                        .put("service.instance.id", UUID.randomUUID().toString())
                        .build()))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sample)))
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST).build())
            .addSpanProcessor(new Queue(collector))
            .build();
    tracer = provider.get("dev.vitrine");
  }

  /** How many spans could not be sent, or not fast enough. */
  public long lost() {
    return collector.lost.sum();
  }

  @Override
  public Span begins(Request request) {
    SpanBuilder builder =
        tracer
            .spanBuilder(method(request))
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent(request::list));
    return new Recorded(tracer, builder.startSpan());
  }

  @Override
  public Span resume(String name, @Nullable String parent) {
    SpanBuilder builder =
        tracer.spanBuilder(name).setParent(parent(header -> header.equals(PARENT) ? parent : null));
    return new Recorded(tracer, builder.startSpan());
  }

  /** The headers that name a span. */
  @FunctionalInterface
  private interface Headers {
    @Nullable String get(String name);
  }

  private static final TextMapGetter<Headers> GETTER =
      (headers, name) -> headers == null ? null : headers.get(name);

  /**
   * The span that the headers name; none if they are malformed (W3C Trace Context §4.3). Several
   * lines of one header are one list, which {@code traceparent} must not be.
   */
  private static Context parent(Headers headers) {
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
  }

  /** Semantic conventions, {@code name} of a span of HTTP. */
  private static String method(Request request) {
    String method = request.knownMethod();
    return method.equals(Request.OTHER_METHOD) ? "HTTP" : method;
  }

  @Override
  public void ended(Exchange exchange) {
    Span span = exchange.span();
    if (span instanceof Recorded recorded && recorded.isRecorded()) {
      describe(exchange, recorded);
    }
    span.close();
  }

  private static void describe(Exchange exchange, Recorded span) {
    Request request = exchange.request();
    String method = method(request);
    span.set("http.request.method", request.knownMethod());
    span.set("url.scheme", request.isEncrypted() ? "https" : "http");
    span.set("client.address", request.clientAddress());
    span.set("vitrine.request.id", request.id());
    span.set("http.request.body.size", exchange.bytesReceived());
    span.set("http.response.body.size", exchange.bytesSent());
    Operation operation = exchange.operation();
    if (operation != null) {
      span.rename(method + " " + operation.path());
      span.set("http.route", operation.path());
      span.set("vitrine.operation", operation.name());
    }
    String image = request.parameterIfAny("image_id");
    if (image != null && ImageId.of(image) != null) {
      span.set("vitrine.image.id", image);
    }
    Caller caller = exchange.caller();
    if (caller != null) {
      span.set("user.id", caller.user().value());
      if (caller.project() != null) {
        span.set("vitrine.project.id", caller.project().value());
      }
    }
    if (exchange.refusal() != null) {
      span.set("vitrine.refusal", exchange.refusal().reason());
    }
    int status = exchange.status();
    if (status > 0) {
      span.set("http.response.status_code", status);
    }
    if (status >= 500) {
      span.failed(Integer.toString(status));
    } else if (!exchange.isComplete()) {
      span.failed("incomplete");
    }
  }

  /** A span of OpenTelemetry, sampled or not. */
  private static final class Recorded extends Span {
    private final io.opentelemetry.api.trace.Tracer tracer;
    private final io.opentelemetry.api.trace.Span span;

    Recorded(io.opentelemetry.api.trace.Tracer tracer, io.opentelemetry.api.trace.Span span) {
      this.tracer = tracer;
      this.span = span;
    }

    @Override
    public boolean isRecorded() {
      return span.isRecording();
    }

    void rename(String name) {
      span.updateName(name);
    }

    @Override
    public Span begin(String name) {
      return begin(name, SpanKind.INTERNAL);
    }

    @Override
    public Span beginCall(String name) {
      return begin(name, SpanKind.CLIENT);
    }

    private Span begin(String name, SpanKind kind) {
      return isRecorded()
          ? new Recorded(
              tracer,
              tracer
                  .spanBuilder(name)
                  .setSpanKind(kind)
                  .setParent(Context.root().with(span))
                  .startSpan())
          : NONE;
    }

    @Override
    public Span set(String attribute, String value) {
      span.setAttribute(attribute, value);
      return this;
    }

    @Override
    public Span set(String attribute, long value) {
      span.setAttribute(attribute, value);
      return this;
    }

    @Override
    public void event(String name) {
      span.addEvent(name);
    }

    @Override
    public void failed(String type) {
      span.setAttribute("error.type", type).setStatus(StatusCode.ERROR);
    }

    @Override
    public String traceId() {
      return span.getSpanContext().getTraceId();
    }

    @Override
    public String traceParent() {
      var context = span.getSpanContext();
      return "00-%s-%s-%s"
          .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
    }

    @Override
    public void close() {
      span.end();
    }
  }

  /** Spans that wait for the collector. Counts those for which there is no room. */
  private static final class Queue implements SpanProcessor {
    private final Collector collector;
    private final SpanProcessor batches;

    Queue(Collector collector) {
      this.collector = collector;
      this.batches =
          BatchSpanProcessor.builder(collector)
              .setMaxQueueSize(MOST)
              .setScheduleDelay(PAUSE)
              .setExporterTimeout(TIMEOUT)
              .build();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      if (span.getSpanContext().isSampled()) {
        if (collector.waiting.get() >= MOST) {
          collector.lost.increment();
        } else {
          collector.waiting.incrementAndGet();
          batches.onEnd(span);
        }
      }
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return batches.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return batches.shutdown();
    }
  }

  /** Sends batches, and says once that they cannot be sent, and once that they can again. */
  private static final class Collector implements SpanExporter {
    private final URI endpoint;
    private final SpanExporter exporter;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder lost = new LongAdder();
    private final AtomicBoolean isFailing = new AtomicBoolean();

    Collector(URI endpoint) {
      this.endpoint = endpoint;
      this.exporter =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(endpoint.toString())
              .setTimeout(TIMEOUT)
              .build();
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int number = spans.size();
      CompletableResultCode result = exporter.export(spans);
      return result.whenComplete(() -> sent(number, result));
    }

    private void sent(int number, CompletableResultCode result) {
      waiting.addAndGet(-number);
      if (result.isSuccess()) {
        if (isFailing.compareAndSet(true, false)) {
          LOG.log(Level.INFO, "{0} takes traces again", endpoint);
        }
        return;
      }
      lost.add(number);
      if (isFailing.compareAndSet(false, true)) {
        Throwable cause = result.getFailureThrowable();
        String reason = cause == null ? null : cause.getMessage();
        LOG.log(
            Level.WARNING,
            "Traces cannot be sent to {0}; they are lost until it takes them: {1}",
            endpoint,
            reason == null ? "it refuses them" : reason);
      }
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  /** Sends the spans that wait, unless the collector does not take them. */
  @Override
  public void close() {
    var _ = provider.shutdown().join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
