package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands against a server that asks for the certificate of its client. */
class ClientCertificateTest {
  @TempDir static Path made;

  private static StubServer forEc;
  private static StubServer forRsa;
  private static StubServer forEd25519;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws IOException {
    Path server = TestCertificates.make(made, "server", "-keyalg", "EC");
    TestCertificates.make(made, "other", "-keyalg", "EC");
    forEc =
        accepting(
            server, TestCertificates.make(made, "ec", "-keyalg", "EC", "-groupname", "secp256r1"));
    forRsa = accepting(server, TestCertificates.make(made, "rsa", "-keyalg", "RSA"));
    forEd25519 = accepting(server, TestCertificates.make(made, "ed", "-keyalg", "Ed25519"));
  }

  private static StubServer accepting(Path server, Path client) throws IOException {
    return StubServer.forKnownClients(TestCertificates.serverOf(server, client));
  }

  @AfterAll
  static void stop() {
    forEc.close();
    forRsa.close();
    forEd25519.close();
  }

  @BeforeEach
  void files() throws IOException {
    for (String name : new String[] {"ec", "rsa", "ed", "other", "server"}) {
      Files.copy(made.resolve(name + ".pem"), directory.resolve(name + ".pem"));
      Files.copy(made.resolve(name + ".key"), directory.resolve(name + ".key"));
      write(name + ".both", text(name + ".key") + "Of " + name + ":\n" + text(name + ".pem"));
    }
    write("chain.pem", text("ec.pem") + text("rsa.pem"));
    // The old forms, as OpenSSL writes them: what PKCS#8 has around them is of a fixed length.
    old("ec", "EC", 28);
    old("rsa", "RSA", 26);
  }

  @ParameterizedTest
  @CsvSource({
    "ec.pem, ec.key",
    "ec.both,",
    "~/ec.pem, ~/ec.key",
    "chain.pem, ec.key",
    "ec.pem, ec.old",
  })
  void aServerGetsTheCertificateThatItAsksFor(String certificate, @Nullable String key)
      throws IOException {
    accepted(login(forEc, certificate, key, Map.of("HOME", directory.toString())));
  }

  @Test
  void keysOfOtherKindsAreReadToo() throws IOException {
    accepted(login(forRsa, "rsa.pem", "rsa.key", Map.of()));
    accepted(login(forRsa, "rsa.pem", "rsa.old", Map.of()));
    accepted(login(forEd25519, "ed.pem", "ed.key", Map.of()));
  }

  /** As with OpenStack's command line. */
  @Test
  void theVariablesGoBeforeTheFile() throws IOException {
    Map<String, String> both = Map.of("OS_CERT", "ec.pem", "OS_KEY", "ec.key");

    accepted(login(forEc, "other.pem", "other.key", both));
    accepted(login(forEc, "absent.pem", "ec.key", Map.of("OS_CERT", "ec.pem")));
    Map<String, String> cloud = new HashMap<>(forEc.user("p"));
    cloud.putAll(both);
    cloud.put("OS_CACERT", "server.pem");
    accepted(Run.of(cloud, directory, "login"));
  }

  @Test
  void aCertificateIsShownAlsoToAServerWhoseOwnIsNotChecked() throws IOException {
    Run run = login(forEc, "ec.pem", "ec.key\n    verify: false", Map.of());

    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void whoHasNoneThatTheServerAcceptsIsToldWhereToNameOne() throws IOException {
    for (Run run :
        new Run[] {
          login(forEc, null, null, Map.of()), login(forEc, "other.pem", "other.key", Map.of())
        }) {
      assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE.number());
      // Whether its alert arrives is a matter of luck.
      assertThat(run.err())
          .containsAnyOf("asks for a certificate of yours", "closed the connection")
          .contains("OS_CERT");
    }
  }

  /** As a server does whose alert is lost. */
  @Test
  void aConnectionThatIsClosedAfterTheHandshakeMayBeAboutACertificate() throws Exception {
    SSLContext tls = TestCertificates.serverOf(made.resolve("server.p12"));
    try (ServerSocket closing =
        tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (SSLSocket client = (SSLSocket) closing.accept()) {
                      client.startHandshake();
                      client.getInputStream().read();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });

      Run run = login("https://127.0.0.1:" + closing.getLocalPort(), null, null, Map.of());

      assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE.number());
      assertThat(run.err()).contains("closed the connection without an answer", "OS_CERT");
      server.join();
    }
  }

  /** As openstacksdk, which takes the key as a part of the certificate. */
  @Test
  void aKeyAloneIsNothing() throws IOException {
    Path store = made.resolve("server.p12");
    try (StubServer asksNobody = new StubServer(TestCertificates.serverOf(store))) {
      accepted(login(asksNobody, null, "absent.key", Map.of()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "absent.pem; ec.key; cert names %s/absent.pem, which does not exist.",
        "ec.pem; absent.key; key names %s/absent.key, which does not exist.",
        "ec.key; ec.key; There is no certificate in %s/ec.key.",
        "broken.pem; ec.key; There is no certificate in %s/broken.pem.",
        "ec.pem; ; There is no private key in %s/ec.pem.",
        "ec.pem; other.pem; There is no private key in %s/other.pem.",
        "ec.pem; other.key; The private key in %s/other.key is not that of the first certificate",
        "ec.pem; rsa.key; The private key in %s/rsa.key is not that of the first certificate",
        "ec.pem; rsa.old; The private key in %s/rsa.old is not that of the first certificate",
        "ec.pem; broken.key; The private key in %s/broken.key is not that of the first certificate",
        ".; ec.key; %s/. cannot be read:"
      })
  void whatCannotBeUsedIsNamed(String certificate, @Nullable String key, String sentence)
      throws IOException {
    write("broken.pem", text("ec.pem").replace("MII", "AAA"));
    write("broken.key", text("ec.key").replace("M", "A"));

    refused(login(forEc, certificate, key, Map.of()), sentence.formatted(directory));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"ENCRYPTED PRIVATE KEY; ''", "RSA PRIVATE KEY; Proc-Type: 4,ENCRYPTED"})
  void anEncryptedKeyIsRefusedAndSaysWhatToDo(String type, String header) throws IOException {
    write(
        "encrypted.key",
        "-----BEGIN %1$s-----\n%2$s\n\nMIIF\n-----END %1$s-----\n".formatted(type, header));

    Run run = login(forRsa, "rsa.pem", "encrypted.key", Map.of());

    refused(run, "The private key in %s/encrypted.key is encrypted".formatted(directory));
    assertThat(run.err()).contains("openssl pkey -in " + directory + "/encrypted.key");
  }

  private static void accepted(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
  }

  private static void refused(Run run, String sentence) {
    assertThat(run.err()).startsWith("vitrine: " + sentence);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.number());
  }

  private void old(String name, String type, int header) throws IOException {
    String[] lines = text(name + ".key").split("\n");
    String base64 = String.join("", Arrays.copyOfRange(lines, 1, lines.length - 1));
    byte[] pkcs8 = Base64.getDecoder().decode(base64);
    String inner =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(Arrays.copyOfRange(pkcs8, header, pkcs8.length));
    write(
        name + ".old",
        "-----BEGIN %1$s PRIVATE KEY-----\n%2$s\n-----END %1$s PRIVATE KEY-----\n"
            .formatted(type, inner));
  }

  private String text(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text);
  }

  /** By a {@code clouds.yaml} with these settings beside {@code auth}; null: without. */
  private Run login(
      StubServer to,
      @Nullable String certificate,
      @Nullable String key,
      Map<String, String> variables)
      throws IOException {
    return login(to.url(), certificate, key, variables);
  }

  private Run login(
      String url, @Nullable String certificate, @Nullable String key, Map<String, String> variables)
      throws IOException {
    write(
        "clouds.yaml",
        """
        clouds:
          a:
            cacert: server.pem
            %s
            %s
            auth:
              auth_url: %s
              username: u
              password: secret
              user_domain_name: d
              project_name: p
        """
            .formatted(
                certificate == null ? "" : "cert: " + certificate,
                key == null ? "" : "key: " + key,
                url));
    return Run.of(variables, directory, "--os-cloud", "a", "login");
  }
}
