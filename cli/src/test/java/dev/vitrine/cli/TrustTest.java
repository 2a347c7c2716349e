package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands against servers that have signed their certificates themselves. */
class TrustTest {
  private static final String NOT_CHECKED =
      "Warning: the certificate of cloud a is not checked (verify, insecure)."
          + " Who can redirect the connection gets the password.\n";

  @TempDir static Path made;

  private static StubServer server;
  private static StubServer elsewhere;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws IOException {
    server = serving("here", "san=ip:127.0.0.1");
    elsewhere = serving("elsewhere", "san=dns:elsewhere.example");
  }

  private static StubServer serving(String name, String host) throws IOException {
    Path store = TestCertificates.make(made, name, "-keyalg", "EC", "-ext", host);
    return new StubServer(TestCertificates.serverOf(store));
  }

  @AfterAll
  static void stop() {
    server.close();
    elsewhere.close();
  }

  @BeforeEach
  void authorities() throws IOException {
    Files.copy(made.resolve("here.pem"), directory.resolve("ca.pem"));
    Files.copy(made.resolve("elsewhere.pem"), directory.resolve("other.pem"));
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefusedAndSaysWhatToDo() throws IOException {
    Run run = login(server, "", Map.of());

    assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(run.err()).contains("certificate is not accepted", "cacert in clouds.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cacert: ca.pem", "cacert: both.pem", "cacert: ~/ca.pem"})
  void thatOfANamedAuthorityIsAccepted(String setting) throws IOException {
    Files.writeString(
        directory.resolve("both.pem"),
        "Two:\n%s\n# and\n%s".formatted(text("other.pem"), text("ca.pem")));

    accepted(login(server, setting, Map.of("HOME", directory.toString())));
  }

  /** In place of the others: with a file of its own, a cloud believes nobody else. */
  @Test
  void thatOfAnotherAuthorityIsRefused() throws IOException {
    assertThat(login(server, "cacert: other.pem", Map.of()).code())
        .isEqualTo(ExitCode.UNREACHABLE.number());
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws IOException {
    Run run = login(elsewhere, "cacert: other.pem", Map.of());

    assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(run.err()).contains("127.0.0.1");
  }

  /** As with OpenStack's command line. */
  @Test
  void theVariableGoesBeforeTheFile() throws IOException {
    accepted(login(server, "cacert: other.pem", Map.of("OS_CACERT", "ca.pem")));
    accepted(variables("OS_CACERT", "ca.pem"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify: false", "insecure: true", "insecure: 'True'"})
  void whoTurnsTheCheckOffIsWarned(String setting) throws IOException {
    for (StubServer each : List.of(server, elsewhere)) {
      Run run = login(each, setting + "\n    cacert: other.pem", Map.of());

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).isEqualTo(NOT_CHECKED);
    }
  }

  @Test
  void aVariableTurnsTheCheckOff() {
    Run run = variables("OS_INSECURE", "true");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).startsWith("Warning: the certificate of cloud OS_* is not checked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify: true", "insecure: false", "verify: maybe", "insecure: 1"})
  void otherWordsLeaveItOn(String setting) throws IOException {
    assertThat(login(server, setting, Map.of()).code()).isEqualTo(ExitCode.UNREACHABLE.number());
  }

  @ParameterizedTest
  @ValueSource(strings = {"clouds.yaml", "absent.pem", "broken.pem", "."})
  void aFileWithoutCertificatesIsNamed(String file) throws IOException {
    Files.writeString(directory.resolve("broken.pem"), text("ca.pem").replace("M", "?"));

    Run run = login(server, "cacert: " + file, Map.of());

    assertThat(run.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(run.err()).contains(directory.resolve(file).toString());
  }

  @Test
  void withoutTlsNothingIsTurnedOff() throws IOException {
    try (StubServer plain = new StubServer()) {
      accepted(login(plain, "verify: false", Map.of()));
    }
  }

  private static void accepted(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
  }

  private String text(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  /** By a {@code clouds.yaml} with a setting beside {@code auth}. */
  private Run login(StubServer to, String setting, Map<String, String> variables)
      throws IOException {
    Files.writeString(
        directory.resolve("clouds.yaml"),
        """
        clouds:
          a:
            %s
            auth:
              auth_url: %s
              username: u
              password: secret
              user_domain_name: d
              project_name: p
        """
            .formatted(setting, to.url()));
    return Run.of(variables, directory, "--os-cloud", "a", "login");
  }

  private Run variables(String name, String value) {
    Map<String, String> variables = new HashMap<>(server.user("p"));
    variables.put(name, value);
    return Run.of(variables, directory, "login");
  }
}
