package dev.vitrine.server;

import dev.vitrine.Refusal;
import dev.vitrine.access.Operation;
import dev.vitrine.postgres.Database;
import dev.vitrine.server.http.Protocol;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.http.WebServer;
import io.vertx.core.Vertx;
import java.util.List;

/** Ties stores, rules and protocols together. */
final class Doors {
  private Doors() {}

  /** All that is served, not yet listening. */
  static WebServer open(Vertx vertx, Database database, Settings settings) {
    Routes routes =
        new Routes()
            .on(Operation.CHECK_HEALTH, request -> Reply.text(200, "text/plain", "OK"))
            .on(
                Operation.LIST_IMAGE_VERSIONS,
                request -> Reply.text(300, "application/json", "{\"versions\": []}"));
    return new WebServer(
        vertx,
        List.of(new Placeholder()),
        routes,
        request -> {
          throw new Refusal.Unauthenticated().asException();
        },
        settings.maxBody().bytes());
  }

  /** Until the doors are merged. */
  private record Placeholder() implements Protocol {
    @Override
    public boolean owns(String path) {
      return true;
    }

    @Override
    public boolean authenticatesFirst(String path) {
      return false;
    }

    @Override
    public Reply unknownRoute(Request request) {
      return Reply.empty(404);
    }

    @Override
    public Reply methodNotAllowed(Request request, List<String> allowed) {
      return Reply.empty(405).with("Allow", String.join(", ", allowed));
    }

    @Override
    public Reply refused(Request request, Refusal refusal) {
      return Reply.empty(400);
    }

    @Override
    public Reply failed(Request request) {
      return Reply.empty(500);
    }

    @Override
    public Reply finish(Request request, Reply reply) {
      return reply.with("X-Openstack-Request-Id", request.id());
    }
  }
}
