package dev.vitrine.server.http;

import dev.vitrine.digest.Sha256;
import dev.vitrine.image.Content;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.work.FairShares;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Stores whole uploads whose caller is proven only at the end of the body. It uses files, because
 * memory is scarcer. Their size and number are bounded, because unauthenticated clients send them.
 * Each file is unlinked before its first byte is written, so no crash leaves one behind.
 */
public final class Spool {
  /** Vendor: the largest body of a signed request, in bytes. */
  static final long MAX = 12L * 1024 * 1024;

  /** Uploads at a time, in fair shares by sender. Further ones are refused. */
  private static final int UPLOADS = 8;

  private static final int PART = 64 * 1024;

  private final Path folder;
  private final FairShares<Sender> turns = new FairShares<>(UPLOADS);

  /** The claim is included because clients behind a proxy share an address. */
  private record Sender(String origin, String claim) {}

  /**
   * @param folder created on first use
   */
  public Spool(Path folder) {
    this.folder = folder;
  }

  /**
   * Receives a whole body.
   *
   * @param claim the name that the sender claims
   * @throws dev.vitrine.refusal.Refused {@link Refusal.TooLarge} beyond {@link #MAX}, {@link
   *     Refusal.Busy} beyond the sender's share
   * @throws IOException if the client disconnects, or the disk fails
   */
  Spooled receive(Request request, String claim) throws IOException {
    String length = request.header("Content-Length");
    if (length != null && Long.parseLong(length) > MAX) {
      throw tooLarge();
    }
    Sender sender = new Sender(request.origin(), claim);
    if (!turns.take(sender, 1)) {
      throw new Refusal.Busy().asException();
    }
    Spooled spooled = new Spooled(open(sender), sender);
    boolean isWhole = false;
    try {
      spooled.fill(request.content());
      isWhole = true;
      return spooled;
    } finally {
      if (!isWhole) {
        spooled.close();
      }
    }
  }

  private FileChannel open(Sender sender) throws IOException {
    try {
      Files.createDirectories(folder);
      Path file = Files.createTempFile(folder, "upload", "");
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(file);
      return channel;
    } catch (IOException | RuntimeException e) {
      turns.giveBack(sender, 1);
      throw e;
    }
  }

  private static RuntimeException tooLarge() {
    return new Refusal.TooLarge(
            Limit.SIGNED_UPLOAD,
            "A signed upload of more than %d bytes must say its hash in X-Sdk-Content-Sha256."
                .formatted(MAX))
        .asException();
  }

  /** A stored body, to be read from its beginning. */
  final class Spooled implements Content, AutoCloseable {
    private final FileChannel channel;
    private final Sender sender;
    private String sha256 = "";
    private long size;
    private boolean isClosed;

    private Spooled(FileChannel channel, Sender sender) {
      this.channel = channel;
      this.sender = sender;
    }

    private void fill(Content content) throws IOException {
      MessageDigest digest = Sha256.digest();
      for (ByteBuffer part = content.next(); part != null; part = content.next()) {
        size += part.remaining();
        if (size > MAX) {
          throw tooLarge();
        }
        digest.update(part.duplicate());
        for (ByteBuffer rest = part.duplicate(); rest.hasRemaining(); ) {
          channel.write(rest);
        }
      }
      sha256 = HexFormat.of().formatHex(digest.digest());
      channel.position(0);
    }

    /** The body's hash, in lower-case hexadecimal. */
    String sha256() {
      return sha256;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
      ByteBuffer part = ByteBuffer.allocate(PART);
      return channel.read(part) < 0 ? null : part.flip();
    }

    @Override
    public OptionalLong announced() {
      return OptionalLong.of(size);
    }

    /** Frees its disk space. */
    @Override
    public void close() {
      if (!isClosed) {
        isClosed = true;
        turns.giveBack(sender, 1);
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
