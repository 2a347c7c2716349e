package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Moves the bytes of images, and compares their hash with the one that the server stores. */
final class Transfer {
  /** How often a download goes on by itself after the connection was lost. */
  private static final int ATTEMPTS = 4;

  private static final int PIECE_BYTES = 1 << 16;

  private final Shell shell;
  private final Cloud cloud;

  Transfer(Shell shell, Cloud cloud) {
    this.shell = shell;
    this.cloud = cloud;
  }

  /** Sends a file, and fails unless the server has stored these very bytes. */
  JsonNode upload(Path file, String image) {
    MessageDigest digest = digest("sha512");
    long size = size(file);
    try (Progress progress = new Progress(shell, 0, size)) {
      BodyPublisher bytes =
          size == 0
              ? BodyPublishers.noBody()
              : BodyPublishers.fromPublisher(
                  BodyPublishers.ofInputStream(() -> read(file, digest, progress)), size);
      cloud.images().upload(path(image), bytes);
    }
    JsonNode stored = cloud.image(image);
    if (!matches(stored, digest)) {
      throw new Problem(ExitCode.FAILED, "upload.differs", image);
    }
    return stored;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new Problem(ExitCode.FAILED, "file.failed", file, e);
    }
  }

  /** From the beginning, however often the client begins. */
  private static InputStream read(Path file, @Nullable MessageDigest digest, Progress progress) {
    try {
      InputStream bytes = Files.newInputStream(file);
      if (digest == null) {
        return bytes;
      }
      digest.reset();
      return new DigestInputStream(bytes, digest) {
        private long done;

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          int count = super.read(into, offset, length);
          done += Math.max(0, count);
          progress.at(done);
          return count;
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the bytes to a stream, as they arrive. */
  void download(JsonNode image, OutputStream to) {
    MessageDigest digest = digest(image.path("os_hash_algo").asText());
    Sink sink = new Sink(Channels.newChannel(to), digest, null, 0);
    endpoint().download(path(id(image)), sink);
    if (!matches(image, digest)) {
      throw new Problem(ExitCode.FAILED, "download.differs", id(image));
    }
  }

  /**
   * Writes the bytes to a file of that name, which appears when they are complete and verified.
   * Until then they are in {@code FILE.part}; what is there of an earlier attempt is used.
   */
  void download(JsonNode image, Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel out =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = out.tryLock()) {
      if (lock == null) {
        throw new Problem(ExitCode.FAILED, "download.busy", part);
      }
      boolean resumed = out.size() > 0;
      boolean complete = fetch(image, out);
      if (!complete && resumed) {
        // What was there is not the beginning of this image.
        shell.note("download.again", part);
        out.truncate(0);
        complete = fetch(image, out);
      }
      if (!complete) {
        out.truncate(0);
        throw new Problem(ExitCode.FAILED, "download.differs", id(image));
      }
      out.force(true);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Problem(ExitCode.FAILED, "file.failed", part, e);
    }
  }

  /** Gets what is missing, and says whether all of it has the hash of the image. */
  private boolean fetch(JsonNode image, FileChannel out) throws IOException {
    long size = image.path("size").asLong();
    if (out.size() > size) {
      out.truncate(0);
    }
    MessageDigest digest = digest(image.path("os_hash_algo").asText());
    readBack(out, digest);
    long begun = out.position();
    if (begun > 0 && begun < size) {
      shell.note("download.resumes", Table.size(begun), Table.size(size));
    }
    try (Progress progress = new Progress(shell, begun, size)) {
      for (int attempt = 1; out.position() < size; attempt++) {
        long before = out.position();
        HttpRequest.Builder request = endpoint().request("GET", path(id(image)), null);
        if (before > 0) {
          request.header("Range", "bytes=%d-".formatted(before));
        }
        try {
          cloud
              .images()
              .client()
              .download(request.build(), new Sink(out, digest, progress, before));
        } catch (UncheckedIOException e) {
          if (attempt == ATTEMPTS || out.position() == before) {
            throw e;
          }
        }
      }
    }
    return out.size() == size && matches(image, digest);
  }

  /** Adds what a file holds to a hash, and goes to its end. */
  private static void readBack(FileChannel file, @Nullable MessageDigest digest)
      throws IOException {
    file.position(0);
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    while (file.read(piece) >= 0) {
      piece.flip();
      if (digest != null) {
        digest.update(piece);
      }
      piece.clear();
    }
  }

  private Endpoint endpoint() {
    return cloud.images();
  }

  private static String id(JsonNode image) {
    return image.path("id").asText();
  }

  private static String path(String image) {
    return "/v2/images/" + Cloud.segment(image) + "/file";
  }

  /** Whether the hash is that of the image. An image without a hash that we know matches. */
  private boolean matches(JsonNode image, @Nullable MessageDigest digest) {
    String expected = image.path("os_hash_value").asText("");
    String algorithm = image.path("os_hash_algo").asText("");
    if (digest == null
        || expected.isEmpty()
        || !digest.getAlgorithm().equalsIgnoreCase(name(algorithm))) {
      shell.note("download.unverified", algorithm);
      return true;
    }
    return expected.equalsIgnoreCase(HexFormat.of().formatHex(digest.digest()));
  }

  private static String name(String algorithm) {
    return algorithm.replaceFirst("^sha(\\d+)$", "SHA-$1");
  }

  private static @Nullable MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(name(algorithm));
    } catch (NoSuchAlgorithmException e) {
      return null;
    }
  }

  /** Where the bytes of a download go. */
  private static final class Sink implements WritableByteChannel {
    private final WritableByteChannel to;
    private final @Nullable MessageDigest digest;
    private final @Nullable Progress progress;
    private long done;

    Sink(
        WritableByteChannel to,
        @Nullable MessageDigest digest,
        @Nullable Progress progress,
        long done) {
      this.to = to;
      this.digest = digest;
      this.progress = progress;
      this.done = done;
    }

    @Override
    public int write(ByteBuffer bytes) {
      ByteBuffer seen = bytes.duplicate();
      int count;
      try {
        count = to.write(bytes);
      } catch (IOException e) {
        // Not a failure of the connection.
        throw new Problem(ExitCode.FAILED, "download.noWrite", e);
      }
      seen.limit(seen.position() + count);
      if (digest != null) {
        digest.update(seen);
      }
      done += count;
      if (progress != null) {
        progress.at(done);
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return to.isOpen();
    }

    /** The owner of the channel closes it. */
    @Override
    public void close() {}
  }
}
