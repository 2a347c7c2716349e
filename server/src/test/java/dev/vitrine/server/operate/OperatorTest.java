package dev.vitrine.server.operate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.settings.Help;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which commands there are for operators, and what is said of those that cannot be used so. */
class OperatorTest {
  private static final Path REPOSITORY = Path.of("..");

  @TempDir private Path folder;

  private record Ended(int code, String error) {}

  private Ended run(String line) {
    List<String> arguments = new ArrayList<>(List.of(line.split(" ", -1)));
    arguments.add("--data=" + folder.resolve("none"));
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(error, true, UTF_8));
    try {
      return new Ended(
          Operator.run(arguments, Map.of(), Map.of(), "a test's"), error.toString(UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "backup, the first argument is missing: the folder for backups",
        "backup --quick, the first argument is missing: the folder for backups",
        "backup DIR --bogus=1, --bogus",
        "restore, the first argument is missing: the folder with a backup",
        "restore DIR --bogus=1, --bogus",
        "verify --bogus=1, --bogus",
        "admin, admin: what it can do is reset-password",
        "admin reset, admin: what it can do is reset-password",
        "admin reset-password --bogus=1, --bogus",
        "keys, keys: what it can do is rotate and list",
        "keys replace, keys: what it can do is rotate and list",
        "keys list --bogus=1, --bogus",
        "keys rotate --bogus=1, --bogus",
        "repair, there is no command repair",
      })
  void aCommandThatCannotBeUsedSoIsRefusedWithTheReason(String line, String reason) {
    Ended ended = run(line);

    assertThat(ended.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(ended.error())
        .startsWith("vitrine: this command cannot be used so")
        .contains(reason);
  }

  /** There is no server in the folder. */
  @ParameterizedTest
  @CsvSource({
    "backup DIR",
    "restore DIR",
    "verify",
    "verify --quick --repair",
    "admin reset-password --user=alice --domain alice",
    "keys list",
    "keys rotate",
  })
  void aCommandThatIsUnderstoodButFailsSaysWhy(String line) {
    Ended ended = run(line.replace("DIR", folder.resolve("backups").toString()));

    assertThat(ended.code()).isEqualTo(ExitCode.NOT_STARTED);
    assertThat(ended.error()).startsWith("vitrine: ").doesNotContain("cannot be used so");
  }

  /** What the launcher does not know as the server's goes to the client. */
  @ParameterizedTest
  @CsvSource({
    "up, true",
    "serve, true",
    "backup, true",
    "restore, true",
    "verify, true",
    "admin, true",
    "keys, true",
    "help, true",
    "version, true",
    "image, false",
    "share, false",
    "login, false",
    "key, false",
  })
  void theLauncherGivesTheServerItsCommands(String command, boolean isOfServer) throws Exception {
    Process launcher =
        new ProcessBuilder("sh", "-c", ". deploy/launch.sh; is_of_server " + command)
            .directory(REPOSITORY.toFile())
            .inheritIO()
            .start();

    assertThat(launcher.waitFor() == 0).isEqualTo(isOfServer);
  }

  @Test
  void theHelpNamesEachCommand() {
    assertThat(Help.text())
        .contains(
            "vitrine backup DIR",
            "vitrine restore DIR",
            "vitrine verify",
            "vitrine admin reset-password",
            "vitrine keys rotate | list");
  }
}
