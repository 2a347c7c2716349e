package dev.vitrine.server.webhook;

import dev.vitrine.identity.DomainId;
import dev.vitrine.server.http.Network;
import dev.vitrine.webhook.Failure;
import dev.vitrine.webhook.Messenger;
import dev.vitrine.webhook.Notice;
import dev.vitrine.webhook.WebhookSignature;
import dev.vitrine.webhook.WebhookUrl;
import dev.vitrine.work.FairShares;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends notices by HTTP/1.1. The host is looked up for each attempt, the addresses are checked
 * ({@link AddressGuard}), and a checked address is the one that is connected to; the name serves
 * for TLS and the header Host only. No redirect is followed, and each attempt has its own
 * connection.
 *
 * <p>Looking up a name holds a thread of the platform, for as long as a name server takes, also
 * when the attempt has given up. So lookups have threads of their own, which accounts share.
 */
public final class HttpMessenger implements Messenger, AutoCloseable {
  /** Of an attempt as a whole. */
  private static final Duration TIME = Duration.ofSeconds(15);

  private static final Duration TO_RESOLVE = Duration.ofSeconds(5);
  private static final Duration TO_CONNECT = Duration.ofSeconds(5);

  /** Of an answer's body. Nothing of it is used; a receiver that is read is not surprised. */
  private static final int MAX_BODY = 16 * 1_024;

  private static final int MAX_HEAD = 16 * 1_024;

  /** Addresses of a name that are tried in one attempt. */
  private static final int ADDRESSES = 3;

  /**
   * Names that are looked up at a time, and connections to one host: more than there are attempts.
   */
  private static final int AT_A_TIME = 128;

  private static final ThreadFactory LOOKUPS =
      Thread.ofPlatform().daemon().name("webhook-lookup-", 1).factory();

  private final Vertx vertx;
  private final HttpClientOptions options;
  private final AddressGuard guard;
  private final Resolver resolver;
  private final String source;
  private final String agent;
  private final Duration time;
  private final FairShares<DomainId> lookups = new FairShares<>(AT_A_TIME);
  private @Nullable HttpClient client;

  /**
   * @param allowed addresses that may be private, and need no TLS
   * @param source the URL of this cloud
   * @param version of this program
   */
  public HttpMessenger(Vertx vertx, List<Network> allowed, String source, String version) {
    this(
        vertx,
        new HttpClientOptions(),
        allowed,
        host -> List.of(InetAddress.getAllByName(host)),
        source,
        version,
        TIME);
  }

  HttpMessenger(
      Vertx vertx,
      HttpClientOptions options,
      List<Network> allowed,
      Resolver resolver,
      String source,
      String version,
      Duration time) {
    this.vertx = vertx;
    this.options =
        options
            .setKeepAlive(false)
            .setVerifyHost(true)
            .setForceSni(true)
            .setConnectTimeout((int) TO_CONNECT.toMillis())
            .setSslHandshakeTimeout(TO_CONNECT.toSeconds())
            .setMaxHeaderSize(MAX_HEAD)
            .setMaxRedirects(0);
    this.guard = new AddressGuard(List.copyOf(allowed));
    this.resolver = resolver;
    this.source = source;
    this.agent = "Vitrine/" + version;
    this.time = time;
  }

  @Override
  public boolean allowsPlainHttp() {
    return !guard.allowed().isEmpty();
  }

  /** Why an attempt failed. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    final Failure failure;

    Failed(Failure failure) {
      super(failure.word(), null, false, false);
      this.failure = failure;
    }
  }

  @Override
  public Answer send(DomainId account, WebhookUrl url, Notice notice, List<String> secrets) {
    long end = System.nanoTime() + time.toNanos();
    byte[] body = CloudEvent.of(notice, source);
    long timestamp = Instant.now().getEpochSecond();
    HttpClientRequest request = null;
    try {
      request = connect(url, permitted(account, url, end), end);
      request
          .exceptionHandler(failure -> {}) // The answer fails of it.
          .putHeader("Content-Type", CloudEvent.MEDIA_TYPE)
          .putHeader("User-Agent", agent)
          .putHeader("webhook-id", notice.id())
          .putHeader("webhook-timestamp", Long.toString(timestamp))
          .putHeader(
              "webhook-signature", WebhookSignature.of(secrets, notice.id(), timestamp, body));
      return exchange(request, Buffer.buffer(body), end);
    } catch (Failed e) {
      return new Answer(null, e.failure, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(null, Failure.STOPPED, null);
    } finally {
      if (request != null) {
        request.reset(); // Whatever the receiver still sends.
      }
    }
  }

  /** The addresses of the host that may be connected to, at least one. */
  private List<InetAddress> permitted(DomainId account, WebhookUrl url, long end)
      throws Failed, InterruptedException {
    long giveUp = Math.min(end, System.nanoTime() + TO_RESOLVE.toNanos());
    try {
      List<InetAddress> permitted =
          lookUp(account, url.host(), giveUp)
              .get(giveUp - System.nanoTime(), TimeUnit.NANOSECONDS)
              .stream()
              .filter(address -> guard.permits(address, url.isSecure()))
              .limit(ADDRESSES)
              .toList();
      if (permitted.isEmpty()) {
        throw new Failed(Failure.ADDRESS_REFUSED);
      }
      return permitted;
    } catch (ExecutionException e) {
      throw new Failed(Failure.HOST_UNKNOWN);
    } catch (TimeoutException e) {
      throw new Failed(Failure.LOOKUP_TIMEOUT);
    }
  }

  /** Waits for the account's turn. The account has one lookup less until this one ends. */
  private FutureTask<List<InetAddress>> lookUp(DomainId account, String host, long giveUp)
      throws Failed, InterruptedException {
    if (!lookups.await(account, 1, Duration.ofNanos(giveUp - System.nanoTime()))) {
      throw new Failed(Failure.LOOKUPS_BUSY);
    }
    FutureTask<List<InetAddress>> lookup = new FutureTask<>(() -> resolver.resolve(host));
    LOOKUPS
        .newThread(
            () -> {
              try {
                lookup.run();
              } finally {
                lookups.giveBack(account, 1);
              }
            })
        .start();
    return lookup;
  }

  /** Connects to the first address that can be, by TLS if the URL says so. */
  private HttpClientRequest connect(WebhookUrl url, List<InetAddress> addresses, long end)
      throws Failed, InterruptedException {
    Failed last = new Failed(Failure.CONNECTION_FAILED);
    for (InetAddress address : addresses) {
      Future<HttpClientRequest> connected =
          client()
              .request(
                  new RequestOptions()
                      .setMethod(HttpMethod.POST)
                      .setServer(
                          SocketAddress.inetSocketAddress(
                              new InetSocketAddress(address, url.port())))
                      .setHost(url.host())
                      .setPort(url.port())
                      .setSsl(url.isSecure())
                      .setURI(url.target())
                      .setFollowRedirects(false));
      try {
        return await(connected, end);
      } catch (TimeoutException e) {
        connected.onSuccess(HttpClientRequest::reset);
        throw new Failed(Failure.CONNECT_TIMEOUT);
      } catch (ExecutionException e) {
        last = new Failed(failure(e.getCause()));
      }
    }
    throw last;
  }

  /** What has a status is answered, even if the rest does not come. */
  private static Answer exchange(HttpClientRequest request, Buffer body, long end)
      throws Failed, InterruptedException {
    AtomicReference<@Nullable Answer> head = new AtomicReference<>();
    // Before the request is sent: an answer that is read already has lost its end.
    Future<Answer> read =
        request
            .response()
            .compose(
                response -> {
                  Answer answer = answer(response);
                  head.set(answer);
                  return drained(response).map(answer);
                });
    request.end(body);
    try {
      return await(read, end);
    } catch (TimeoutException e) {
      Answer answer = head.get();
      if (answer != null) {
        return answer;
      }
      throw new Failed(Failure.TIMEOUT);
    } catch (ExecutionException e) {
      throw new Failed(failure(e.getCause()));
    }
  }

  /** Completes at the end of the body, or when it is too long. */
  private static Future<Void> drained(HttpClientResponse response) {
    Promise<Void> over = Promise.promise();
    AtomicInteger length = new AtomicInteger();
    response
        .exceptionHandler(failure -> over.tryComplete())
        .endHandler(ended -> over.tryComplete())
        .handler(
            part -> {
              if (length.addAndGet(part.length()) > MAX_BODY) {
                over.tryComplete();
              }
            });
    return over.future();
  }

  private static Answer answer(HttpClientResponse response) {
    int status = response.statusCode();
    Failure failure =
        switch (status / 100) {
          case 2 -> null;
          case 3 -> Failure.REDIRECT;
          default -> Failure.STATUS;
        };
    return new Answer(
        status, failure, failure == null ? null : retryAfter(response.getHeader("Retry-After")));
  }

  /** RFC 9110, 10.2.3: seconds, or a date. Null if it is neither. */
  static @Nullable Duration retryAfter(@Nullable String header) {
    if (header == null) {
      return null;
    }
    if (header.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(header));
    }
    try {
      Instant date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(Instant.now(), date);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static <T> T await(Future<T> future, long end)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private static Failure failure(@Nullable Throwable thrown) {
    return switch (thrown) {
      case SSLException _ -> Failure.TLS;
      case ConnectException _ -> Failure.CONNECTION_REFUSED;
      case HttpClosedException _ -> Failure.NO_ANSWER;
      case null, default -> Failure.CONNECTION_FAILED;
    };
  }

  private synchronized HttpClient client() {
    if (client == null) {
      client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(AT_A_TIME));
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
