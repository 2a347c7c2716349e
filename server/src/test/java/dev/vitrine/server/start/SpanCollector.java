package dev.vitrine.server.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Receives what a server sends to an OpenTelemetry collector: OTLP over HTTP, in Protobuf. */
@NullMarked
final class SpanCollector implements AutoCloseable {
  private final HttpServer server;
  private final List<ExportTraceServiceRequest> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile int status = 200;
  private volatile boolean hangs;

  SpanCollector() throws IOException {
    this(0);
  }

  SpanCollector(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          if (hangs) {
            await(closed);
          }
          ExportTraceServiceRequest sent =
              ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
          if (status == 200) {
            received.add(sent);
          }
          byte[] rubbish = "rubbish".getBytes(UTF_8);
          exchange.sendResponseHeaders(status, rubbish.length);
          exchange.getResponseBody().write(rubbish);
          exchange.close();
        });
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + port() + "/v1/traces";
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** From now on it answers this. */
  void answer(int next) {
    status = next;
  }

  /** From now on it answers nothing. */
  void hang() {
    hangs = true;
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A span with its ids in hexadecimal. */
  record Seen(Span span) {
    String trace() {
      return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    String id() {
      return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    String parent() {
      return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    String name() {
      return span.getName();
    }

    boolean isOfServer() {
      return span.getKind() == Span.SpanKind.SPAN_KIND_SERVER;
    }

    Map<String, String> attributes() {
      return SpanCollector.attributes(span.getAttributesList());
    }

    @Nullable String attribute(String name) {
      return attributes().get(name);
    }
  }

  private static Map<String, String> attributes(List<KeyValue> list) {
    Map<String, String> attributes = new TreeMap<>();
    for (KeyValue one : list) {
      AnyValue value = one.getValue();
      attributes.put(
          one.getKey(),
          value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntValue()));
    }
    return attributes;
  }

  /** All spans so far. */
  List<Seen> spans() {
    return received.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .map(Seen::new)
        .toList();
  }

  /** What each batch says of the server. */
  List<Map<String, String>> resources() {
    return received.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .map(ResourceSpans::getResource)
        .map(resource -> attributes(resource.getAttributesList()))
        .toList();
  }

  /** Everything, as text. */
  String text() {
    return String.join("\n", received.stream().map(Object::toString).toList());
  }

  /** The first span of this kind, which may be still to come. */
  Seen await(Predicate<Seen> kind) throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      Optional<Seen> found = spans().stream().filter(kind).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no such span in " + text());
  }

  /** All spans of a trace, once its request has ended: its span is the last. */
  List<Seen> trace(String requestId) throws InterruptedException {
    Seen request = await(span -> requestId.equals(span.attribute("vitrine.request.id")));
    return spans().stream().filter(span -> span.trace().equals(request.trace())).toList();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
