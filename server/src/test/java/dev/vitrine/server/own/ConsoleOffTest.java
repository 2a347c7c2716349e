package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code console=off} leaves no trace of it. */
class ConsoleOffTest {
  @RegisterExtension static final TestServer SERVER = new TestServer(List.of("--console=off"));

  @Test
  void browsersGetTheVersionsToo() {
    Response answer = SERVER.send("GET", "/", null, null, "Accept: text/html\r\n");

    assertThat(answer.status()).isEqualTo(300);
    assertThat(answer.header("Vary")).isNull();
  }

  @Test
  void noAssetIsServed() {
    assertThat(SERVER.send("GET", "/vitrine/console/icon.svg", null, null).status()).isEqualTo(404);
  }
}
