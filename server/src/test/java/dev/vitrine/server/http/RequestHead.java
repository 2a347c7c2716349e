package dev.vitrine.server.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Requests without a connection, for tests of parsers: a path, a query and header lines. */
@NullMarked
public final class RequestHead {
  private RequestHead() {}

  /** A request with this query, as a client encodes it; null: without one. */
  public static Request query(@Nullable String query) {
    return request("/", query, MultiMap.caseInsensitiveMultiMap());
  }

  /** A request with this path. */
  public static Request path(String path) {
    return request(path, null, MultiMap.caseInsensitiveMultiMap());
  }

  /**
   * A request with these header lines.
   *
   * @param lines a name, its value, another name, its value, …
   */
  public static Request headers(String... lines) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < lines.length; i += 2) {
      headers.add(lines[i], lines[i + 1]);
    }
    return request("/", null, headers);
  }

  private static Request request(String path, @Nullable String query, MultiMap headers) {
    Object raw =
        Proxy.newProxyInstance(
            RequestHead.class.getClassLoader(),
            new Class<?>[] {HttpServerRequest.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "path" -> path;
                  case "query" -> query;
                  case "version" -> HttpVersion.HTTP_1_1;
                  case "headers" -> headers;
                  case "getHeader" -> headers.get(Objects.requireNonNull((String) arguments[0]));
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    return new Request((HttpServerRequest) raw, "req-test", null, TrustedProxies.NONE);
  }
}
