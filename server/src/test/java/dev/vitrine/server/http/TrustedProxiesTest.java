package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose address counts, when proxies say whom they forward (docs/grammars.md). */
@NullMarked
class TrustedProxiesTest {
  private static final List<Network> NETWORKS =
      Stream.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/33").map(Network::parse).toList();

  /** Lines of a header are separated by {@code ~}. */
  private static String client(TrustedProxies.Header header, String peer, String lines) {
    List<String> values = lines.isEmpty() ? List.of() : List.of(lines.split("~", -1));
    String wire = header == TrustedProxies.Header.FORWARDED ? "Forwarded" : "X-Forwarded-For";
    return new TrustedProxies(NETWORKS, header)
        .client(peer, name -> name.equals(wire) ? values : List.of("203.0.113.66"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Who is not trusted is not believed.
        "203.0.113.1|198.51.100.1|203.0.113.1",
        "192.0.2.2|198.51.100.1|192.0.2.2",
        // Nothing said.
        "10.0.0.1|''|10.0.0.1",
        // What a client wrote itself stands before what the proxy appended.
        "10.0.0.1|198.51.100.1|198.51.100.1",
        "10.0.0.1|6.6.6.6, 198.51.100.1|198.51.100.1",
        "10.0.0.1|6.6.6.6,198.51.100.1, 10.0.0.2 , 192.0.2.1|198.51.100.1",
        "10.0.0.1|6.6.6.6~198.51.100.1~10.0.0.2|198.51.100.1",
        "10.0.0.1|10.9.9.9, 10.0.0.2|10.9.9.9",
        // Ports, and IPv6 with and without brackets.
        "10.0.0.1|198.51.100.1:4711|198.51.100.1",
        "10.0.0.1|2001:db9::1|2001:db9:0:0:0:0:0:1",
        "10.0.0.1|[2001:db9::1]|2001:db9:0:0:0:0:0:1",
        "10.0.0.1|[2001:db9::1]:4711|2001:db9:0:0:0:0:0:1",
        "2001:db8:0:0:0:0:0:1|2001:db9::1|2001:db9:0:0:0:0:0:1",
        "2001:db8:8000:0:0:0:0:1|2001:db9::1|2001:db8:8000:0:0:0:0:1",
        // IPv4 in IPv6 is IPv4.
        "10.0.0.1|6.6.6.6, ::ffff:10.0.0.2|6.6.6.6",
        // Up to what cannot be read.
        "10.0.0.1|6.6.6.6, unknown|10.0.0.1",
        "10.0.0.1|6.6.6.6, unknown, 10.0.0.2|10.0.0.2",
        "10.0.0.1|6.6.6.6, , 10.0.0.2|10.0.0.2",
        "10.0.0.1|6.6.6.6,|10.0.0.1",
        "10.0.0.1|1.2.3|10.0.0.1",
        "10.0.0.1|1.2.3.4.5|10.0.0.1",
        "10.0.0.1|256.1.1.1|10.0.0.1",
        "10.0.0.1|16909060|10.0.0.1",
        "10.0.0.1|localhost|10.0.0.1",
        "10.0.0.1|[1.2.3.4]|10.0.0.1",
        "10.0.0.1|[2001:db9::1|10.0.0.1",
        "10.0.0.1|\"6.6.6.6\"|10.0.0.1",
        "10.0.0.1|1.2.3.4:x|10.0.0.1",
      })
  void byXForwardedFor(String peer, String lines, String client) {
    assertThat(client(TrustedProxies.Header.X_FORWARDED_FOR, peer, lines)).isEqualTo(client);
  }

  /** RFC 7239, with its own examples. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '´',
      value = {
        "203.0.113.1|for=198.51.100.1|203.0.113.1",
        "10.0.0.1|´´|10.0.0.1",
        "10.0.0.1|for=192.0.3.60;proto=http;by=203.0.113.43|192.0.3.60",
        "10.0.0.1|For=\"[2001:db9:cafe::17]:4711\"|2001:db9:cafe:0:0:0:0:17",
        "10.0.0.1|for=192.0.3.43, for=198.51.100.17|198.51.100.17",
        "10.0.0.1|for=192.0.3.43~for=10.0.0.2;by=10.0.0.3|192.0.3.43",
        "10.0.0.1|proto=https; FOR = 6.6.6.6|10.0.0.1",
        "10.0.0.1|proto=https; FOR=6.6.6.6 ;;|6.6.6.6",
        "10.0.0.1|for=\"192.0.3.43:47011\"|192.0.3.43",
        "10.0.0.1|for=\"192.0.3\\.43\"|192.0.3.43",
        "10.0.0.1|for=6.6.6.6,host=\"a,for=7.7.7.7\";for=10.0.0.2|6.6.6.6",
        // A quote that the client leaves open swallows nothing that the proxies say.
        "10.0.0.1|for=\"6.6.6.6, for=\"[2001:db9::1]\"|2001:db9:0:0:0:0:0:1",
        "10.0.0.1|host=\"\\\",for=\"7.7.7.7\"|7.7.7.7",
        "10.0.0.1|for=\"6.6.6.6~for=198.51.100.1|198.51.100.1",
        // Up to what names no address, or cannot be read.
        "10.0.0.1|for=6.6.6.6, for=unknown, for=10.0.0.2|10.0.0.2",
        "10.0.0.1|for=6.6.6.6, for=\"_gazonk\"|10.0.0.1",
        "10.0.0.1|for=6.6.6.6, for=_SEVKISEK|10.0.0.1",
        "10.0.0.1|for=6.6.6.6, by=10.0.0.2|10.0.0.1",
        "10.0.0.1|for=6.6.6.6;for=7.7.7.7|10.0.0.1",
        "10.0.0.1|for=2001:db9::1|10.0.0.1",
        "10.0.0.1|for=\"2001:db9::1\"|10.0.0.1",
        "10.0.0.1|for=6.6.6.6 7.7.7.7|10.0.0.1",
        "10.0.0.1|6.6.6.6|10.0.0.1",
        "10.0.0.1|for=|10.0.0.1",
      })
  void byForwarded(String peer, String lines, String client) {
    assertThat(client(TrustedProxies.Header.FORWARDED, peer, lines)).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, a00::, false",
    "0.0.0.0/0, 1.2.3.4, true",
    "10.128.0.0/9, 10.127.255.255, false",
    "10.128.0.0/9, 10.128.0.0, true",
    "10.0.0.7, 10.0.0.7, true",
    "10.0.0.7/32, 10.0.0.6, false",
    "::/0, ::1, true",
    "::/0, 1.2.3.4, false",
    "2001:db8::/47, 2001:db8:1::, true",
    "2001:db8::/47, 2001:db8:2::, false",
    "::ffff:10.0.0.7, 10.0.0.7, true",
  })
  void aNetwork(String network, String address, boolean isInside) {
    assertThat(Network.parse(network).contains(Network.parse(address).address()))
        .isEqualTo(isInside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.1/8",
        "10/8",
        "localhost",
        "example.org/24",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "[::1]",
        "10.0.0.0/8/8",
        "10.0.0.0 /8"
      })
  void whatIsNoNetwork(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2::, 2001:db8:1:2:0:0:0:0/64",
    "::ffff:203.0.113.7, ::ffff:203.0.113.7",
    "unix:socket, unix:socket",
  })
  void whatLimitsCountAClientBy(String address, String origin) {
    assertThat(Network.ofClient(address)).isEqualTo(origin);
  }
}
