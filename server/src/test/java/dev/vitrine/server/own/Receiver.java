package dev.vitrine.server.own;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A receiver of webhooks on loopback. Verifies signatures as the specification's libraries do. */
@NullMarked
public final class Receiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private volatile Function<Received, Answer> answers = message -> new Answer(200);

  /** What a receiver answers. */
  public record Answer(int status, Map<String, String> headers) {
    public Answer(int status) {
      this(status, Map.of());
    }
  }

  /** A message. */
  public record Received(Headers headers, String body) {
    String header(String name) {
      return Objects.requireNonNull(headers.getFirst(name), name);
    }

    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }

    String kind() {
      return json().path("type").asText().replace("dev.vitrine.", "");
    }

    /** One of the signatures must be by this secret. */
    void requireSigned(String secret) {
      assertThat(isSigned(secret)).as(header("webhook-signature")).isTrue();
    }

    boolean isSigned(String secret) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(
            (header("webhook-id") + "." + header("webhook-timestamp") + ".").getBytes(UTF_8));
        String expected =
            "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(UTF_8)));
        return Stream.of(header("webhook-signature").split(" ", -1)).anyMatch(expected::equals);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  public Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::receive);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      Received message =
          new Received(
              exchange.getRequestHeaders(),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      Answer answer = answers.apply(message);
      received.add(message);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), -1);
    }
  }

  /** Answers so from now on. */
  public void answer(Function<Received, Answer> by) {
    answers = by;
  }

  public String url() {
    return "http://127.0.0.1:%d/hook?of=test".formatted(server.getAddress().getPort());
  }

  /** The next message; fails if none comes. */
  public Received next() {
    return Objects.requireNonNull(poll(20_000), "no message has come");
  }

  public @Nullable Received poll(long millis) {
    try {
      return received.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The kinds of the next messages, as many as these. */
  List<String> kinds(int count) {
    return Stream.generate(this::next).limit(count).map(Received::kind).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
