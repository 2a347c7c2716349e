package dev.vitrine.server.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.time.Instant;
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

  private final Path path;
  private final FileChannel lock;

  private BackupFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Opens a folder to back up into; creates it if absent.
   *
   * @throws StartFailure if it contains something else, or another backup is under way
   */
  static BackupFolder open(Path path) throws IOException {
    Files.createDirectories(path, VerifiedCopy.OWNER_ONLY_FOLDER);
    Path lockFile = path.resolve(LOCK);
    if (!Files.exists(lockFile) && !isEmpty(path)) {
      throw new StartFailure("%s is not empty, and contains no backup".formatted(path));
    }
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isTaken(channel)) {
      channel.close();
      throw new StartFailure("Another backup to %s is under way".formatted(path));
    }
    return new BackupFolder(path, channel);
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

  /** Null: no backup into that folder has ended. */
  static @Nullable Manifest manifest(Path path) throws IOException {
    Path file = path.resolve(MANIFEST);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode json = MAPPER.readTree(Files.readString(file));
    if (json.path("format").asInt() != FORMAT) {
      throw new StartFailure(
          "%s was written by another version of Vitrine; use that one".formatted(file));
    }
    return new Manifest(
        json.path("version").asText(),
        Instant.parse(json.path("started").asText()),
        Instant.parse(json.path("ended").asText()),
        json.path("snapshot").asText(),
        json.path("files").asLong(),
        json.path("bytes").asLong(),
        json.path("sha512sums").asText());
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

  /** A line of {@link #SUMS}. */
  record Sum(String hash, String path) {
    private static final int HASH = 128;

    static Sum parse(String line) {
      if (line.length() < HASH + 3 || !line.startsWith("  ", HASH)) {
        throw new StartFailure("%s has a malformed line: %s".formatted(SUMS, line));
      }
      return new Sum(line.substring(0, HASH), line.substring(HASH + 2));
    }

    byte[] line() {
      return "%s  %s\n".formatted(hash, path).getBytes(UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
