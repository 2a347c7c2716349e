package dev.vitrine.server.http;

import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.huawei.Gateway;
import dev.vitrine.server.start.Composition;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;

/**
 * Builds a server of a test's own routes, without the services behind them. Everybody is alice, and
 * no limit hinders her, unless a test says otherwise.
 */
@NullMarked
final class BareServer {
  private final Vertx vertx;
  private final Routes routes;
  private Authenticator authenticator = request -> new Credentials.Proven(Callers.named("alice"));
  private int maxBody = 1_000_000;
  private long memory = 1_000_000;
  private Pace pace = new Pace(Duration.ofMinutes(1), 1);
  private Duration idle = Duration.ofMinutes(5);
  private Connections connections = new Connections(Connections.Limits.NONE, TrustedProxies.NONE);
  private TrustedProxies proxies = TrustedProxies.NONE;
  private LimitListener listener = LimitListener.NONE;
  private Observer observer = Observer.NONE;

  BareServer(Vertx vertx, Routes routes) {
    this.vertx = vertx;
    this.routes = routes;
  }

  BareServer authenticator(Authenticator authenticator) {
    this.authenticator = authenticator;
    return this;
  }

  /**
   * What bodies may hold.
   *
   * @param maxBody bytes of each
   * @param memory bytes of all
   */
  BareServer bodies(int maxBody, long memory) {
    this.maxBody = maxBody;
    this.memory = memory;
    return this;
  }

  BareServer pace(Pace pace) {
    this.pace = pace;
    return this;
  }

  BareServer idle(Duration idle) {
    this.idle = idle;
    return this;
  }

  /** Counts connections; the Vert.x must be its own. */
  BareServer connections(Connections connections, TrustedProxies proxies) {
    this.connections = connections;
    this.proxies = proxies;
    return this;
  }

  BareServer listener(LimitListener listener) {
    this.listener = listener;
    return this;
  }

  BareServer observer(Observer observer) {
    this.observer = observer;
    return this;
  }

  WebServer build() {
    return new WebServer(
        vertx,
        Composition.protocols("http://localhost", new Versions("http://localhost")),
        routes,
        authenticator,
        Gateway::badSignature,
        new WebServer.Limits(maxBody, memory, pace, idle, connections, null, null, listener),
        proxies,
        observer,
        null);
  }
}
