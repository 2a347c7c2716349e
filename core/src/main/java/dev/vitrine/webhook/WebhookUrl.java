package dev.vitrine.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where a webhook sends to: {@code https} or {@code http}, a host, perhaps a port, a path and a
 * query. Which addresses the host may have is checked when it is connected to, because a name can
 * get another address at any time.
 */
public record WebhookUrl(String value) {
  private static final int MAX_LENGTH = 2_048;

  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

  /** Such a host is an IPv4 address to many programs: {@code 0x7f.1}, {@code 2130706433}. */
  private static final Pattern NUMBER = Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9a-fA-F]*)\\.?");

  /** {@link IllegalArgumentException}, whose message says in words what is wrong. */
  public WebhookUrl {
    require(value.length() <= MAX_LENGTH, "must have at most 2048 characters");
    require(value.chars().allMatch(c -> c > ' ' && c <= '~'), "must be visible ASCII characters");
    URI uri = parse(value);
    String scheme = uri.getScheme();
    require("https".equals(scheme) || "http".equals(scheme), "must begin with https:// or http://");
    require(uri.getRawUserInfo() == null, "must not contain a user or a password");
    require(uri.getRawFragment() == null, "must not contain a fragment (#)");
    String host = uri.getHost();
    require(host != null, "must name a host");
    require(
        uri.getPort() != 0 && uri.getPort() <= 65_535 && !uri.getRawAuthority().endsWith(":"),
        "must have a port from 1 to 65535, or none");
    require(
        !NUMBER.matcher(host).matches() || IPV4.matcher(host).matches(),
        "must name an IPv4 address by four decimal numbers");
    require(host.indexOf('%') < 0, "must not name a network interface");
    // Neither can be the name of a server in TLS (RFC 6066 §3).
    require(!host.endsWith("."), "must name the host without a dot at its end");
    require(
        !host.startsWith("[") || "http".equals(scheme),
        "must name the host, not an IPv6 address, because it begins with https://");
  }

  private static URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be a URL", e);
    }
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(rule);
    }
  }

  public boolean isSecure() {
    return value.startsWith("https:");
  }

  /** The host: a name, an IPv4 address, or an IPv6 address in brackets. */
  public String host() {
    return Objects.requireNonNull(URI.create(value).getHost());
  }

  /** The port that is connected to. */
  public int port() {
    int port = URI.create(value).getPort();
    return port > 0 ? port : isSecure() ? 443 : 80;
  }

  /** What the request line names: path and query. */
  public String target() {
    URI uri = URI.create(value);
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  @Override
  public String toString() {
    return value;
  }
}
