package dev.vitrine.server.operate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Copies files that others may not read. A copy is on disk, and was read back, when it returns. */
final class VerifiedCopy {
  static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  static final FileAttribute<?> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int BUFFER = 1 << 20;

  private VerifiedCopy() {}

  /**
   * Copies a file.
   *
   * @param to replaced if it exists
   * @return SHA-512 of the copy, in lower-case hexadecimal
   * @throws java.nio.file.NoSuchFileException if there is nothing to copy
   */
  static String copy(Path from, Path to) throws IOException {
    MessageDigest digest = digest("SHA-512");
    try (InputStream in = new DigestInputStream(Files.newInputStream(from), digest)) {
      return write(in, to, digest);
    }
  }

  private static String write(InputStream in, Path to, MessageDigest digest) throws IOException {
    Files.createDirectories(to.resolveSibling(""), OWNER_ONLY_FOLDER);
    Files.deleteIfExists(to);
    try (FileChannel channel =
        FileChannel.open(
            to, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      OutputStream out = Channels.newOutputStream(channel);
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
      channel.force(true);
    }
    String written = HexFormat.of().formatHex(digest.digest());
    String found = hash("SHA-512", to);
    if (!found.equals(written)) {
      throw new IOException(
          "What was read back from %s differs from what was written".formatted(to));
    }
    return written;
  }

  /** The hash of a file, in lower-case hexadecimal. */
  static String hash(String algorithm, Path file) throws IOException {
    MessageDigest digest = digest(algorithm);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes the content of a file, or the names in a folder, durable. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
