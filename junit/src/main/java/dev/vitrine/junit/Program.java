package dev.vitrine.junit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The server's program, which this artifact contains. */
final class Program {
  private static final String RESOURCES = "/dev/vitrine/junit/server";

  private Program() {}

  /** A folder with the program; unpacked once for each build, into the user's cache directory. */
  static Path folder() throws IOException, URISyntaxException {
    Path code = Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(code)) {
      return present(code.resolve(RESOURCES.substring(1)));
    }
    String given = System.getenv("XDG_CACHE_HOME");
    Path cache =
        given == null || given.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    String build =
        code + "\n" + Files.getLastModifiedTime(code).toMillis() + "\n" + Files.size(code);
    Path folder =
        cache
            .resolve("vitrine")
            .resolve("program-" + UUID.nameUUIDFromBytes(build.getBytes(StandardCharsets.UTF_8)));
    if (!Files.isDirectory(folder)) {
      unpack(code, folder);
    }
    return present(folder);
  }

  private static Path present(Path folder) {
    if (!Files.exists(folder.resolve("vitrine.jar"))) {
      throw new IllegalStateException(
          folder + " has no program: package the server first (mvn verify)");
    }
    return folder;
  }

  private static void unpack(Path jar, Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    Path unfinished = folder.resolveSibling(UUID.randomUUID() + ".new");
    URI uri = URI.create("jar:" + jar.toUri());
    try (FileSystem archive = FileSystems.newFileSystem(uri, Map.of());
        Stream<Path> entries = Files.walk(archive.getPath(RESOURCES))) {
      for (Path entry : entries.toList()) {
        Path target = unfinished.resolve(archive.getPath(RESOURCES).relativize(entry).toString());
        if (Files.isDirectory(entry)) {
          Files.createDirectories(target);
        } else {
          try (InputStream in = Files.newInputStream(entry)) {
            Files.copy(in, target);
          }
        }
      }
    }
    try {
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) { // another process was faster
        throw e;
      }
    }
  }
}
