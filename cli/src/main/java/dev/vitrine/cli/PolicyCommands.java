package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The custom policies of the user's domain. */
@picocli.CommandLine.Command(
    name = "policy",
    subcommands = {
      PolicyCommands.Check.class,
      PolicyCommands.ListPolicies.class,
      PolicyCommands.Show.class,
      PolicyCommands.Create.class,
      PolicyCommands.Delete.class
    })
final class PolicyCommands extends CommandGroup {
  private static final String PATH = "/v3.0/OS-ROLE/roles";

  private static final List<Column> FIELDS =
      List.of(
          Column.text("id"),
          Column.text("display_name"),
          Column.text("description"),
          Column.word("type", "policyType"),
          Column.text("references"),
          Column.text("policy"));

  private static JsonNode read(Shell shell, Path file) {
    Path path = shell.directory().resolve(file);
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new Problem(ExitCode.USAGE, "file.failed", file, e);
    }
    try {
      return Json.read(text);
    } catch (UncheckedIOException e) {
      String why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      String where = why.lines().findFirst().orElse("");
      throw new Problem(ExitCode.FAILED, "policy.noJson", file, where);
    }
  }

  /** Tells every fault, and whether there is none. */
  private static boolean isSound(Shell shell, Path file, JsonNode document) {
    List<PolicyFaults.Fault> faults = PolicyFaults.of(document);
    faults.forEach(
        fault ->
            shell
                .err()
                .println(
                    Table.safe(
                        "%s: %s: %s"
                            .formatted(
                                file,
                                fault.place(),
                                shell.texts().say("fault." + fault.kind(), fault.value())))));
    return faults.isEmpty();
  }

  @picocli.CommandLine.Command(name = "check")
  static final class Check extends Command {
    @Parameters(paramLabel = "FILE", descriptionKey = "policy.file")
    private Path file = Path.of("");

    @Override
    ExitCode run() {
      checkLocal();
      if (!isSound(shell(), file, read(shell(), file))) {
        return ExitCode.FAILED;
      }
      shell().note("policy.sound", file);
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "list")
  static final class ListPolicies extends Listing {
    private static final List<Column> COLUMNS = FIELDS.subList(0, 5);

    ListPolicies() {
      super(COLUMNS);
    }

    @Override
    Stream<JsonNode> rows() {
      return cloud().policies().stream();
    }
  }

  @picocli.CommandLine.Command(name = "show")
  static final class Show extends Command {
    @Parameters(paramLabel = "POLICY", descriptionKey = "policy")
    private String policy = "";

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(FIELDS);
      format.one(shell(), FIELDS, object(names().policy(policy)));
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "create")
  static final class Create extends Command {
    @Parameters(index = "0", paramLabel = "NAME", descriptionKey = "policy.name")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", descriptionKey = "policy.file")
    private Path file = Path.of("");

    @Option(names = "--description", descriptionKey = "policy.description", paramLabel = "TEXT")
    private String description = "";

    @Option(names = "--global", descriptionKey = "policy.global")
    private boolean global;

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(FIELDS);
      JsonNode document = read(shell(), file);
      Map<String, Object> role =
          Map.of(
              "display_name",
              name,
              "description",
              description.isEmpty() ? name : description,
              "type",
              global ? "AX" : "XA",
              "policy",
              document);
      JsonNode made =
          cloud().own().call("POST", PATH, Json.write(Map.of("role", role))).json().path("role");
      format.one(shell(), FIELDS, object(made));
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "delete")
  static final class Delete extends Command {
    @Parameters(paramLabel = "POLICY", descriptionKey = "policy")
    private String policy = "";

    @Override
    ExitCode run() {
      String id = names().policy(policy).path("id").asText();
      String path = PATH + "/" + Cloud.segment(id);
      return send("DELETE", cloud().own(), path, "policy.deleted", id);
    }
  }
}
