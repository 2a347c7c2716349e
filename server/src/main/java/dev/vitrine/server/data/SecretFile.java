package dev.vitrine.server.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** A file that only its owner can read, and that is never half-written after a crash. */
public final class SecretFile {
  private SecretFile() {}

  /** Creates the file, or replaces its content. */
  public static void write(Path file, String text) throws IOException {
    Path unfinished = unfinished(file, text);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    sync(file);
  }

  /** Creates the file unless it exists; of several concurrent calls, one wins. */
  public static void create(Path file, String text) throws IOException {
    Path unfinished = unfinished(file, text);
    try {
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException madeByAnother) {
      // The existing file is equally valid.
    }
    Files.delete(unfinished);
    sync(file);
  }

  private static Path unfinished(Path file, String text) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    return unfinished;
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel directory =
        FileChannel.open(file.resolveSibling(""), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
