package dev.vitrine.blobs;

import dev.vitrine.image.BlobStore;
import dev.vitrine.image.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files, {@code store/ab/cd/KEY}: 65,536 folders, so that ten million images come to 150 a
 * folder.
 *
 * <p>A blob is written as {@code incoming/NODE/KEY} and then linked to its place; the first name
 * goes when the blob is kept. So a name in {@code incoming} says "not decided yet", whatever was
 * killed, and {@link #recover} looks at nothing but the names of its own node: nodes may share the
 * directory (ruling 6).
 */
public final class FileBlobs implements BlobStore {
  private static final int HEAD = 64 * 1024;

  private final Path incoming;
  private final Path store;

  /**
   * @param directory made if it is not there
   * @param node names this node among those that share the directory; the same after a restart
   */
  public FileBlobs(Path directory, String node) throws IOException {
    if (!Files.exists(directory)) {
      // Nobody else on this machine reads a tenant's bytes.
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    this.incoming = Files.createDirectories(directory.resolve("incoming").resolve(node));
    this.store = Files.createDirectories(directory.resolve("store"));
  }

  @Override
  public Received receive(Content content) throws IOException {
    String key = UUID.randomUUID().toString().replace("-", "");
    boolean complete = false;
    try {
      Received received = write(key, content);
      Path folder = makeFolder(key);
      Files.createLink(folder.resolve(key), incoming.resolve(key));
      sync(folder);
      complete = true;
      return received;
    } finally {
      if (!complete) {
        discard(key);
      }
    }
  }

  /** Hashes and writes side by side: the slowest of the three sets the pace, not their sum. */
  private Received write(String key, Content content) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    long size = 0;
    try (FileChannel file =
            FileChannel.open(
                incoming.resolve(key), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Digest md5 = new Digest("MD5");
        Digest sha512 = new Digest("SHA-512")) {
      for (@Nullable ByteBuffer part = content.next(); part != null; part = content.next()) {
        md5.update(part.duplicate());
        sha512.update(part.duplicate());
        size += part.remaining();
        remember(part.duplicate(), head);
        while (part.hasRemaining()) {
          file.write(part);
        }
      }
      file.force(true);
      return new Received(key, size, md5.finish(), sha512.finish(), head.flip().asReadOnlyBuffer());
    }
  }

  private static void remember(ByteBuffer part, ByteBuffer head) {
    if (head.hasRemaining()) {
      head.put(part.limit(part.position() + Math.min(part.remaining(), head.remaining())));
    }
  }

  /** A new name is durable only once its directory is. */
  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path makeFolder(String key) throws IOException {
    Path folder = folder(key);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      sync(store.resolve(key.substring(0, 2)));
      sync(store);
    }
    return folder;
  }

  @Override
  public void keep(String key) {
    delete(incoming.resolve(key));
  }

  @Override
  public void discard(String key) {
    delete(file(key));
    delete(incoming.resolve(key));
  }

  @Override
  public Path file(String key) {
    return folder(key).resolve(key);
  }

  private Path folder(String key) {
    return store.resolve(key.substring(0, 2)).resolve(key.substring(2, 4));
  }

  @Override
  public void recover(Function<Set<String>, Set<String>> referenced) {
    Set<String> undecided = new HashSet<>();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(incoming)) {
      names.forEach(name -> undecided.add(name.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (undecided.isEmpty()) {
      return;
    }
    Set<String> kept = referenced.apply(undecided);
    for (String key : undecided) {
      if (kept.contains(key)) {
        keep(key);
      } else {
        discard(key);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
