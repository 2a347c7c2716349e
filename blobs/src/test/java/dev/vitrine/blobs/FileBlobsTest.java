package dev.vitrine.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.image.BlobStore.Received;
import dev.vitrine.image.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class FileBlobsTest {
  @TempDir private Path directory;
  private FileBlobs blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = new FileBlobs(directory, "node");
  }

  @Test
  void aBlobIsWhatCameAndItsDigestsAreRight() throws Exception {
    byte[] bytes = new byte[3_000_001];
    new Random(1).nextBytes(bytes);

    Received received = blobs.receive(parts(bytes, 7_777));

    assertThat(Files.readAllBytes(blobs.file(received.key()))).isEqualTo(bytes);
    assertThat(received.size()).isEqualTo(bytes.length);
    assertThat(received.md5()).isEqualTo(digest("MD5", bytes));
    assertThat(received.sha512()).isEqualTo(digest("SHA-512", bytes));
    assertThat(received.head())
        .isEqualTo(ByteBuffer.wrap(Arrays.copyOf(bytes, received.head().remaining())));
  }

  @Test
  void nothingIsABlobToo() throws Exception {
    Received received = blobs.receive(() -> null);

    assertThat(received.size()).isZero();
    assertThat(received.md5()).isEqualTo(digest("MD5", new byte[0]));
    assertThat(blobs.file(received.key())).isEmptyFile();
  }

  @Test
  void anInterruptedUploadLeavesNothing() {
    Content breaking =
        new Content() {
          private int parts;

          @Override
          public ByteBuffer next() throws IOException {
            if (parts++ == 3) {
              throw new IOException("gone");
            }
            return ByteBuffer.wrap(new byte[100]);
          }
        };

    assertThatThrownBy(() -> blobs.receive(breaking)).hasMessage("gone");

    assertThat(files()).isEmpty();
  }

  @Test
  void whatWasNotDecidedIsDecidedAtTheNextStart() throws Exception {
    String kept = receive("kept");
    blobs.keep(kept);
    String committed = receive("committed, then killed");
    String lost = receive("killed before the commit");

    new FileBlobs(directory, "another node").recover(keys -> Set.of());
    assertThat(blobs.file(lost)).as("another node's business").exists();

    new FileBlobs(directory, "node").recover(keys -> Set.of(committed));

    assertThat(blobs.file(kept)).hasContent("kept");
    assertThat(blobs.file(committed)).hasContent("committed, then killed");
    assertThat(files())
        .containsExactlyInAnyOrder(
            directory.relativize(blobs.file(kept)), directory.relativize(blobs.file(committed)));
  }

  @Test
  void aDiscardedBlobIsGoneAndMayBeDiscardedAgain() throws Exception {
    String key = receive("x");
    blobs.keep(key);

    blobs.discard(key);
    blobs.discard(key);

    assertThat(files()).isEmpty();
  }

  @Test
  void tenMillionBlobsDoNotShareAFolder() throws Exception {
    String key = receive("x");

    assertThat(directory.resolve("store").relativize(blobs.file(key)))
        .isEqualTo(Path.of(key.substring(0, 2), key.substring(2, 4), key));
  }

  private String receive(String text) throws IOException {
    return blobs.receive(parts(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), 4)).key();
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).map(directory::relativize).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Content parts(byte[] bytes, int size) {
    ByteBuffer all = ByteBuffer.wrap(bytes);
    return () -> {
      if (!all.hasRemaining()) {
        return null;
      }
      ByteBuffer part = all.slice(all.position(), Math.min(size, all.remaining()));
      all.position(all.position() + part.remaining());
      return part;
    };
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }
}
