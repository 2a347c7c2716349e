package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Operation;
import dev.vitrine.server.http.Credentials;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.http.WebServer;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What waits for long holds no worker (ADR 11). */
@NullMarked
class WorkersTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void aHandlerThatWaitsKeepsNobodyElseWaiting() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch hashed = new CountDownLatch(1);
    Routes routes =
        new Routes()
            .waiting(
                Operation.ISSUE_TOKEN,
                request -> {
                  begun.countDown();
                  await(hashed);
                  return Reply.empty(201);
                })
            .on(Operation.CHECK_HEALTH, request -> Reply.empty(204));
    Vertx vertx = Vertx.vertx();
    try (WebServer web =
        new WebServer(
            vertx,
            Doors.identityDoors("http://localhost"),
            routes,
            WorkersTest::nobody,
            1024,
            1024,
            1)) {
      String url = "http://127.0.0.1:" + web.listen("127.0.0.1", 0, 1);
      CompletableFuture<HttpResponse<Void>> login =
          client.sendAsync(
              HttpRequest.newBuilder(URI.create(url + "/v3/auth/tokens"))
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.discarding());
      await(begun);

      HttpResponse<Void> other =
          client
              .sendAsync(
                  HttpRequest.newBuilder(URI.create(url + "/healthcheck")).build(),
                  BodyHandlers.discarding())
              .get(10, TimeUnit.SECONDS);

      assertThat(other.statusCode()).isEqualTo(204);
      assertThat(login).isNotDone();
      hashed.countDown();
      assertThat(login.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    } finally {
      hashed.countDown();
    }
  }

  private static Credentials nobody(Request request) {
    throw new IllegalStateException(request.path() + " is open to all");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nothing happened for 30 s");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
