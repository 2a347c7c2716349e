package dev.vitrine.server.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BusAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "amqp://h                    | false | h:5672            | /",
        "amqp://h/                   | false | h:5672            | /",
        "amqps://h/cloud             | true  | h:5671            | cloud",
        "amqp://h/%2F                | false | h:5672            | /",
        "amqp://h/a%20b              | false | h:5672            | a b",
        "amqp://a:1,b,10.0.0.1:3/v   | false | a:1, b:5672, 10.0.0.1:3 | v",
        "amqps://[2001:db8::1]:7/v   | true  | [2001:db8::1]:7   | v",
      })
  void aUrlHasHostsAndAVirtualHost(String url, boolean isTls, String hosts, String vhost) {
    BusAddress address = BusAddress.parse(url);

    assertThat(address.isTls()).isEqualTo(isTls);
    assertThat(address.hosts()).isEqualTo(hosts);
    assertThat(address.vhost()).isEqualTo(vhost);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rabbit://h",
        "amqp:h",
        "amqp://",
        "amqp://,h",
        "amqp://h,",
        "amqp://u:p@h/v",
        "amqp://h:0",
        "amqp://h:65536",
        "amqp://h:x",
        "amqp://h/v/w",
        "amqp://h/%zz",
        "amqp://h?heartbeat=1",
        "amqp://h h"
      })
  void anythingElseIsMalformed(String url) {
    assertThatIllegalArgumentException().isThrownBy(() -> BusAddress.parse(url));
  }
}
