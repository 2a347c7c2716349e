package dev.vitrine.server.glance;

import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Accepted;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /healthcheck} as Glance's, which is oslo.middleware with {@code disable_by_file}: an
 * operator creates a file to take a node out of a load balancer. A node that is about to stop takes
 * itself out. It says nothing of the database.
 */
public final class HealthCheck {
  private static final String SERVING = "OK";
  private static final String PLAIN = "text/plain";
  private static final String HTML = "text/html";

  /** In the order of preference of oslo.middleware. */
  private static final List<String> FORMS = List.of(PLAIN, HTML, Json.MEDIA_TYPE);

  private final @Nullable Path file;
  private final BooleanSupplier isDraining;

  /**
   * @param file while it exists, the answer is 503; null: never
   * @param isDraining whether the server is about to stop: then the answer is 503
   */
  public HealthCheck(@Nullable Path file, BooleanSupplier isDraining) {
    this.file = file;
    this.isDraining = isDraining;
  }

  /** Adds the two routes. */
  public void addTo(Routes routes) {
    routes
        .on(Operation.CHECK_HEALTH, this::answer)
        .on(
            Operation.CHECK_HEALTH_BY_HEAD,
            request -> Reply.empty(reason().equals(SERVING) ? 204 : 503));
  }

  private String reason() {
    if (isDisabled()) {
      return "DISABLED BY FILE";
    }
    return isDraining.getAsBoolean() ? "STOPPING" : SERVING;
  }

  private boolean isDisabled() {
    return file != null && Files.exists(file);
  }

  /** In the form that {@code Accept} asks for; plain text also if it asks for another one. */
  private Reply answer(Request request) {
    String reason = reason();
    int status = reason.equals(SERVING) ? 200 : 503;
    return switch (Accepted.best(request.list("Accept"), FORMS)) {
      case Json.MEDIA_TYPE ->
          Json.reply(
              status,
              json -> {
                json.writeStartObject();
                json.writeBooleanField("detailed", false);
                json.writeArrayFieldStart("reasons");
                json.writeString(reason);
                json.writeEndArray();
                json.writeEndObject();
              });
      case HTML -> Reply.text(status, HTML + "; charset=UTF-8", page(reason));
      default -> Reply.text(status, PLAIN + "; charset=UTF-8", reason);
    };
  }

  private static String page(String reason) {
    return "<!DOCTYPE html><title>Health</title><p>%s</p>\n".formatted(reason);
  }
}
