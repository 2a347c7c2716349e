package dev.vitrine.server.management;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients should be sent here. A server that is alive is not ready while it starts, when
 * its database does not answer, when a disk is nearly full, and when it is about to stop.
 */
public final class Health {
  /** The state of the server itself; each but {@link #SERVING} is a problem. */
  private enum Phase {
    STARTING,
    SERVING,
    DRAINING
  }

  private final Map<String, Probe<Optional<String>>> checks = new LinkedHashMap<>();
  private volatile Phase phase = Phase.STARTING;

  /**
   * Adds a check. All are added before {@link #serving}.
   *
   * @param check returns the problem, if there is one; may wait
   */
  public void add(String name, Callable<Optional<String>> check) {
    checks.put(name, new Probe<>(check));
  }

  /** The server has started. */
  public void serving() {
    phase = Phase.SERVING;
  }

  /** The server is about to stop. */
  public void draining() {
    phase = Phase.DRAINING;
  }

  public boolean isDraining() {
    return phase == Phase.DRAINING;
  }

  /**
   * The result of a check.
   *
   * @param problem null: none
   */
  public record Result(String name, @Nullable String problem) {}

  /** The results of all checks. */
  public record Report(List<Result> results) {
    public boolean isReady() {
      return results.stream().allMatch(result -> result.problem() == null);
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeBooleanField("ready", isReady());
      json.writeObjectFieldStart("checks");
      for (Result result : results) {
        json.writeStringField(result.name(), result.problem() == null ? "ok" : result.problem());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  /** Makes the checks. May wait for a second each, but all wait at the same time. */
  public Report report() {
    Phase now = phase;
    List<Result> results = new ArrayList<>();
    results.add(
        new Result(
            "server",
            switch (now) {
              case STARTING -> "starting";
              case DRAINING -> "draining";
              case SERVING -> null;
            }));
    if (now != Phase.STARTING) {
      checks.values().forEach(Probe::begin);
      checks.forEach((name, check) -> results.add(new Result(name, problem(check))));
    }
    return new Report(results);
  }

  private static @Nullable String problem(Probe<Optional<String>> check) {
    try {
      return check.answer().orElse(null);
    } catch (TimeoutException e) {
      return "no answer within a second";
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause == null || cause.getMessage() == null ? e.toString() : cause.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
