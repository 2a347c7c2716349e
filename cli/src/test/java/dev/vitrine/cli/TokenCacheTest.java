package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a password is sent, and when the token of an earlier command is enough. */
class TokenCacheTest {
  @TempDir Path directory;

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    server.when("GET /v2/images", "{\"images\": []}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCommandUsesTheTokenOfTheOneBefore() {
    list(server.user("p"));
    list(server.user("p"));

    assertThat(server.signIns()).isEqualTo(1);
  }

  @Test
  void onlyTheUserCanReadTheToken() throws IOException {
    list(server.user("p"));

    Path file = files().getFirst();
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(file.resolveSibling("."))).isEqualTo("rwx------");
    assertThat(file.getFileName().toString()).matches("[0-9a-f]{64}");
  }

  @Test
  void aTokenThatTheServerRefusesIsReplaced() {
    list(server.user("p"));
    server.accepted.clear();
    list(server.user("p"));
    list(server.user("p"));

    assertThat(server.signIns()).isEqualTo(2);
  }

  @Test
  void aTokenInItsSecondHalfIsReplaced() {
    server.lifetime(Instant.now().minusSeconds(60), Instant.now().plusSeconds(50));
    list(server.user("p"));
    list(server.user("p"));
    server.lifetime(Instant.now().minusSeconds(50), Instant.now().plusSeconds(60));
    list(server.user("p"));

    assertThat(server.signIns()).isEqualTo(2);
  }

  /** Another user could have put a token there that this user would act with. */
  @Test
  void aFolderThatOthersCanWriteToIsNotUsed() throws IOException {
    list(server.user("p"));
    Files.setPosixFilePermissions(
        files().getFirst().getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    list(server.user("p"));

    assertThat(server.signIns()).isEqualTo(2);
  }

  @Test
  void logoutKeepsATokenThatIsNotRevoked() throws IOException {
    list(server.user("p"));
    server.unavailable.add("DELETE /v3/auth/tokens");

    assertThat(run(server.user("p"), "logout").code()).isNotZero();
    assertThat(files()).hasSize(1);
  }

  @Test
  void anotherProjectHasAnotherToken() {
    list(server.user("p"));
    list(server.user("q"));

    assertThat(server.signIns()).isEqualTo(2);
  }

  @Test
  void aPasswordIsNotPartOfTheName() throws IOException {
    Map<String, String> other = new HashMap<>(server.user("p"));
    other.put("OS_PASSWORD", "new");
    list(server.user("p"));
    list(other);

    assertThat(files()).hasSize(1);
  }

  @Test
  void loginSendsThePassword() {
    list(server.user("p"));

    assertThat(run(server.user("p"), "login").code()).isZero();
    assertThat(server.signIns()).isEqualTo(2);
  }

  @Test
  void logoutRevokesTheToken() throws IOException {
    list(server.user("p"));
    server.when("DELETE /v3/auth/tokens", "");

    assertThat(run(server.user("p"), "logout").err()).isEqualTo("Signed out.\n");
    assertThat(server.requests).contains("DELETE /v3/auth/tokens");
    assertThat(files()).isEmpty();
    assertThat(run(server.user("p"), "logout").err()).isEqualTo("There was no token to revoke.\n");
  }

  @Test
  void nothingIsKeptIfTheUserSaysSo() throws IOException {
    Map<String, String> off = new HashMap<>(server.user("p"));
    off.put("VITRINE_TOKEN_CACHE", "off");
    list(off);
    list(off);

    assertThat(server.signIns()).isEqualTo(2);
    assertThat(files()).isEmpty();
  }

  /** Who has it is known to the server only. */
  @Test
  void whatComesOfATokenOfTheUsersOwnIsNotKept() throws IOException {
    server.accepted.add("mine");
    Map<String, String> own =
        Map.of("OS_AUTH_URL", server.url(), "OS_TOKEN", "mine", "OS_PROJECT_ID", "p1");
    list(own);

    assertThat(files()).isEmpty();
  }

  private void list(Map<String, String> variables) {
    Run run = run(variables, "image", "list");
    assertThat(run.code()).as(run.err()).isZero();
  }

  private Run run(Map<String, String> variables, String... arguments) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", directory.toString());
    return Run.of(environment, directory, arguments);
  }

  private List<Path> files() throws IOException {
    Path folder = directory.resolve(".cache").resolve("vitrine").resolve("tokens");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
