package dev.vitrine.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests by HTTP/1.1 and adds nothing to them: no Accept, no Content-Type, no redirects.
 * Safe for use by several threads; connections are kept and used again.
 *
 * <p>A method throws {@link UncheckedIOException} with method and URL if no complete response
 * arrives. It throws {@link IllegalStateException} if its thread is interrupted, and leaves the
 * interrupt flag set.
 */
public final class Client {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Time limit from the first byte of a request to the end of the response's header. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(1);

  /** A request with a longer body has no time limit: its duration depends on its size. */
  private static final long TIMED_BODY_BYTES = 1 << 20;

  private static final Duration END_TIMEOUT = Duration.ofMillis(300);

  private static final int PIECE_BYTES = 1 << 16;

  /** By the scheme of a URL. */
  private final Map<String, HttpClient> http = new ConcurrentHashMap<>();

  private final @Nullable Supplier<SSLContext> tls;

  /**
   * A client that waits ten seconds for a connection, and a minute for the head of the answer to a
   * request of at most 1 MiB.
   */
  public Client() {
    this(null);
  }

  /**
   * A client with the same limits.
   *
   * @param tls whom to trust; asked once, before the first request to an {@code https} URL. Null:
   *     whom the Java runtime trusts
   */
  public Client(@Nullable Supplier<SSLContext> tls) {
    this.tls = tls;
  }

  /**
   * Ends the threads of this client, which can send nothing any more. A JVM that ends waits 0.3 s
   * for threads that are in a system call, as the one that waits for answers is.
   */
  public void end() {
    http.values().forEach(HttpClient::shutdownNow);
    try {
      for (HttpClient one : http.values()) {
        boolean _ = one.awaitTermination(END_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A request without a header; headers are added to what this returns.
   *
   * @param body null: none. {@link BodyPublishers#ofFile} reads the file as it is sent
   */
  public HttpRequest.Builder request(String method, URI url, @Nullable BodyPublisher body) {
    BodyPublisher sent = body == null ? BodyPublishers.noBody() : body;
    HttpRequest.Builder request = HttpRequest.newBuilder(url).method(method, sent);
    boolean isTimed = sent.contentLength() >= 0 && sent.contentLength() <= TIMED_BODY_BYTES;
    return isTimed ? request.timeout(ANSWER_TIMEOUT) : request;
  }

  /** Sends a request and returns the answer, whatever its status. */
  public Response send(HttpRequest request) {
    return text(answer(request, BodyHandlers.ofByteArray()));
  }

  /**
   * Sends a request that has to succeed.
   *
   * @throws RequestFailed if the status is not 2xx
   */
  public Response call(HttpRequest request) {
    Response response = send(request);
    if (!response.isSuccess()) {
      throw new RequestFailed(request, response);
    }
    return response;
  }

  /** Sends all at once, each on a connection of its own, and returns the answers in this order. */
  public List<Response> sendTogether(List<HttpRequest> requests) {
    List<CompletableFuture<HttpResponse<byte[]>>> answers =
        requests.stream()
            .map(request -> http(request).sendAsync(request, BodyHandlers.ofByteArray()))
            .toList();
    return answers.stream().map(CompletableFuture::join).map(Client::text).toList();
  }

  /**
   * Sends a request and writes the body of the answer to a channel as it arrives. The channel stays
   * open. If this fails, it may have received a part of the body.
   *
   * @throws RequestFailed if the status is not 2xx; then the channel has received nothing
   */
  public Response download(HttpRequest request, WritableByteChannel to) {
    HttpResponse<InputStream> answer = answer(request, BodyHandlers.ofInputStream());
    try (ReadableByteChannel from = Channels.newChannel(answer.body())) {
      Response head = new Response(answer.statusCode(), answer.headers(), "");
      if (!head.isSuccess()) {
        String body = new String(answer.body().readAllBytes(), UTF_8);
        throw new RequestFailed(request, new Response(head.status(), head.headers(), body));
      }
      ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
      while (from.read(piece) >= 0) {
        piece.flip();
        while (piece.hasRemaining()) {
          to.write(piece);
        }
        piece.clear();
      }
      return head;
    } catch (IOException e) {
      throw failed(request, e);
    }
  }

  /**
   * Asks Keystone for a token.
   *
   * @throws RequestFailed if user, password or project are not accepted
   */
  public Session signIn(Login login) {
    return signIn(login.identity(), login.body());
  }

  /**
   * Asks Keystone for a token, by any of its methods and for any scope.
   *
   * @param identity URL of Keystone, ending in {@code /v3}
   * @param body of {@code POST /v3/auth/tokens}, in JSON
   * @throws RequestFailed if it is not accepted
   */
  public Session signIn(URI identity, String body) {
    Endpoint keystone = new Endpoint(this, identity, null);
    return Session.of(this, identity, keystone.call("POST", "/auth/tokens", body));
  }

  private <T> HttpResponse<T> answer(HttpRequest request, BodyHandler<T> body) {
    try {
      return http(request).send(request, body);
    } catch (IOException e) {
      throw failed(request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + request, e);
    }
  }

  private HttpClient http(HttpRequest request) {
    return http.computeIfAbsent(request.uri().getScheme().toLowerCase(Locale.ROOT), this::http);
  }

  private HttpClient http(String scheme) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (!scheme.equals("https")) {
      return NoTls.in(builder).build();
    }
    return tls == null ? builder.build() : builder.sslContext(tls.get()).build();
  }

  private static UncheckedIOException failed(HttpRequest request, IOException cause) {
    return new UncheckedIOException(request.method() + " " + request.uri() + ": " + cause, cause);
  }

  private static Response text(HttpResponse<byte[]> answer) {
    return new Response(answer.statusCode(), answer.headers(), new String(answer.body(), UTF_8));
  }
}
