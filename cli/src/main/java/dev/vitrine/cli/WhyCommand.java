package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.cli.Names.Among;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why somebody may do something, or may not. */
@picocli.CommandLine.Command(name = "why")
final class WhyCommand extends Command {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("allowed"),
          Column.text("user_id"),
          Column.text("operation"),
          Column.text("policy"),
          Column.text("sharing"));

  /** Short words for operations; those on an image come first. */
  private static final Map<String, List<String>> WORDS =
      Map.ofEntries(
          Map.entry("list", List.of("LIST_IMAGES", "LIST_IMAGES")),
          Map.entry("show", List.of("SHOW_IMAGE", "SHOW_IMAGE")),
          Map.entry("create", List.of("CREATE_IMAGE", "CREATE_IMAGE")),
          Map.entry("upload", List.of("UPLOAD_IMAGE", "UPLOAD_IMAGE")),
          Map.entry("download", List.of("DOWNLOAD_IMAGE", "DOWNLOAD_IMAGE")),
          Map.entry("update", List.of("UPDATE_IMAGE", "UPDATE_IMAGE")),
          Map.entry("delete", List.of("DELETE_IMAGE", "DELETE_IMAGE")),
          Map.entry("share", List.of("ADD_MEMBER", "BATCH_ADD_MEMBERS")),
          Map.entry("unshare", List.of("DELETE_MEMBER", "BATCH_DELETE_MEMBERS")),
          Map.entry("accept", List.of("UPDATE_MEMBER", "BATCH_UPDATE_MEMBERS")),
          Map.entry("access", List.of("LIST_MEMBERS", "LIST_MEMBERS")));

  @Parameters(index = "0", arity = "0..1", paramLabel = "USER", descriptionKey = "why.user")
  private @Nullable String user;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OPERATION",
      descriptionKey = "why.operation")
  private @Nullable String operation;

  @Parameters(index = "2", arity = "0..1", paramLabel = "IMAGE", descriptionKey = "image")
  private @Nullable String image;

  @Option(names = "--project", descriptionKey = "why.project", paramLabel = "PROJECT")
  private @Nullable String project;

  @Option(names = "--member", descriptionKey = "why.member", paramLabel = "PROJECT")
  private @Nullable String member;

  @Option(names = "--refusal", descriptionKey = "why.refusal", paramLabel = "ID")
  private @Nullable String refusal;

  @Mixin private final Format format = new Format();

  @Override
  ExitCode run() {
    format.check(COLUMNS);
    JsonNode answer = refusal != null ? explanation(refusal) : explain();
    if (format.isJson()) {
      shell().out().println(answer.toPrettyString());
    } else if (format.isForPrograms()) {
      format.one(
          shell(),
          COLUMNS,
          Format.row(
              row -> {
                row.set("allowed", answer.path("allowed"));
                row.set("user_id", answer.at("/question/user_id"));
                row.set("operation", answer.at("/question/operation"));
                row.set("policy", answer.at("/policy/allowed"));
                row.set("sharing", answer.at("/sharing/kind"));
              }));
    } else {
      new Reasons(shell(), cloud().user()).print(answer);
    }
    return ExitCode.OK;
  }

  private JsonNode explanation(String id) {
    if (user != null || project != null || member != null) {
      throw new Problem(ExitCode.USAGE, "why.both");
    }
    String path = "/vitrine/v1/explanations/" + Cloud.segment(id);
    return cloud().own().call("GET", path, null).json();
  }

  private JsonNode explain() {
    if (user == null || operation == null) {
      throw new Problem(ExitCode.USAGE, "why.question", words());
    }
    Map<String, String> question = new TreeMap<>();
    question.put("operation", operation(operation, image != null));
    String who = names().user(user);
    question.put("user_id", who);
    question.put("project_id", project != null ? names().project(project) : home(who));
    if (image != null) {
      question.put("image_id", names().image(image, Among.ALL));
    }
    if (member != null) {
      question.put("member_id", names().project(member));
    }
    return cloud().own().call("POST", "/vitrine/v1/explain", Json.write(question)).json();
  }

  /** A short word or the operation's own name. */
  private static String operation(String word, boolean onImage) {
    List<String> both = WORDS.get(word);
    if (both != null) {
      return both.get(onImage ? 0 : 1);
    }
    String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
    // All names that the server knows have two words, but its own.
    if (!name.contains("_") && !name.equals("EXPLAIN")) {
      throw new Problem(ExitCode.USAGE, "why.noSuch", word, words());
    }
    return name;
  }

  private static String words() {
    return WORDS.keySet().stream().sorted().collect(Collectors.joining(", "));
  }

  /** The project in which the user is asked about: one's own, or the only one of the other user. */
  private String home(String who) {
    if (who.equals(cloud().user())) {
      return cloud().project();
    }
    List<JsonNode> theirs =
        cloud().listIfAllowed("/users/%s/projects".formatted(Cloud.segment(who)), "projects");
    if (theirs.isEmpty()) {
      throw new Problem(ExitCode.USAGE, "why.whichProject", String.valueOf(user));
    }
    return Names.one("project", String.valueOf(user), theirs);
  }
}
