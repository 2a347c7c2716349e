package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.WholeServer;
import dev.vitrine.server.WholeServer.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code console=off} leaves no trace of it. */
class ConsoleOffTest {
  @RegisterExtension static final WholeServer SERVER = new WholeServer(List.of("--console=off"));

  @Test
  void browsersGetTheVersionsToo() {
    Answer answer = SERVER.send("GET", "/", null, null, "Accept: text/html\r\n");

    assertThat(answer.status()).isEqualTo(300);
    assertThat(answer.headers()).doesNotContainKey("vary");
  }

  @Test
  void noAssetIsServed() {
    assertThat(SERVER.send("GET", "/vitrine/console/icon.svg", null, null).status()).isEqualTo(404);
  }
}
