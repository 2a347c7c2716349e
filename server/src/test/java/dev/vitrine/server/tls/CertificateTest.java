package dev.vitrine.server.tls;

import static dev.vitrine.client.TestCertificates.PASSWORD;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.client.TestCertificates;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files make a certificate, and what an operator is told of others. */
@NullMarked
class CertificateTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Duration POLL = Duration.ofMillis(20);

  @TempDir static Path made;
  @TempDir Path own;

  @BeforeAll
  static void make() {
    TestCertificates.make(made, "ec", "-keyalg", "EC");
    TestCertificates.make(made, "rsa", "-keyalg", "RSA");
    TestCertificates.make(made, "ed", "-keyalg", "Ed25519");
    TestCertificates.make(made, "old", "-keyalg", "EC", "-startdate", "-10d", "-validity", "5");
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static CertificateFiles pem(Path directory, String name) {
    return new CertificateFiles(
        directory.resolve(name + ".pem"), directory.resolve(name + ".key"), null);
  }

  private static CertificateFiles pkcs12(String name, @Nullable String password) {
    return new CertificateFiles(made.resolve(name + ".p12"), null, password);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec", "rsa"})
  void readsPemAndPkcs12(String name) {
    assertThat(Certificate.read(VERTX, pem(made, name)).subject()).isEqualTo("CN=" + name);
    assertThat(Certificate.read(VERTX, pkcs12(name, PASSWORD)).subject()).isEqualTo("CN=" + name);
  }

  @Test
  void acceptsAnExpiredOneAndTellsWhen() {
    assertThat(Certificate.read(VERTX, pem(made, "old")).expires()).isBefore(Instant.now());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ec.pem  | rsa.key | private key algorithm does not match",
        "ed.pem  | ed.key  | cannot be used",
        "ec.pem  | old.key | the private key does not belong",
        "no.pem  | ec.key  | there is no file",
        "ec.pem  | no.key  | there is no file",
        "ec.key  | ec.key  | cannot be used",
        "ec.pem  | ec.pem  | cannot be used",
        "ec.p12  | ec.key  | cannot be used",
        "ec.pem  |         | cannot be used",
      })
  void refusesOtherFiles(String certificate, @Nullable String key, String reason) {
    CertificateFiles files =
        new CertificateFiles(
            made.resolve(certificate), key == null ? null : made.resolve(key), null);
    assertThatThrownBy(() -> Certificate.read(VERTX, files))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(made.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrong", ""})
  void refusesAWrongPassword(String password) {
    assertThatThrownBy(() -> Certificate.read(VERTX, pkcs12("ec", password)))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining("ec.p12 cannot be used");
  }

  @Test
  void refusesAPasswordThatWouldBeIgnored() {
    CertificateFiles files =
        new CertificateFiles(made.resolve("ec.pem"), made.resolve("ec.key"), PASSWORD);
    assertThatThrownBy(() -> Certificate.read(VERTX, files))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining("tls.password");
  }

  @Test
  void renewalUsesOnlyWholePairs() throws Exception {
    CertificateFiles files = pem(own, "ec");
    copy("ec", "ec");
    Certificate first = Certificate.read(VERTX, files);
    BlockingQueue<Certificate> renewed = new LinkedBlockingQueue<>();
    try (var _ = new CertificateRenewal(VERTX, files, first, POLL, renewed::add)) {
      Files.copy(made.resolve("rsa.pem"), files.certificate(), REPLACE_EXISTING);
      assertThat(renewed.poll(300, TimeUnit.MILLISECONDS)).as("half of a pair").isNull();
      Files.delete(files.certificate());
      assertThat(renewed.poll(300, TimeUnit.MILLISECONDS)).as("no file").isNull();
      copy("rsa", "ec");
      Certificate second = renewed.poll(20, TimeUnit.SECONDS);
      assertThat(second).isNotNull();
      assertThat(second.subject()).isEqualTo("CN=rsa");
      assertThat(renewed.poll(300, TimeUnit.MILLISECONDS)).as("the same again").isNull();
    }
  }

  private void copy(String from, String to) throws IOException {
    for (String end : new String[] {".key", ".pem"}) {
      Files.copy(made.resolve(from + end), own.resolve(to + end), REPLACE_EXISTING);
    }
  }
}
