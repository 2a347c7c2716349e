package dev.vitrine.server.operate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Whole folders. */
final class Trees {
  private Trees() {}

  static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Whether one contains the other, also by way of symbolic links; neither has to exist. */
  static boolean overlap(Path one, Path other) throws IOException {
    Path first = real(one);
    Path second = real(other);
    return first.startsWith(second) || second.startsWith(first);
  }

  private static Path real(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path parent = path.getParent();
    return parent == null ? path : real(parent).resolve(path.getFileName());
  }

  /** Makes all names in a tree durable. */
  static void syncFolders(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        VerifiedCopy.sync(folder);
      }
    }
  }
}
