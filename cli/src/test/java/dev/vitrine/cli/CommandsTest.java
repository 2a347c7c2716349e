package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** The command model: texts in both languages, exit codes, and options that are refused. */
class CommandsTest {
  @TempDir Path directory;

  @Test
  void bothLanguagesHaveTheSameTexts() {
    Set<String> english = new TreeSet<>(new Texts(Locale.ENGLISH).bundle().keySet());
    Set<String> chinese = ownKeys();

    assertThat(chinese).isEqualTo(english);
  }

  /** Without those that a missing key would be inherited from. */
  private static Set<String> ownKeys() {
    try (var file = Texts.class.getResourceAsStream("texts_zh.properties")) {
      return new TreeSet<>(new java.util.PropertyResourceBundle(file).keySet());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en_US.UTF-8", "zh_CN.UTF-8"})
  void eachCommandAndEachArgumentIsDescribed(String language) {
    List<String> undescribed =
        all(Vitrine.commands(Run.shell(Map.of("LANG", language), directory)))
            .flatMap(CommandsTest::undescribed)
            .toList();

    assertThat(undescribed).isEmpty();
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandsTest::all));
  }

  private static Stream<String> undescribed(CommandLine command) {
    var spec = command.getCommandSpec();
    Stream<String> header =
        spec.usageMessage().header().length == 0 ? Stream.of(spec.qualifiedName(" ")) : Stream.of();
    Stream<String> arguments =
        spec.args().stream()
            .filter(argument -> argument.description().length == 0)
            .map(ArgSpec::toString);
    return Stream.concat(header, arguments);
  }

  /** The names of the API, as they stand in the sources. */
  @ParameterizedTest
  @CsvSource({"failure, webhook/Failure.java", "operation, operation/Operation.java"})
  void eachOfAClosedSetHasWords(String set, Path source) throws IOException {
    String code = Files.readString(Path.of("../core/src/main/java/dev/vitrine").resolve(source));

    assertThat(
            new Texts(Locale.ENGLISH).set(set).stream().map(name -> name.toUpperCase(Locale.ROOT)))
        .containsExactlyInAnyOrderElementsOf(
            Pattern.compile("(?m)^  ([A-Z][A-Z0-9_]+)\\(")
                .matcher(code)
                .results()
                .map(found -> found.group(1))
                .toList());
  }

  @Test
  void theManualNamesEachCommandAndExitCode() {
    String page = run("manual").out();

    all(Vitrine.commands(Run.shell(Map.of(), directory)))
        .filter(c -> c.getSubcommands().isEmpty() && !c.getCommandSpec().usageMessage().hidden())
        .forEach(c -> assertThat(page).contains(".SS " + c.getCommandSpec().qualifiedName(" ")));
    Stream.of(ExitCode.values())
        .forEach(code -> assertThat(page).contains(".TP\n.B " + code.number() + "\n"));
  }

  @Test
  void completionNamesTheCommands() {
    assertThat(run("completion", "bash").out()).contains("unshare", "--dry-run", "--os-cloud");
    assertThat(run("completion", "zsh").out()).startsWith("autoload");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "image",
        "image list --nothing",
        "image show",
        "image list --mine --shared",
        "image list -f yaml",
        "image list -f csv --json",
        "image list -c nothing",
        "image download x --json",
        "share x",
        "share x --with y --wait --dry-run",
        "accept",
        "accept x --all",
        "grant create p --user u",
        "grant list --user u --group g",
        "grant create p --user u --project p --enterprise-project e",
        "job list --running --ended",
        "job list --limit 0",
        "history --limit 0",
        "history --kind offer",
        "history --refused disk",
        "history --cadf --json",
        "history --refused --kind offer.created",
        "history --since soon",
        "access --as-of soon",
        "webhook",
        "webhook create",
        "webhook create https://a.example --kinds offer",
        "webhook update x",
        "webhook update x --enable --disable",
        "webhook deliveries x --status gone",
        "webhook deliveries x --kind offer",
        "webhook deliveries x --limit 0",
        "webhook retry x",
        "webhook replay x",
        "webhook replay x --since soon",
        "why --refusal x u show",
        "why u",
        "--os-cloud a completion bash"
      })
  void whatCannotBeUnderstoodIsRefusedBeforeAnythingIsSent(String command) {
    Run run = run(command.isEmpty() ? new String[0] : command.split(" "));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("vitrine: ");
  }

  /** Only the commands that a command line names are described to picocli. */
  @Test
  void aMisunderstoodCommandLineIsHelpedWithAllCommands() {
    assertThat(run("shar", "image").err()).contains("Did you mean: ", "share");
    assertThat(run("--help", "image").out()).contains("unshare", "manual");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "history --since soon;--since 不能取值 soon。请写成 2026-01-31、2026-01-31T15:00、"
            + "2026-01-31T15:00:00Z，或多久以前：90m、36h、2d、1w。",
        "job list --limit x;--limit 不能取值 x。",
        "job list --limit 1 --limit 2;重复指定：--limit",
        "job list --limit;缺少：--limit",
        "image list -f yaml;--format 不能取值 yaml，可用的值：table, value, csv, json",
        "webhook deliveries x --status gone;"
            + "--status 不能取值 gone，可用的值：pending, delivered, parked",
        "image show;缺少：IMAGE",
        "image list --nothing;未知选项：--nothing",
        "image list --mine=x;--mine 不能取值 x。"
      })
  void whatIsMisunderstoodIsSaidInTheUsersLanguage(String command, String sentence) {
    Run run = Run.of(Map.of("LANG", "zh_CN.UTF-8"), directory, command.split(" "));

    assertThat(run.err()).startsWith("vitrine: " + sentence + "\n");
  }

  @Test
  void anArgumentThatBeginsWithAtIsNoFileOfArguments() throws IOException {
    Files.writeString(directory.resolve("arguments"), "--help");

    assertThat(run("image", "show", "@" + directory.resolve("arguments")).out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"401,4", "403,4", "404,3", "400,1", "409,1", "500,1"})
  void anAnswersStatusDecidesTheExitCode(int status, int code) {
    assertThat(ExitCode.ofStatus(status).number()).isEqualTo(code);
  }

  @Test
  void aServerThatDoesNotAnswerIsUnreachable() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Map<String, String> environment =
        Map.of("OS_AUTH_URL", "http://127.0.0.1:" + port, "OS_TOKEN", "t", "LANG", "zh_CN.UTF-8");

    Run run = Run.of(environment, directory, "login");

    assertThat(run.code()).isEqualTo(5);
    assertThat(run.err()).startsWith("vitrine: 服务器没有响应：");
  }

  @Test
  void allFaultsOfAPolicyAreTold() throws IOException {
    Files.writeString(
        directory.resolve("p.json"),
        """
        {"Version": "1.0", "Statement": [{"Effect": "Maybe", "Action": ["ims"], "Resources": []}]}
        """);

    Run run = run("policy", "check", "p.json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            "p.json: $.Version: must be \"1.1\"",
            "p.json: $.Statement[0].Resources: there is no such field",
            "p.json: $.Statement[0].Effect: must be Allow or Deny",
            "p.json: $.Statement[0].Action[0]: must be service:resourceType:operation, not “ims”");
  }

  @Test
  void aSoundPolicyIsToldToBeSound() throws IOException {
    Files.writeString(
        directory.resolve("p.json"),
        """
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:*"]}]}
        """);

    assertThat(run("policy", "check", "p.json").code()).isZero();
  }

  private Run run(String... arguments) {
    return Run.of(Map.of("HOME", directory.toString()), directory, arguments);
  }
}
