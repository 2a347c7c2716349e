package dev.vitrine.server.glance;

import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Routes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /healthcheck} as Glance's, which is oslo.middleware with {@code disable_by_file}: an
 * operator creates a file to take a node out of a load balancer. A node that is about to stop takes
 * itself out. It says nothing of the database.
 */
public final class HealthCheck {
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
        .on(Operation.CHECK_HEALTH, request -> isServing() ? text(200, "OK") : text(503, reason()))
        .on(Operation.CHECK_HEALTH_BY_HEAD, request -> Reply.empty(isServing() ? 204 : 503));
  }

  private boolean isServing() {
    return !isDraining.getAsBoolean() && !isDisabled();
  }

  private String reason() {
    return isDisabled() ? "DISABLED BY FILE" : "STOPPING";
  }

  private boolean isDisabled() {
    return file != null && Files.exists(file);
  }

  private static Reply text(int status, String text) {
    return Reply.text(status, "text/plain; charset=UTF-8", text);
  }
}
