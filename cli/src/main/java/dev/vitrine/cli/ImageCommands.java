package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Images themselves. */
@picocli.CommandLine.Command(
    name = "image",
    subcommands = {
      ImageCommands.ListImages.class,
      ImageCommands.Show.class,
      ImageCommands.Upload.class,
      ImageCommands.Download.class,
      ImageCommands.Delete.class
    })
final class ImageCommands extends CommandGroup {
  private static final List<Column> FIELDS =
      List.of(
          Column.text("id"),
          Column.text("name"),
          Column.word("status", "image"),
          Column.word("visibility", "visibility"),
          Column.text("owner"),
          Column.size("size"),
          Column.text("disk_format"),
          Column.text("container_format"),
          Column.text("os_hash_algo"),
          Column.text("os_hash_value"),
          Column.text("checksum"),
          Column.size("virtual_size"),
          Column.text("min_disk"),
          Column.text("min_ram"),
          Column.text("protected"),
          Column.text("os_hidden"),
          Column.text("tags"),
          Column.time("created_at"),
          Column.time("updated_at"));

  @picocli.CommandLine.Command(name = "list")
  static final class ListImages extends Listing {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("id"),
            Column.text("name"),
            Column.word("status", "image"),
            Column.word("visibility", "visibility"),
            Column.size("size"),
            Column.text("owner").detail(),
            Column.time("created_at").detail());

    @Option(names = "--mine", descriptionKey = "list.mine")
    private boolean mine;

    @Option(names = "--shared", descriptionKey = "list.shared")
    private boolean shared;

    @Option(names = "--public", descriptionKey = "list.public")
    private boolean isPublic;

    @Option(names = "--name", descriptionKey = "list.name", paramLabel = "NAME")
    private @Nullable String name;

    @Option(names = "--tag", descriptionKey = "list.tag", paramLabel = "TAG")
    private List<String> tags = new ArrayList<>();

    ListImages() {
      super(COLUMNS);
    }

    @Override
    void check() {
      if (Stream.of(mine, shared, isPublic).filter(b -> b).count() > 1) {
        throw new Problem(ExitCode.USAGE, "list.oneOf");
      }
    }

    @Override
    Stream<JsonNode> rows() {
      StringBuilder query = new StringBuilder("sort=name:asc");
      if (mine) {
        query.append("&visibility=all&owner=").append(cloud().project());
      } else if (shared) {
        query.append("&__imagetype=shared&visibility=shared&member_status=accepted");
      } else if (isPublic) {
        query.append("&visibility=public");
      }
      if (name != null) {
        query.append("&name=").append(Cloud.value(name));
      }
      tags.forEach(tag -> query.append("&tag=").append(Cloud.value(tag)));
      return cloud().listImages(query.toString()).stream();
    }
  }

  @picocli.CommandLine.Command(name = "show")
  static final class Show extends Command {
    @Parameters(paramLabel = "IMAGE", descriptionKey = "image")
    private String image = "";

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      ObjectNode found = object(cloud().image(names().image(image, Names.Among.ALL)));
      List<Column> columns = withProperties(found);
      format.check(columns);
      format.one(shell(), columns, found);
      return ExitCode.OK;
    }

    /** The known fields, then what somebody gave the image. */
    private static List<Column> withProperties(ObjectNode image) {
      Set<String> links = Set.of("self", "file", "schema", "stores", "locations", "direct_url");
      List<Column> columns = new ArrayList<>(FIELDS);
      image
          .fieldNames()
          .forEachRemaining(
              field -> {
                boolean known = FIELDS.stream().anyMatch(column -> column.key().equals(field));
                if (!known && !links.contains(field)) {
                  columns.add(Column.text(field));
                }
              });
      return columns;
    }
  }

  @picocli.CommandLine.Command(name = "upload")
  static final class Upload extends Command {
    @Parameters(paramLabel = "FILE", descriptionKey = "upload.file")
    private Path file = Path.of("");

    @Option(names = "--name", descriptionKey = "upload.name", paramLabel = "NAME")
    private @Nullable String name;

    @Option(names = "--disk-format", descriptionKey = "upload.disk", paramLabel = "FORMAT")
    private @Nullable String disk;

    @Option(
        names = "--container-format",
        descriptionKey = "upload.container",
        paramLabel = "FORMAT",
        defaultValue = "bare")
    private String container = "bare";

    @Option(names = "--visibility", descriptionKey = "upload.visibility", paramLabel = "WORD")
    private @Nullable String visibility;

    @Option(names = "--tag", descriptionKey = "upload.tag", paramLabel = "TAG")
    private List<String> tags = new ArrayList<>();

    @Option(
        names = "--property",
        descriptionKey = "upload.property",
        paramLabel = "NAME=VALUE",
        mapFallbackValue = "")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--protected", descriptionKey = "upload.protected")
    private boolean isProtected;

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(FIELDS);
      Path source = shell().directory().resolve(file);
      if (!Files.isRegularFile(source) || !Files.isReadable(source)) {
        throw new Problem(ExitCode.USAGE, "upload.noFile", file);
      }
      String id =
          cloud()
              .images()
              .call("POST", "/v2/images", Json.write(fields(source)))
              .json()
              .path("id")
              .asText();
      format.one(shell(), FIELDS, object(sent(source, id)));
      return ExitCode.OK;
    }

    private Map<String, Object> fields(Path source) {
      Map<String, Object> fields = new LinkedHashMap<>(properties);
      fields.put("name", name != null ? name : Objects.toString(source.getFileName()));
      fields.put("disk_format", disk != null ? disk : DiskFormat.of(source));
      fields.put("container_format", container);
      if (visibility != null) {
        fields.put("visibility", visibility);
      }
      if (!tags.isEmpty()) {
        fields.put("tags", tags);
      }
      if (isProtected) {
        fields.put("protected", true);
      }
      return fields;
    }

    /** Does not leave an image without its data behind. */
    private JsonNode sent(Path source, String id) {
      try {
        return new Transfer(shell(), cloud()).upload(source, id);
      } catch (RuntimeException e) {
        try {
          cloud().images().call("DELETE", "/v2/images/" + id, null);
        } catch (RuntimeException second) {
          e.addSuppressed(second);
          shell().note("upload.left", id);
        }
        throw e;
      }
    }
  }

  @picocli.CommandLine.Command(name = "download")
  static final class Download extends Command {
    @Parameters(paramLabel = "IMAGE", descriptionKey = "image")
    private String image = "";

    @Option(
        names = {"-o", "--file"},
        descriptionKey = "download.file",
        paramLabel = "FILE")
    private @Nullable String file;

    @Option(names = "--force", descriptionKey = "download.force")
    private boolean force;

    @Override
    ExitCode run() {
      boolean toPipe = "-".equals(file);
      if (toPipe && force) {
        throw new Problem(ExitCode.USAGE, "download.forcePipe");
      }
      if (file != null && !toPipe) {
        checkFree(target(file));
      }
      JsonNode found = cloud().image(names().image(image, Names.Among.ALL));
      if (!found.path("size").isNumber()) {
        throw new Problem(ExitCode.FAILED, "download.noData", found.path("id").asText());
      }
      Transfer transfer = new Transfer(shell(), cloud());
      if (toPipe) {
        transfer.download(found, shell().out());
        return ExitCode.OK;
      }
      Path target = target(file != null ? file : fileName(found));
      checkFree(target);
      transfer.download(found, target);
      shell().note("download.done", target);
      return ExitCode.OK;
    }

    private Path target(String name) {
      return shell().directory().resolve(name);
    }

    private void checkFree(Path target) {
      if (!force && Files.exists(target)) {
        throw new Problem(ExitCode.USAGE, "download.exists", target);
      }
    }

    /** The name of an image is its owner's choice: it must not lead out of the directory. */
    static String fileName(JsonNode image) {
      String name = image.path("name").asText("");
      return name.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N} ._+-]*") && !image.path("name").isNull()
          ? name
          : image.path("id").asText();
    }
  }

  @picocli.CommandLine.Command(name = "delete")
  static final class Delete extends Command {
    @Parameters(paramLabel = "IMAGE", arity = "1..*", descriptionKey = "images")
    private List<String> images = new ArrayList<>();

    @Override
    ExitCode run() {
      for (String id : names().images(images, Names.Among.OWN)) {
        send("DELETE", cloud().images(), "/v2/images/" + id, "image.deleted", id);
      }
      return ExitCode.OK;
    }
  }
}
