package dev.vitrine.server.webhook;

import dev.vitrine.server.http.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses a webhook may be sent to: public ones, and those that the operator allows. What
 * is refused is what the registries of IANA call not globally reachable ("IANA IPv4 and IPv6
 * Special-Purpose Address Registry"), and what carries another address inside itself.
 *
 * @param allowed by the operator, whatever they are, also without TLS
 */
record AddressGuard(List<Network> allowed) {
  private static final List<Network> REFUSED_V4 =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carrier-grade NAT
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local; metadata of clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  /** The rest is loopback, unique local, link-local, multicast, NAT64, IPv4 in IPv6, or unused. */
  private static final Network GLOBAL_V6 = Network.parse("2000::/3");

  private static final List<Network> REFUSED_V6 =
      networks(
          "2001::/23", // protocol assignments, Teredo
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "3fff::/20"); // documentation

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(Network::parse).toList();
  }

  /**
   * Whether this address may be connected to.
   *
   * @param isSecure whether by TLS
   */
  boolean permits(InetAddress address, boolean isSecure) {
    return isIn(allowed, address) || (isSecure && isPublic(address));
  }

  private static boolean isPublic(InetAddress address) {
    return address instanceof Inet4Address
        ? !isIn(REFUSED_V4, address)
        : GLOBAL_V6.contains(address) && !isIn(REFUSED_V6, address);
  }

  private static boolean isIn(List<Network> networks, InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
