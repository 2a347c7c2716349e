package dev.vitrine.server.glance;

import dev.vitrine.identity.UserId;
import dev.vitrine.image.Blob;
import dev.vitrine.image.BlobStore;
import dev.vitrine.image.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;

/** A store of blobs that has no files. */
@NullMarked
final class MemoryBlobs implements BlobStore {
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

  /** What becomes of each stream that is opened. */
  volatile UnaryOperator<InputStream> streams = UnaryOperator.identity();

  @Override
  public Received receive(UserId sender, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer part = content.next(); part != null; part = content.next()) {
      byte[] some = new byte[part.remaining()];
      part.get(some);
      bytes.write(some);
    }
    String key = UUID.randomUUID().toString();
    byte[] all = bytes.toByteArray();
    blobs.put(key, all);
    return new Received(key, all.length, digest("MD5", all), digest("SHA-512", all));
  }

  private static String digest(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Blob blob(String key, long length) {
    return new Blob.Streamed(length, (offset, size) -> open(key, (int) offset, (int) size));
  }

  private InputStream open(String key, int offset, int size) throws IOException {
    byte[] bytes = blobs.get(key);
    if (bytes == null) {
      throw new IOException("no blob " + key);
    }
    return Objects.requireNonNull(
        streams.apply(new ByteArrayInputStream(bytes, offset, size)), "a stream");
  }

  @Override
  public void keep(String key) {}

  @Override
  public boolean discard(String key) {
    blobs.remove(key);
    return true;
  }

  @Override
  public void recover(Function<Set<String>, Set<String>> referenced) {}

  /** As if somebody had deleted them behind the catalogue's back. */
  void lose() {
    blobs.clear();
  }
}
