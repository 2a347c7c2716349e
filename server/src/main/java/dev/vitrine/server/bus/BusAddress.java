package dev.vitrine.server.bus;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the brokers of a message bus are: {@code amqp[s]://HOST[:PORT],…[/VHOST]}, as RabbitMQ's
 * URIs, but with several hosts, and without user and password.
 *
 * @param brokers of one cluster; at least one
 * @param vhost the virtual host
 */
public record BusAddress(boolean isTls, List<Host> brokers, String vhost) {
  private static final Pattern FORM =
      Pattern.compile("(?<scheme>amqps?)://(?<brokers>[^/?#@]+)(/(?<vhost>[^/?#@]*))?");

  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;

  /** A host and its port. */
  public record Host(String name, int port) {
    @Override
    public String toString() {
      return name + ":" + port;
    }
  }

  /** {@link IllegalArgumentException} if the text is malformed. */
  public static BusAddress parse(String text) {
    Matcher url = FORM.matcher(text);
    if (!url.matches()) {
      throw new IllegalArgumentException("malformed");
    }
    boolean isTls = url.group("scheme").equals("amqps");
    return new BusAddress(
        isTls,
        Stream.of(url.group("brokers").split(",", -1)).map(one -> host(one, isTls)).toList(),
        vhost(url.group("vhost")));
  }

  private static Host host(String text, boolean isTls) {
    URI url = URI.create("amqp://" + text);
    if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 0xFFFF) {
      throw new IllegalArgumentException("malformed");
    }
    return new Host(url.getHost(), url.getPort() > 0 ? url.getPort() : isTls ? TLS_PORT : PORT);
  }

  /** Without one, or with an empty one, RabbitMQ's default, as oslo.messaging has it. */
  private static String vhost(String path) {
    return path == null || path.isEmpty() ? "/" : URI.create("/" + path).getPath().substring(1);
  }

  /** The hosts, for messages. */
  String hosts() {
    return String.join(", ", brokers.stream().map(Host::toString).toList());
  }
}
