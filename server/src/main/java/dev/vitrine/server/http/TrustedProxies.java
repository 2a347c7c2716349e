package dev.vitrine.server.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that are believed when they say whom they forward. A header counts only if the other
 * end of the connection is one of them. It is read from its end, because a client can write its
 * beginning: each proxy appends the address that it saw. The first address that is not a trusted
 * proxy is the client's. Where the header cannot be read, the last address before that place
 * counts.
 *
 * @param networks empty: the client is the other end of the connection
 * @param header the one that the proxies set. There is one, because a proxy that sets one of them
 *     lets a client's own through in the other
 */
public record TrustedProxies(List<Network> networks, Header header) {
  /** Believes nobody. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of(), Header.X_FORWARDED_FOR);

  /** An IPv4 address with a port, as some proxies write it. */
  private static final Pattern WITH_PORT = Pattern.compile("([0-9.]+)(?::[0-9]{1,5})?");

  /** An IPv6 address in brackets, with or without a port. */
  private static final Pattern BRACKETED =
      Pattern.compile("\\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)](?::[0-9]{1,5})?");

  /** A pair of {@code Forwarded} (RFC 7239 §4), or nothing, up to the next semicolon or the end. */
  private static final Pattern PAIR =
      Pattern.compile(
          "[ \\t]*+(?:([!#$%&'*+.^_`|~0-9A-Za-z-]++)="
              + "(?:([!#$%&'*+.^_`|~0-9A-Za-z-]++)|\"((?:[^\"\\\\]|\\\\.)*+)\"))?+[ \\t]*+(?:;|$)");

  /** The headers in which proxies name the client. */
  public enum Header {
    X_FORWARDED_FOR("X-Forwarded-For"),
    /** RFC 7239. */
    FORWARDED("Forwarded");

    private final String wire;

    Header(String wire) {
      this.wire = wire;
    }
  }

  /**
   * The address of the client.
   *
   * @param peer the address at the other end of the connection
   * @param headers all header lines of a name, in the client's order
   */
  String client(String peer, Function<String, List<String>> headers) {
    if (networks.isEmpty()) {
      return peer;
    }
    InetAddress last = Network.address(peer);
    if (last == null || !trusts(last)) {
      return peer;
    }
    String list = String.join(",", headers.apply(header.wire));
    for (int end = list.length(); end >= 0; ) {
      int start = startOfLast(list, end);
      InetAddress next = address(list.substring(start, end).strip());
      if (next == null) {
        break;
      }
      last = next;
      if (!trusts(last)) {
        break;
      }
      end = start - 1;
    }
    return last.getHostAddress();
  }

  /** Whether the address is that of a trusted proxy. */
  boolean trusts(InetAddress address) {
    for (Network network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where the last element before {@code end} begins. Commas in quotes do not separate elements.
   * Quotes are matched from the end: those that a client left open do not reach what proxies
   * appended.
   */
  private int startOfLast(String list, int end) {
    boolean isQuoted = false;
    for (int i = end - 1; i >= 0; i--) {
      char c = list.charAt(i);
      if (c == '"' && header == Header.FORWARDED && !isEscaped(list, i)) {
        isQuoted = !isQuoted;
      } else if (c == ',' && !isQuoted) {
        return i + 1;
      }
    }
    return 0;
  }

  private static boolean isEscaped(String text, int at) {
    int slashes = 0;
    while (slashes < at && text.charAt(at - slashes - 1) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  private @Nullable InetAddress address(String element) {
    String node = header == Header.FORWARDED ? forwardedFor(element) : element;
    if (node == null) {
      return null;
    }
    Matcher ip = BRACKETED.matcher(node);
    if (!ip.matches()) {
      ip = WITH_PORT.matcher(node);
    }
    if (ip.matches()) {
      return Network.address(ip.group(1));
    }
    // Without brackets, IPv6 is allowed in X-Forwarded-For only.
    return header == Header.FORWARDED ? null : Network.address(node);
  }

  /** The parameter {@code for} of an element; null if it is absent, repeated or unreadable. */
  private static @Nullable String forwardedFor(String element) {
    String found = null;
    Matcher pair = PAIR.matcher(element);
    for (int at = 0; at < element.length(); at = pair.end()) {
      if (!pair.find(at) || pair.start() != at) {
        return null;
      }
      String name = pair.group(1);
      if (name != null && name.toLowerCase(Locale.ROOT).equals("for")) {
        if (found != null) {
          return null;
        }
        found = pair.group(2) == null ? pair.group(3).replaceAll("\\\\(.)", "$1") : pair.group(2);
      }
    }
    return found;
  }
}
