package dev.vitrine.server.start;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.postgres.embedded.Durability;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Schema;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * An embedded database with empty tables, kept in the user's cache directory: copying it takes a
 * tenth of the time of creating it. Only ephemeral servers use it.
 */
final class Template {
  private static final System.Logger LOG = System.getLogger(Template.class.getName());
  private static final String PREFIX = "template-";

  /** Of other builds. */
  private static final int KEPT = 2;

  private final Path cache;
  private final Path folder;

  private Template(Path cache, Path folder) {
    this.cache = cache;
    this.folder = folder;
  }

  private static Template ofThisBuild() throws IOException {
    String given = System.getenv("XDG_CACHE_HOME");
    Path parent =
        given == null || given.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    Path cache = parent.resolve("vitrine").toAbsolutePath();
    return new Template(cache, cache.resolve(PREFIX + build()));
  }

  /** The build that the migrations come from. */
  private static String build() throws IOException {
    try {
      Path code = Path.of(Schema.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(code)) {
        throw new IOException(code + " is no packaged build");
      }
      FileTime time = Files.getLastModifiedTime(code);
      return UUID.nameUUIDFromBytes(
              (code + "\n" + time.toMillis() + "\n" + Files.size(code))
                  .getBytes(StandardCharsets.UTF_8))
          .toString();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /**
   * Puts a copy of the template at {@code home}, which must not exist. Creates the template if this
   * is the first start of this build. If that does not work, there is no copy, and the start takes
   * longer.
   *
   * @param scratch a folder on the same disk as {@code home}, which PostgreSQL's user can enter
   * @return whether there is a copy; its tables are those of this build
   */
  static boolean copyTo(Path home, Path scratch) {
    try {
      Template template = ofThisBuild();
      if (!Files.isDirectory(template.folder)) {
        template.create(scratch);
      }
      Files.setLastModifiedTime(template.folder, FileTime.from(Instant.now()));
      copy(template.folder, home);
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "No template of the database could be used, so this start is slow: {0}", e);
      LOG.log(DEBUG, "No template", e);
      Folders.delete(home);
      return false;
    }
  }

  private void create(Path scratch) throws IOException {
    Path made = scratch.resolve("template");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(made, Durability.EPHEMERAL);
        Database database =
            Database.open(
                new Database.Address(postgres.jdbcUrl(), postgres.user(), postgres.password()),
                5)) {
      new Schema().migrate(database);
      TestDouble.prepare(database);
    }
    if (!Files.isDirectory(cache)) {
      Files.createDirectories(
          cache,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path unfinished = cache.resolve(UUID.randomUUID() + ".new");
    try {
      copy(made, unfinished);
      Folders.run("sync", "--file-system", unfinished.toString());
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Folders.delete(unfinished);
      if (!Files.isDirectory(folder)) { // another process was faster
        throw e;
      }
    } finally {
      Folders.delete(made);
    }
    removeOld();
  }

  /**
   * The programs are shared, if both are on one disk: nobody writes to them. Lock and log are the
   * template's own.
   */
  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
    try (DirectoryStream<Path> programs = Files.newDirectoryStream(from, "binaries-*")) {
      for (Path folder : programs) {
        if (!Folders.tryRun("cp", "-al", "" + folder, "" + to)) {
          Folders.run("cp", "-a", "" + folder, "" + to);
        }
      }
    }
    Folders.run("cp", "-a", "" + from.resolve("data"), "" + from.resolve("password"), "" + to);
  }

  private void removeOld() throws IOException {
    List<Path> others = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(cache, PREFIX + "*")) {
      found.forEach(others::add);
    }
    others.remove(folder);
    others.sort(Comparator.comparingLong((Path path) -> path.toFile().lastModified()).reversed());
    others.stream().skip(KEPT).forEach(Folders::delete);
  }
}
