package dev.vitrine.server.operate;

import dev.vitrine.server.data.DataDirectory;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.operate.BackupFolder.Manifest;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a backup to a new data directory. It contains the mark {@link DataDirectory#RESTORING}
 * until all files are written, compared and on disk; no server starts on it before.
 */
final class Restore {
  private final Settings settings;
  private final Path backup;
  private final Progress progress;
  private long files;
  private long bytes;

  private Restore(Settings settings, Path backup, Progress progress) {
    this.settings = settings;
    this.backup = backup;
    this.progress = progress;
  }

  /** Restores from {@code directory}; the exit code. */
  static int run(Settings settings, Path directory, Progress progress) throws Exception {
    if (settings.database() != null) {
      throw new StartFailure(
          "An external database is restored with its own tools: see docs/operators/backup.md");
    }
    Manifest manifest = Files.isDirectory(directory) ? BackupFolder.manifest(directory) : null;
    if (manifest == null) {
      throw new StartFailure(
          "%s contains no complete backup: it has no manifest.json. A backup that was cut short cannot be restored; run it again"
              .formatted(directory));
    }
    new Restore(settings, directory, progress).run(manifest);
    return ExitCode.STOPPED;
  }

  private void run(Manifest manifest) throws IOException {
    Path data = settings.data();
    for (Path target : List.of(data, settings.blobs(), settings.keys())) {
      if (Trees.overlap(target, backup)) {
        throw new StartFailure(
            "%s and the backup %s must not be inside one another".formatted(target, backup));
      }
    }
    requireEmpty(data);
    requireEmpty(settings.blobs().resolve("store"));
    if (Files.exists(settings.keys())) {
      throw new StartFailure("%s exists: restore into a new file".formatted(settings.keys()));
    }
    Path list = backup.resolve(manifest.snapshot()).resolve(BackupFolder.SUMS);
    verifyList(list, manifest);
    try (DataDirectory _ = DataDirectory.take(data)) {
      Path mark = Files.createFile(data.resolve(DataDirectory.RESTORING));
      VerifiedCopy.sync(data);
      Path snapshot = backup.resolve(manifest.snapshot());
      copyFolders(snapshot.resolve(Backup.POSTGRES), data.resolve(Backup.POSTGRES));
      try (Stream<String> lines = Files.lines(list)) {
        for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
          copy(snapshot, Sum.parse(each.next()));
        }
      }
      removePlaces(data.resolve(Backup.CONFIG));
      Trees.syncFolders(data);
      if (Files.exists(settings.blobs())) {
        Trees.syncFolders(settings.blobs());
      }
      Files.delete(mark);
      VerifiedCopy.sync(data);
    }
    progress.end(
        "Restored %,d files, %,d MiB, as of %s. A server can start with --data %s"
            .formatted(files, bytes >> 20, manifest.ended(), data));
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.exists(folder) && !BackupFolder.isEmpty(folder)) {
      throw new StartFailure(
          "%s is not empty: restore into a new directory, and move the old one away first"
              .formatted(folder));
    }
  }

  /** Before anything is written. */
  private void verifyList(Path list, Manifest manifest) throws IOException {
    if (!Files.exists(list) || !VerifiedCopy.hash("SHA-512", list).equals(manifest.sums())) {
      throw new StartFailure("%s is not the one that the manifest names".formatted(list));
    }
    Path real = backup.toRealPath();
    try (Stream<String> lines = Files.lines(list)) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        requireFile(real, manifest.snapshot(), Path.of(Sum.parse(each.next()).path()));
      }
    }
  }

  /**
   * @param path below the backup
   */
  private static void requireFile(Path backup, String snapshot, Path path) throws IOException {
    Path file = backup.resolve(path);
    if (!path.startsWith(snapshot) && !path.startsWith(Backup.STORE)) {
      throw new StartFailure("%s is no part of the backup".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new StartFailure("The backup is not complete: %s is missing".formatted(file));
    }
    if (!file.toRealPath().equals(file)) {
      throw new StartFailure("A symbolic link leads from %s out of the backup".formatted(file));
    }
  }

  /** PostgreSQL needs its empty folders, too. */
  private static void copyFolders(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        Files.createDirectories(
            to.resolve(from.relativize(folder)), VerifiedCopy.OWNER_ONLY_FOLDER);
      }
    }
  }

  private void copy(Path snapshot, Sum sum) throws IOException {
    Path from = backup.resolve(sum.path());
    Path to = target(snapshot, from);
    String hash = VerifiedCopy.copy(from, to);
    if (!hash.equals(sum.hash())) {
      throw new StartFailure(
          "%s is damaged: its SHA-512 is not the one that was recorded".formatted(from));
    }
    files++;
    bytes += Files.size(to);
    progress.report("Restored %,d files, %,d MiB".formatted(files, bytes >> 20));
  }

  private Path target(Path snapshot, Path file) {
    if (!file.startsWith(snapshot)) {
      return settings.blobs().resolve(backup.relativize(file));
    }
    Path name = snapshot.relativize(file);
    return name.equals(Path.of(Backup.KEYS)) ? settings.keys() : settings.data().resolve(name);
  }

  /** So that the restored server does not use the data of the one that was backed up. */
  private static void removePlaces(Path config) throws IOException {
    if (Files.exists(config)) {
      Files.writeString(config, RestoredConfig.of(Files.readString(config)));
      VerifiedCopy.sync(config);
    }
  }
}
