package dev.vitrine.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.http.Network;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which addresses a webhook may be sent to. The ranges are those of the IANA registries of
 * special-purpose addresses that are not globally reachable (RFC 6890), and what carries IPv4.
 */
class AddressGuardTest {
  private static final AddressGuard GUARD = new AddressGuard(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
      })
  void addressesThatAreNotPublicAreRefused(String address) {
    assertThat(GUARD.permits(InetAddress.ofLiteral(address), true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00::1",
      })
  void publicOnesAreTakenByTlsOnly(String address) {
    assertThat(GUARD.permits(InetAddress.ofLiteral(address), true)).isTrue();
    assertThat(GUARD.permits(InetAddress.ofLiteral(address), false)).isFalse();
  }

  @Test
  void whatTheOperatorAllowsIsTaken() {
    AddressGuard guard =
        new AddressGuard(List.of(Network.parse("10.1.0.0/16"), Network.parse("fd00::/64")));

    for (boolean isSecure : List.of(true, false)) {
      assertThat(guard.permits(InetAddress.ofLiteral("10.1.2.3"), isSecure)).isTrue();
      assertThat(guard.permits(InetAddress.ofLiteral("::ffff:10.1.2.3"), isSecure)).isTrue();
      assertThat(guard.permits(InetAddress.ofLiteral("fd00::9"), isSecure)).isTrue();
      assertThat(guard.permits(InetAddress.ofLiteral("10.2.0.1"), isSecure)).isFalse();
      assertThat(guard.permits(InetAddress.ofLiteral("fd01::9"), isSecure)).isFalse();
    }
  }
}
