package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where clouds are looked up, and what is read of them. */
class CloudsTest {
  private static final String AUTH =
      """
            auth_url: http://host/identity
            username: u
            user_domain_name: d
            project_name: p
      """;

  @TempDir Path directory;

  @Test
  void aCloudIsReadWithItsSecretOfAnotherFile() throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n" + AUTH);
    write("secure.yaml", "clouds:\n  a:\n    auth:\n      password: s\n");

    Account account = choose("a", Map.of());

    assertThat(account.identity()).hasToString("http://host/identity/v3");
    assertThat(String.valueOf(account.body()))
        .isEqualTo(
            "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{\"name\":\"u\","
                + "\"domain\":{\"name\":\"d\"},\"password\":\"s\"}}},\"scope\":{\"project\":{\"name\":\"p\","
                + "\"domain\":{\"name\":\"d\"}}}}}");
  }

  @Test
  void theOnlyCloudNeedsNoName() throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n" + AUTH + "      password: s\n");

    assertThat(choose(null, Map.of()).identity()).hasToString("http://host/identity/v3");
  }

  /** As OpenStack's clients choose. */
  @Test
  void theOptionGoesBeforeTheNameInAVariableAndThatBeforeTheOtherVariables() throws IOException {
    String b = AUTH.replace("http://host", "http://b");
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n" + AUTH + "  b:\n    auth:\n" + b);
    Map<String, String> variables =
        Map.of("OS_AUTH_URL", "http://variables", "OS_TOKEN", "t", "OS_CLOUD", "b");

    assertThat(choose("a", variables).identity()).hasToString("http://host/identity/v3");
    assertThat(choose(null, variables).identity()).hasToString("http://b/identity/v3");
    assertThat(choose(null, Map.of("OS_AUTH_URL", "http://variables", "OS_TOKEN", "t")).identity())
        .hasToString("http://variables/v3");
  }

  @Test
  void oneOfSeveralCloudsHasToBeNamed() throws IOException {
    write("clouds.yaml", "clouds:\n  a: {}\n  b: {}\n");

    assertThat(problem(null, Map.of()))
        .isEqualTo("Choose a cloud with --os-cloud or OS_CLOUD: a, b");
    assertThat(problem("c", Map.of())).isEqualTo("There is no cloud c; there are: a, b");
  }

  @Test
  void variablesAreACloud() {
    Map<String, String> variables =
        Map.of("OS_AUTH_URL", "http://host/v3", "OS_TOKEN", "t", "OS_PROJECT_ID", "p");

    assertThat(String.valueOf(choose(null, variables).body()))
        .isEqualTo(
            "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":\"t\"}},"
                + "\"scope\":{\"project\":{\"id\":\"p\"}}}}");
  }

  @Test
  void aTokenWithoutAProjectIsUsedAsItIs() {
    Account account = choose(null, Map.of("OS_AUTH_URL", "http://host/v3", "OS_TOKEN", "t"));

    assertThat(account.body()).isNull();
    assertThat(account.token()).isEqualTo("t");
  }

  @Test
  void theNamedFileIsTheOnlyOne() throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n" + AUTH);

    assertThat(problem("a", Map.of("OS_CLIENT_CONFIG_FILE", "none.yaml")))
        .startsWith("OS_CLIENT_CONFIG_FILE names ")
        .endsWith("none.yaml, which does not exist.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile: x", "auth_type: v3kerberos"})
  void whatIsNotSupportedIsRefused(String setting) throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    " + setting + "\n    auth:\n" + AUTH);

    assertThat(problem("a", Map.of()))
        .contains("does not support", setting.substring(0, setting.indexOf(':')));
  }

  @Test
  void anUnknownFieldOfAuthIsRefused() throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n      trust_id: x\n" + AUTH);

    assertThat(problem("a", Map.of())).contains("does not support: trust_id");
  }

  @Test
  void aMissingPasswordIsNamed() throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n" + AUTH);

    Account account = choose("a", Map.of());

    assertThat(catchThrowableOfType(Problem.class, () -> account.withPassword(cloud -> null)))
        .extracting(problem -> problem.in(Texts.of(Map.of())))
        .asString()
        .startsWith("Cloud a lacks password.");
  }

  @Test
  void aMissingPasswordIsAsked() throws IOException {
    write("clouds.yaml", "clouds:\n  a:\n    auth:\n" + AUTH);

    Account account = choose("a", Map.of()).withPassword(cloud -> "secret of " + cloud);

    assertThat(String.valueOf(account.body())).contains("\"password\":\"secret of a\"");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private Account choose(@Nullable String name, Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", directory.resolve("home").toString());
    return new Clouds(Run.shell(environment, directory)).choose(name);
  }

  private String problem(@Nullable String name, Map<String, String> variables) {
    Problem problem = catchThrowableOfType(Problem.class, () -> choose(name, variables));
    return problem.in(Texts.of(Map.of()));
  }
}
