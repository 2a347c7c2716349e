package dev.vitrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plain HTTP/1.1, adding nothing to what a row says: no Accept, no Content-Type, no redirects. */
final class Wire {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private Wire() {}

  static HttpRequest request(
      String method, URI uri, Map<String, String> headers, @Nullable String body) {
    return request(
        method,
        uri,
        headers,
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  static HttpRequest request(
      String method, URI uri, Map<String, String> headers, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).method(method, body);
    headers.forEach(request::header);
    return request.build();
  }

  static Reply send(HttpRequest request) {
    try {
      return Reply.of(CLIENT.send(request, BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(request.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends all at once, each on a connection of its own, and waits for every answer. */
  static List<Reply> sendTogether(Stream<HttpRequest> requests) {
    List<CompletableFuture<Reply>> underway =
        requests
            .map(request -> CLIENT.sendAsync(request, BodyHandlers.ofByteArray()))
            .map(answer -> answer.thenApply(Reply::of))
            .toList();
    return underway.stream().map(CompletableFuture::join).toList();
  }
}
