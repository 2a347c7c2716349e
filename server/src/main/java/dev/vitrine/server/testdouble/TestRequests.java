package dev.vitrine.server.testdouble;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Gate;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that steer a test double, below {@code /vitrine/v1/test}. They take no token. They
 * are no rows of {@code Operation}, because no server answers them.
 *
 * <pre>{@code
 * POST   /vitrine/v1/test/reset
 * GET    /vitrine/v1/test/clock
 * POST   /vitrine/v1/test/clock   {"now": "2030-01-01T00:00:00Z"} or {"advance_seconds": 3600}
 * GET    /vitrine/v1/test/faults
 * POST   /vitrine/v1/test/faults  {"kind": "delay", "path": "/v2/images/**", "delay_ms": 500}
 * DELETE /vitrine/v1/test/faults
 * }</pre>
 */
public final class TestRequests implements Gate {
  private static final String ROOT = "/vitrine/v1/test/";
  private static final Duration MAX_DELAY = Duration.ofMinutes(10);
  private static final Duration MAX_MOVE = Duration.ofDays(100 * 365);
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<String, Map<String, Handler>> routes = new LinkedHashMap<>();
  private final Faults faults;
  private final MovableClock clock;
  private final Consumer<Duration> moved;

  /**
   * @param reset makes everything as the seed says
   * @param moved moves the other clocks by as much as {@code clock}
   */
  public TestRequests(Faults faults, MovableClock clock, Consumer<Duration> moved, Runnable reset) {
    this.faults = faults;
    this.clock = clock;
    this.moved = moved;
    on(
        "POST",
        "reset",
        bodiless(
            request -> {
              faults.clear();
              reset.run();
              moveBy(Duration.ZERO);
              return Reply.empty(204);
            }));
    on("GET", "clock", bodiless(request -> now()));
    on("POST", "clock", this::setClock);
    on("GET", "faults", bodiless(request -> rules()));
    on("POST", "faults", this::addFault);
    on(
        "DELETE",
        "faults",
        bodiless(
            request -> {
              faults.clear();
              return Reply.empty(204);
            }));
  }

  private void on(String method, String name, Handler handler) {
    routes
        .computeIfAbsent(ROOT + name, path -> new LinkedHashMap<>())
        .put(method, QueryParameters.taking(handler));
  }

  /** Refuses a body with fields: they would have no effect. */
  private static Handler bodiless(Handler handler) {
    return request -> {
      if (request.body().length() > 0) {
        Fields.body(request).only();
      }
      return handler.handle(request);
    };
  }

  @Override
  public Verdict judge(Request request) {
    Map<String, Handler> methods = routes.get(request.path());
    if (methods == null) {
      return faults.judge(request);
    }
    Handler handler = methods.get(request.method());
    return handler == null
        ? new Verdict.WrongMethod(List.copyOf(methods.keySet()))
        : new Verdict.Answer(handler);
  }

  private synchronized Reply setClock(Request request) {
    Fields fields = Fields.body(request);
    fields.only("now", "advance_seconds");
    String now = fields.text("now");
    Long advance = number(fields, "advance_seconds", MAX_MOVE.toSeconds());
    if ((now == null) == (advance == null)) {
      throw invalid("Give either now or advance_seconds.");
    }
    Duration by =
        now == null
            ? clock.by().plusSeconds(advance == null ? 0 : advance)
            : Duration.between(Instant.now(), instant(now));
    if (by.abs().compareTo(MAX_MOVE) > 0) {
      throw invalid("The clock cannot be more than 100 years from the system's.");
    }
    moveBy(by);
    return now();
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw invalid("now is no time such as 2030-01-01T00:00:00Z.");
    }
  }

  private void moveBy(Duration by) {
    clock.moveBy(by);
    moved.accept(by);
  }

  private Reply now() {
    return Json.reply(200, JSON.objectNode().put("now", clock.instant().toString()));
  }

  private Reply addFault(Request request) {
    Fields fields = Fields.body(request);
    fields.only("kind", "method", "path", "times", "delay_ms");
    Fault.Kind kind = kind(fields.requiredText("kind"));
    if (kind == Fault.Kind.HANG_JOBS) {
      fields.only("kind");
      faults.add(new Fault(kind, null, "", null, null));
      return rules();
    }
    Long delay = number(fields, "delay_ms", MAX_DELAY.toMillis());
    if ((delay != null) != (kind == Fault.Kind.DELAY)) {
      throw invalid(
          delay == null ? "The kind delay needs delay_ms." : "Only the kind delay has delay_ms.");
    }
    Long times = number(fields, "times", Integer.MAX_VALUE);
    String path = fields.requiredText("path");
    if (!path.startsWith("/") && !path.startsWith("*")) {
      throw invalid("path begins with a slash or a star.");
    }
    if (path.contains("?")) {
      throw invalid("path has no query.");
    }
    if (path.startsWith("/image/") || path.startsWith("/identity/")) {
      throw invalid("path is written without /image and /identity.");
    }
    String method = fields.text("method");
    if (method != null && !METHODS.contains(method)) {
      throw invalid("method is one of " + new TreeSet<>(METHODS) + ".");
    }
    faults.add(
        new Fault(
            kind,
            method,
            path,
            times == null ? null : times.intValue(),
            delay == null ? null : Duration.ofMillis(delay)));
    return rules();
  }

  private static Fault.Kind kind(String word) {
    return Arrays.stream(Fault.Kind.values())
        .filter(kind -> kind.word().equals(word))
        .findAny()
        .orElseThrow(
            () ->
                invalid(
                    "kind is one of "
                        + Arrays.stream(Fault.Kind.values()).map(Fault.Kind::word).toList()
                        + "."));
  }

  /** A whole number from 1 to {@code most}; null if there is none. */
  private static @Nullable Long number(Fields fields, String name, long most) {
    if (!fields.has(name)) {
      return null;
    }
    JsonNode value = fields.raw(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw invalid(name + " is a whole number.");
    }
    if (value.longValue() < 1 || value.longValue() > most) {
      throw invalid("%s is from 1 to %d.".formatted(name, most));
    }
    return value.longValue();
  }

  private Reply rules() {
    ObjectNode body = JSON.objectNode();
    ArrayNode list = body.putArray("faults");
    for (Fault fault : faults.all()) {
      ObjectNode rule = list.addObject().put("kind", fault.kind().word());
      if (fault.kind() != Fault.Kind.HANG_JOBS) {
        rule.put("method", fault.method()).put("path", fault.path());
        rule.put("times", fault.times());
      }
      if (fault.delay() != null) {
        rule.put("delay_ms", fault.delay().toMillis());
      }
    }
    return Json.reply(200, body);
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
