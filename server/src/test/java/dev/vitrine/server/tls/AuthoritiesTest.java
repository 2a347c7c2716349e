package dev.vitrine.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.client.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files name authorities; {@code AmqpBrokerTest} has what they are worth. */
@NullMarked
class AuthoritiesTest {
  @TempDir static Path made;

  @BeforeAll
  static void make() throws IOException {
    TestCertificates.make(made, "one", "-keyalg", "EC");
    TestCertificates.make(made, "other", "-keyalg", "RSA");
    String one = text("one.pem");
    Files.writeString(
        made.resolve("two.pem"), "Two:\n%s\n# and\n%s".formatted(one, text("other.pem")));
    Files.writeString(made.resolve("words.pem"), "no certificate\n");
    Files.writeString(made.resolve("empty.pem"), "");
    Files.writeString(made.resolve("broken.pem"), one.replace("M", "?"));
  }

  private static String text(String file) throws IOException {
    return Files.readString(made.resolve(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"one.pem", "two.pem"})
  void oneOrMoreCertificatesInPem(String file) {
    assertThat(Authorities.read(made.resolve(file)).getProtocol()).isEqualTo("TLS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no.pem     | there is no file",
        ".          | cannot be read",
        "words.pem  | cannot be used",
        "empty.pem  | has no certificate",
        "broken.pem | cannot be used",
        "one.key    | cannot be used",
        "one.p12    | cannot be used",
      })
  void anyOtherFileIsRefusedAndNamed(String file, String reason) {
    Path path = made.resolve(file);
    assertThatThrownBy(() -> Authorities.read(path))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(path.toString());
  }
}
