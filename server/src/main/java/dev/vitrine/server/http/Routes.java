package dev.vitrine.server.http;

import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Maps operations to handlers. Only {@link Operation} defines methods and paths. Each segment is
 * matched and decoded by itself, so {@code %2F} stays part of an id (ruling 19).
 *
 * <p>{@code HEAD} on a path of our own protocol is {@code GET} without the body (RFC 9110, 9.3.2).
 * In the other protocols, {@link Operation} has a row for each {@code HEAD} that they know.
 */
public final class Routes {
  private final Node root = new Node();
  private final UnaryOperator<Handler> bodiless;

  /**
   * @param bodiless wraps the handlers of operations that take no body
   */
  public Routes(UnaryOperator<Handler> bodiless) {
    this.bodiless = bodiless;
  }

  /** An operation and its handler. */
  record Route(Operation operation, Handler handler, boolean isStreaming) {}

  /** The result of looking up a path. */
  sealed interface Match {
    /** A handler. */
    record Found(Route route, Map<String, String> parameters) implements Match {}

    /** A path with handlers, but none for this method. */
    record WrongMethod(List<String> allowed) implements Match {}

    /** A path without handlers. */
    record Nothing() implements Match {}
  }

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    @Nullable Node any;
    final Map<String, Route> byMethod = new LinkedHashMap<>();
  }

  /** Registers a handler that runs when the body is complete. */
  public Routes on(Operation operation, Handler handler) {
    return add(
        new Route(operation, operation.takesBody() ? handler : bodiless.apply(handler), false));
  }

  /** Registers a handler that reads the body as it arrives. */
  public Routes streaming(Operation operation, Handler handler) {
    return add(new Route(operation, handler, true));
  }

  private Routes add(Route route) {
    Node node = root;
    for (String segment : segments(route.operation().path())) {
      if (isParameter(segment)) {
        node.any = node.any == null ? new Node() : node.any;
        node = node.any;
      } else {
        node = node.literals.computeIfAbsent(segment, s -> new Node());
      }
    }
    String method = route.operation().method();
    put(node, method, route);
    if (method.equals("GET") && route.operation().protocol() == Protocol.VITRINE) {
      put(node, "HEAD", route);
    }
    return this;
  }

  private static void put(Node node, String method, Route route) {
    if (node.byMethod.put(method, route) != null) {
      throw new IllegalStateException(route.operation() + " has two handlers");
    }
  }

  /**
   * The operation that a request would call.
   *
   * @param parameters segments of the path by their names in the operation's template, decoded
   */
  public record Resolved(Operation operation, Map<String, String> parameters) {}

  /** The operation that a request of this method and raw path would call, null if none. */
  public @Nullable Resolved resolve(String method, String rawPath) {
    String path = Mount.route(rawPath, Mount.prefix(rawPath));
    return find(method, path) instanceof Match.Found found
        ? new Resolved(found.route().operation(), found.parameters())
        : null;
  }

  /** Looks a raw (still encoded) path up. */
  Match find(String method, String rawPath) {
    List<String> segments = segments(rawPath);
    Node node = root;
    for (String segment : segments) {
      Node next = node.literals.get(segment);
      if (next == null) {
        next = segment.isEmpty() ? null : node.any;
      }
      if (next == null) {
        return new Match.Nothing();
      }
      node = next;
    }
    if (node.byMethod.isEmpty()) {
      return new Match.Nothing();
    }
    Route route = node.byMethod.get(method);
    if (route == null) {
      return new Match.WrongMethod(List.copyOf(node.byMethod.keySet()));
    }
    Map<String, String> parameters = parameters(route.operation(), segments);
    return parameters == null ? new Match.Nothing() : new Match.Found(route, parameters);
  }

  /** Null if a segment is not valid UTF-8: such a path has no route. */
  private static @Nullable Map<String, String> parameters(
      Operation operation, List<String> segments) {
    Map<String, String> parameters = Map.of();
    List<String> names = segments(operation.path());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (isParameter(name)) {
        String value = PercentEncoding.decode(segments.get(i));
        if (value == null) {
          return null;
        }
        parameters = parameters.isEmpty() ? new HashMap<>() : parameters;
        parameters.put(name.substring(1, name.length() - 1), value);
      }
    }
    return parameters;
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  /**
   * {@code /a/b} has the segments a and b; {@code /a/} a and an empty one; {@code /} an empty one.
   */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    int from = 1;
    for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', from)) {
      segments.add(path.substring(from, slash));
      from = slash + 1;
    }
    segments.add(path.substring(Math.min(from, path.length())));
    return segments;
  }
}
