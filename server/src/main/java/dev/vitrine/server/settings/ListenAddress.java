package dev.vitrine.server.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address that the server listens on.
 *
 * @param host a name or an address, an IPv6 address without brackets
 * @param port 0: any free port
 */
public record ListenAddress(String host, int port) {
  private static final int LOWEST_CHOSEN = 20_000;
  private static final int LOWEST_OUTGOING = 32_768;

  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9a-fA-F:.%]+)]|([^\\s:\\[\\]/@]+)):(\\d{1,5})");
  private static final int MAX_PORT = 65_535;

  /** Reads {@code HOST:PORT} or {@code [IPV6]:PORT}. */
  static ListenAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT) {
      throw new IllegalArgumentException(text);
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new ListenAddress(host, Integer.parseInt(matcher.group(3)));
  }

  /** Whether it means every address of the machine. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /**
   * Whether a socket on one of them takes what the other needs; port 0 is another one each time.
   */
  boolean conflictsWith(ListenAddress other) {
    return port != 0
        && port == other.port
        && (isWildcard() || other.isWildcard() || host.equalsIgnoreCase(other.host));
  }

  /**
   * Replaces port 0 by a port that is free now, because the port must be known before listening,
   * seconds later. Outgoing connections of this machine, whose ports Linux takes from 32768 on,
   * must not get it meanwhile.
   */
  public ListenAddress withActualPort() {
    if (port != 0) {
      return this;
    }
    while (true) {
      int chosen = ThreadLocalRandom.current().nextInt(LOWEST_CHOSEN, LOWEST_OUTGOING);
      try (ServerSocket free = new ServerSocket(chosen)) {
        return new ListenAddress(host, free.getLocalPort());
      } catch (BindException taken) {
        // Another one.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * The URL of this server on this machine, given its port.
   *
   * @param scheme {@code http} or {@code https}
   */
  String url(String scheme, int actualPort) {
    String name = isWildcard() ? "localhost" : host.contains(":") ? "[" + host + "]" : host;
    return scheme + "://" + name + ":" + actualPort;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
