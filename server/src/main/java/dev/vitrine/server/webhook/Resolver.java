package dev.vitrine.server.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host. May wait long. */
@FunctionalInterface
interface Resolver {
  /**
   * All addresses.
   *
   * @param host a name, an IPv4 address, or an IPv6 address in brackets
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
