package dev.vitrine.server.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.server.data.SecretFile;
import dev.vitrine.server.data.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where backups of one server are kept.
 *
 * <ul>
 *   <li>{@code manifest.json}: written last, names the snapshot that can be restored;
 *   <li>{@code snapshot-TIME}: database, keys and settings as they were at one instant;
 *   <li>{@code snapshot-TIME/SHA512SUMS}: the hash and the path of each file of the snapshot, also
 *       of its blobs, as {@code sha512sum --check} reads it;
 *   <li>{@code store}: the blobs of this snapshot and those of an unfinished one.
 * </ul>
 */
final class BackupFolder implements AutoCloseable {
  static final String SUMS = "SHA512SUMS";
  static final int FORMAT = 1;

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String MANIFEST = "manifest.json";
  private static final String LOCK = "vitrine-backup.lock";
  private static final String SNAPSHOT = "snapshot-";
  private static final Pattern SNAPSHOT_NAME = Pattern.compile(SNAPSHOT + "[0-9A-Za-z-]+");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;
  private final FileChannel lock;

  private BackupFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Opens a folder to back up into; creates it if absent.
   *
   * @throws StartFailure if it is no folder, contains something else, is open to others, or another
   *     backup is under way
   */
  static BackupFolder open(Path path) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new StartFailure("%s is a file; a backup needs a folder".formatted(path));
    }
    Files.createDirectories(path, VerifiedCopy.OWNER_ONLY_FOLDER);
    requireNoLink(path.resolve(Backup.STORE));
    Path lockFile = path.resolve(LOCK);
    if (!Files.exists(lockFile) && !isEmpty(path)) {
      throw new StartFailure("%s is not empty, and contains no backup".formatted(path));
    }
    closeToOthers(path);
    FileChannel channel =
        FileChannel.open(
            lockFile,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            VerifiedCopy.OWNER_ONLY);
    if (!isTaken(channel)) {
      channel.close();
      throw new StartFailure("Another backup to %s is under way".formatted(path));
    }
    return new BackupFolder(path, channel);
  }

  /** What a backup removes or writes below a link may be another's, such as a server's blobs. */
  private static void requireNoLink(Path folder) {
    if (Files.isSymbolicLink(folder)) {
      throw new StartFailure(
          "%s is a symbolic link: make the folder of the whole backup one instead"
              .formatted(folder));
    }
  }

  /** It will contain keys and passwords. */
  private static void closeToOthers(Path path) {
    try {
      Set<PosixFilePermission> now = Files.getPosixFilePermissions(path);
      if (!OWNER_ONLY.containsAll(now)) {
        Files.setPosixFilePermissions(path, OWNER_ONLY);
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw new StartFailure(
          "%s may be open to other users, and its permissions cannot be changed: %s"
              .formatted(path, e),
          e);
    }
  }

  static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content.findAny().isEmpty();
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  /**
   * What can be restored.
   *
   * @param snapshot a folder name
   * @param sums SHA-512 of the file {@link #SUMS}
   */
  record Manifest(
      String version,
      Instant started,
      Instant ended,
      String snapshot,
      long files,
      long bytes,
      String sums) {}

  /**
   * Null: no backup into that folder has ended.
   *
   * @throws StartFailure if it cannot be understood
   */
  static @Nullable Manifest manifest(Path path) throws IOException {
    Path file = path.resolve(MANIFEST);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (json.path("format").isInt() && json.path("format").asInt() != FORMAT) {
        throw new StartFailure(
            "%s was written by another version of Vitrine; use that one".formatted(file));
      }
      return new Manifest(
          text(json, "version"),
          Instant.parse(text(json, "started")),
          Instant.parse(text(json, "ended")),
          snapshot(text(json, "snapshot")),
          json.path("files").asLong(),
          json.path("bytes").asLong(),
          text(json, "sha512sums"));
    } catch (JsonProcessingException | DateTimeParseException | IllegalArgumentException e) {
      throw new StartFailure("%s is damaged: %s".formatted(file, firstLine(e)), e);
    }
  }

  private static String text(JsonNode json, String field) {
    if (!json.path(field).isTextual()) {
      throw new IllegalArgumentException("it has no text \"%s\"".formatted(field));
    }
    return json.path(field).asText();
  }

  private static String snapshot(String name) {
    if (!SNAPSHOT_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("\"%s\" is no name of a snapshot".formatted(name));
    }
    return name;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Makes this the snapshot that can be restored. */
  void write(Manifest manifest) throws IOException {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("format", FORMAT)
            .put("version", manifest.version())
            .put("started", manifest.started().toString())
            .put("ended", manifest.ended().toString())
            .put("snapshot", manifest.snapshot())
            .put("files", manifest.files())
            .put("bytes", manifest.bytes())
            .put("sha512sums", manifest.sums());
    SecretFile.write(path.resolve(MANIFEST), json.toPrettyString() + "\n");
  }

  /** An empty folder for a snapshot that is made now. */
  Path newSnapshot(Instant now) throws IOException {
    String time = now.toString().replaceAll("[-:]|\\.\\d+", "");
    Path snapshot = path.resolve(SNAPSHOT + time + "-" + ProcessHandle.current().pid());
    return Files.createDirectory(snapshot, VerifiedCopy.OWNER_ONLY_FOLDER);
  }

  /** Removes the snapshots that the manifest does not name. */
  void removeOtherSnapshots() throws IOException {
    Manifest kept = manifest(path);
    try (Stream<Path> content = Files.list(path)) {
      for (Path each : content.toList()) {
        String name = each.getFileName().toString();
        if (name.startsWith(SNAPSHOT) && (kept == null || !name.equals(kept.snapshot()))) {
          Trees.delete(each);
        }
      }
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
