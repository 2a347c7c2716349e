package dev.vitrine.server.management;

import dev.vitrine.server.management.ManagementServer.Answer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from a listener that asks for no password. A browser on a machine that
 * reaches it sends what any page asks for, and says so: {@code Origin} comes with each request that
 * changes something (Fetch, 3.2), and {@code Host} is the name of the page's site, also when that
 * name leads here (DNS rebinding).
 *
 * @param address what the listener was told to listen on
 * @param isLoopback whether only this machine reaches it: then names of other machines are no names
 *     of it. Otherwise any name may be, and only changes are guarded
 */
record BrowserGuard(String address, boolean isLoopback) {
  private static final Set<String> READS = Set.of("GET", "HEAD");

  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-f.]*:[0-9a-f:.%]*]?");

  static BrowserGuard of(String address) {
    try {
      return new BrowserGuard(address, InetAddress.getByName(address).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return new BrowserGuard(address, false);
    }
  }

  /** The answer to a request that a page makes; null: this one is welcome. */
  @Nullable Answer refusal(HttpServerRequest request) {
    if (!READS.contains(request.method().name())
        && request.headers().contains(HttpHeaders.ORIGIN)) {
      return Answer.text(403, "no page in a browser changes anything here");
    }
    if (isLoopback
        && request.headers().contains(HttpHeaders.HOST)
        && !isOurs(request.authority())) {
      return Answer.text(421, "not by this name; use 127.0.0.1 or localhost");
    }
    return null;
  }

  private boolean isOurs(@Nullable HostAndPort authority) {
    if (authority == null) {
      return false;
    }
    String host = authority.host().toLowerCase(Locale.ROOT);
    return host.equals("localhost")
        || host.equalsIgnoreCase(address)
        || ADDRESS.matcher(host).matches();
  }
}
