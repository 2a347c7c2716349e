package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The user's access keys, with which requests are signed. */
@picocli.CommandLine.Command(
    name = "key",
    subcommands = {KeyCommands.ListKeys.class, KeyCommands.Create.class, KeyCommands.Delete.class})
final class KeyCommands extends CommandGroup {
  private static final String PATH = "/v3.0/OS-CREDENTIAL/credentials";

  @picocli.CommandLine.Command(name = "list")
  static final class ListKeys extends Listing {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("access"),
            Column.text("description"),
            Column.word("status", "key"),
            Column.time("create_time"));

    ListKeys() {
      super(COLUMNS);
    }

    @Override
    Stream<JsonNode> rows() {
      JsonNode answer = cloud().own().call("GET", PATH + "?user_id=" + cloud().user(), null).json();
      return Cloud.elements(answer.path("credentials"));
    }
  }

  @picocli.CommandLine.Command(name = "create")
  static final class Create extends Command {
    private static final List<Column> COLUMNS =
        List.of(Column.text("access"), Column.text("secret"), Column.text("description"));

    @Option(names = "--description", descriptionKey = "key.description", paramLabel = "TEXT")
    private String description = "";

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(COLUMNS);
      Map<String, String> credential =
          Map.of("user_id", cloud().user(), "description", description);
      JsonNode made =
          cloud()
              .own()
              .call("POST", PATH, Json.write(Map.of("credential", credential)))
              .json()
              .path("credential");
      format.one(shell(), COLUMNS, object(made));
      shell().note("key.once");
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "delete")
  static final class Delete extends Command {
    @Parameters(paramLabel = "KEY", descriptionKey = "key")
    private String key = "";

    @Override
    ExitCode run() {
      String path = PATH + "/" + Cloud.segment(key);
      return send("DELETE", cloud().own(), path, "key.deleted", key);
    }
  }
}
