package dev.vitrine.server.operate;

import dev.vitrine.blobs.StoredBlobs;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.embedded.OnlineBackup;
import dev.vitrine.postgres.image.BlobCatalogue;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.operate.BackupFolder.Manifest;
import dev.vitrine.server.settings.Settings;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Backs up a server while it runs: first the database, then the blobs that the database refers to
 * at the end of its backup.
 *
 * <p>From before that end until the last blob is copied, no server removes the blob of a deleted
 * image. Blobs never change, so a blob that an earlier backup has copied is not copied again.
 */
final class Backup {
  static final String POSTGRES = "postgres";
  static final String DATA = "data";
  static final String PASSWORD = "password";
  static final String KEYS = "keys";
  static final String CLOUDS = "clouds.yaml";
  static final String CONFIG = "vitrine.properties";
  static final String STORE = "store";

  private static final Path CONTROL = Path.of("global", "pg_control");

  private final Settings settings;
  private final boolean reads;
  private final BackupFolder folder;
  private final Progress progress;
  private final Path snapshot;
  private final OutputStream sums;
  private long files;
  private long bytes;
  private int damaged;

  private Backup(
      Settings settings, boolean reads, BackupFolder folder, Path snapshot, Progress progress)
      throws IOException {
    this.settings = settings;
    this.reads = reads;
    this.folder = folder;
    this.progress = progress;
    this.snapshot = snapshot;
    this.sums =
        new BufferedOutputStream(
            Files.newOutputStream(
                Files.createFile(snapshot.resolve(BackupFolder.SUMS), VerifiedCopy.OWNER_ONLY)));
  }

  /**
   * Backs up into {@code directory}; the exit code.
   *
   * @param reads whether blobs that an earlier backup has copied are read, and copied again if they
   *     are damaged
   * @param version of this program
   */
  static int run(
      Settings settings, Path directory, boolean reads, String version, Progress progress)
      throws Exception {
    if (settings.database() != null) {
      throw new StartFailure(
          "An external database is backed up with its own tools: see docs/operators/backup.md");
    }
    requireApart(settings, directory);
    Instant started = Instant.now();
    try (Site site = Site.open(settings);
        BackupFolder folder = BackupFolder.open(directory)) {
      folder.removeOtherSnapshots();
      Path snapshot = folder.newSnapshot(started);
      Backup backup = new Backup(settings, reads, folder, snapshot, progress);
      try (OutputStream _ = backup.sums) {
        backup.copyAll(site);
      }
      return backup.finish(version, started);
    }
  }

  /** A backup among the data that it copies would grow with each run, or be lost with them. */
  private static void requireApart(Settings settings, Path directory) throws IOException {
    for (Path data : List.of(settings.data(), settings.blobs())) {
      if (Trees.overlap(data, directory)) {
        throw new StartFailure(
            "The backup %s and the data in %s must not be inside one another"
                .formatted(directory, data));
      }
    }
  }

  private void copyAll(Site site) throws Exception {
    EmbeddedPostgres.Running server = Objects.requireNonNull(site.embedded());
    StoredBlobs blobs = new StoredBlobs(settings.blobs());
    try (Closeable _ = copyDatabase(server, blobs)) {
      copyFiles();
      new BlobCatalogue(site.database()).forEach(entry -> copyBlob(blobs, entry));
    }
  }

  /**
   * Copies the database. Until the result is closed, the blobs that the copy refers to are kept.
   */
  private Closeable copyDatabase(EmbeddedPostgres.Running server, StoredBlobs blobs)
      throws Exception {
    try (OnlineBackup online = begin(server)) {
      copyDatabase(online, server);
      Closeable hold = blobs.hold();
      finishDatabase(online);
      return hold;
    }
  }

  private static OnlineBackup begin(EmbeddedPostgres.Running server) {
    try {
      return OnlineBackup.begin(server);
    } catch (SQLException e) {
      throw new StartFailure(
          "The database cannot be backed up while it runs: %s. If the server was started by an earlier version, restart it with this one"
              .formatted(e.getMessage()),
          e);
    }
  }

  private void copyDatabase(OnlineBackup online, EmbeddedPostgres.Running server)
      throws IOException {
    Path target = snapshot.resolve(POSTGRES).resolve(DATA);
    for (Path file : online.files()) {
      Path copy = target.resolve(online.data().relativize(file));
      if (Files.isDirectory(file)) {
        Files.createDirectories(copy, VerifiedCopy.OWNER_ONLY_FOLDER);
      } else if (file.endsWith(CONTROL)) {
        copyWhole(file, copy);
      } else {
        copyIfThere(file, copy);
      }
      progress.report("Database: %,d files, %,d MiB".formatted(files, bytes >> 20));
    }
    copy(server.data().resolveSibling(PASSWORD), snapshot.resolve(POSTGRES).resolve(PASSWORD));
  }

  /** Until it was not written to meanwhile: no log repairs a torn copy of this file. */
  private void copyWhole(Path file, Path copy) throws IOException {
    String hash = VerifiedCopy.copy(file, copy);
    while (!VerifiedCopy.hash("SHA-512", file).equals(hash)) {
      hash = VerifiedCopy.copy(file, copy);
    }
    record(hash, copy);
  }

  private void finishDatabase(OnlineBackup online) throws Exception {
    OnlineBackup.End end = online.end();
    Path target = snapshot.resolve(POSTGRES).resolve(DATA);
    for (Path file : end.log()) {
      copy(file, target.resolve("pg_wal").resolve(file.getFileName()));
    }
    Path label = target.resolve("backup_label");
    Files.writeString(Files.createFile(label, VerifiedCopy.OWNER_ONLY), end.label());
    VerifiedCopy.sync(label);
    record(VerifiedCopy.hash("SHA-512", label), label);
    progress.end("Database: %,d files, %,d MiB".formatted(files, bytes >> 20));
  }

  /** The small files beside the database. */
  private void copyFiles() throws IOException {
    copy(settings.keys(), snapshot.resolve(KEYS));
    copyIfThere(settings.data().resolve(CLOUDS), snapshot.resolve(CLOUDS));
    copyIfThere(settings.data().resolve(CONFIG), snapshot.resolve(CONFIG));
  }

  private void copyIfThere(Path file, Path copy) throws IOException {
    try {
      copy(file, copy);
    } catch (NoSuchFileException gone) {
      Files.deleteIfExists(copy);
    }
  }

  private void copy(Path file, Path copy) throws IOException {
    record(VerifiedCopy.copy(file, copy), copy);
  }

  private void record(String hash, Path copy) throws IOException {
    files++;
    bytes += Files.size(copy);
    sums.write(new Sum(hash, folder.path().relativize(copy).toString()).line());
  }

  private void copyBlob(StoredBlobs blobs, BlobCatalogue.Entry entry) throws IOException {
    BlobCatalogue.Data data = entry.data();
    Path copy = folder.path().resolve(StoredBlobs.path(entry.key()));
    if (data != null && isCopied(copy, data) && isWhole(copy, data)) {
      record(data.sha512(), copy);
    } else {
      copyNow(blobs.file(entry.key()), copy, entry);
    }
    progress.report("Blobs: %,d files in all, %,d MiB".formatted(files, bytes >> 20));
  }

  /** A copy has its final name only when it is complete and on disk. */
  private static boolean isCopied(Path copy, BlobCatalogue.Data data) throws IOException {
    return Files.exists(copy) && Files.size(copy) == data.size();
  }

  private boolean isWhole(Path copy, BlobCatalogue.Data data) throws IOException {
    boolean isWhole = !reads || VerifiedCopy.hash("SHA-512", copy).equals(data.sha512());
    if (!isWhole) {
      progress.end("The earlier copy %s is damaged; copying it again".formatted(copy));
    }
    return isWhole;
  }

  /** A damaged blob is not copied: an earlier backup may have it as it was. */
  private void copyNow(Path blob, Path copy, BlobCatalogue.Entry entry) throws IOException {
    BlobCatalogue.Data data = entry.data();
    Path unfinished = copy.resolveSibling(copy.getFileName() + ".new");
    String hash;
    try {
      hash = VerifiedCopy.copy(blob, unfinished);
    } catch (NoSuchFileException gone) {
      if (data != null) {
        report(entry, "its blob %s is missing".formatted(blob));
      }
      return;
    }
    if (data != null && !data.sha512().equals(hash)) {
      report(entry, "its blob %s is damaged".formatted(blob));
      Files.delete(unfinished);
      return;
    }
    Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
    VerifiedCopy.sync(copy.resolveSibling(""));
    record(hash, copy);
  }

  private void report(BlobCatalogue.Entry entry, String problem) {
    progress.problem(entry, problem);
    damaged++;
  }

  private int finish(String version, Instant started) throws IOException {
    Path list = snapshot.resolve(BackupFolder.SUMS);
    VerifiedCopy.sync(list);
    Trees.syncFolders(folder.path());
    String hash = VerifiedCopy.hash("SHA-512", list);
    folder.write(
        new Manifest(
            version,
            started,
            Instant.now(),
            snapshot.getFileName().toString(),
            files,
            bytes,
            hash));
    folder.removeOtherSnapshots();
    removeOldBlobs(list);
    progress.end("Complete: %,d files, %,d MiB in %s".formatted(files, bytes >> 20, folder.path()));
    if (damaged > 0) {
      progress.end(
          "Not in it: %,d blobs, missing or damaged; see: vitrine verify".formatted(damaged));
      return ExitCode.DAMAGED;
    }
    return ExitCode.STOPPED;
  }

  /** Removes what no image of this snapshot needs; reads the list, in which blobs are sorted. */
  private void removeOldBlobs(Path list) throws IOException {
    Path store = folder.path().resolve(STORE);
    if (!Files.isDirectory(store)) {
      return;
    }
    Set<String> kept = new HashSet<>();
    try (Stream<Path> groups = Files.list(store);
        Stream<String> lines = Files.lines(list)) {
      Iterator<String> blobs =
          lines
              .map(line -> Sum.parse(line).path())
              .filter(path -> path.startsWith(STORE + "/"))
              .iterator();
      String next = blobs.hasNext() ? blobs.next() : null;
      for (Path group : groups.sorted().toList()) {
        String prefix = STORE + "/" + group.getFileName() + "/";
        kept.clear();
        while (next != null && next.startsWith(prefix)) {
          kept.add(next);
          next = blobs.hasNext() ? blobs.next() : null;
        }
        removeOthers(group, kept);
      }
    }
  }

  private void removeOthers(Path group, Set<String> kept) throws IOException {
    try (Stream<Path> all = Files.walk(group)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!kept.contains(folder.path().relativize(file).toString())) {
          Files.delete(file);
        }
      }
    }
  }
}
