package dev.vitrine.server.own;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
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
  void noAssetIsServed() throws IOException {
    for (String asset : assets()) {
      assertThat(SERVER.send("GET", "/vitrine/console/" + asset, null, null).status())
          .isEqualTo(404);
    }
  }

  private static List<String> assets() throws IOException {
    String list = "/dev/vitrine/console/assets.txt";
    try (InputStream names = Objects.requireNonNull(Console.class.getResourceAsStream(list))) {
      return new String(names.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
