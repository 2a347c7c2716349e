package dev.vitrine.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vitrine.identity.UserId;
import dev.vitrine.image.BlobStore.Received;
import dev.vitrine.image.Content;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class FileBlobsTest {
  private static final UserId SENDER = new UserId("sender");

  @TempDir private Path directory;
  private FileBlobs blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = new FileBlobs(directory, "node", 0);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        4_096,
        FileBlobs.PIECE - 1,
        FileBlobs.PIECE,
        FileBlobs.PIECE + 1,
        4 * FileBlobs.PIECE,
        2 * SyncedFile.WINDOW + 4_097
      })
  void aBlobIsWhatCameAndItsDigestsAreRight(int size) throws Exception {
    assertReceived(size, 64 * 1024);
  }

  /** A byte at a time, some that fit nowhere, more at a time than is written. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4_097, FileBlobs.PIECE, 3 * FileBlobs.PIECE + 1})
  void itMattersNotInWhatPartsItCame(int part) throws Exception {
    assertReceived(3 * FileBlobs.PIECE + 5, part);
  }

  private void assertReceived(int size, int part) throws Exception {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);

    Received received = blobs.receive(SENDER, content(bytes, part));

    assertThat(Files.readAllBytes(blobs.file(received.key()))).isEqualTo(bytes);
    assertThat(received.size()).isEqualTo(bytes.length);
    assertThat(received.md5()).isEqualTo(digest("MD5", bytes));
    assertThat(received.sha512()).isEqualTo(digest("SHA-512", bytes));
  }

  /** Linux counts what a thread makes the disk read. */
  @Test
  void theFirstDownloadReadsNothingFromTheDisk() throws Exception {
    Path counters = Path.of("/proc/thread-self/io");
    assumeThat(counters).isReadable();
    Received received = blobs.receive(SENDER, content(new byte[16 << 20], 64 * 1024));
    String before = readBytes(counters);

    byte[] bytes = Files.readAllBytes(blobs.file(received.key()));

    assertThat(readBytes(counters)).isEqualTo(before);
    assertThat(bytes).hasSize(16 << 20);
  }

  private static String readBytes(Path counters) throws IOException {
    try (Stream<String> lines = Files.lines(counters)) {
      return lines.filter(line -> line.startsWith("read_bytes")).findAny().orElseThrow();
    }
  }

  /** On a file system of its own, which takes root to make. */
  @Test
  void aFullDiskRefusesWhatItHasNoRoomForAndNothingElse() throws Exception {
    onDisk(
        "size=32m",
        disk -> {
          FileBlobs onDisk = new FileBlobs(disk, "node", 0);
          FileBlobs half = new FileBlobs(disk, "half", 16 << 20);

          requireTooLarge(onDisk, 40 << 20);
          requireTooLarge(half, 28 << 20);
          assertThat(half.receive(SENDER, content(new byte[8 << 20], 64 * 1024)).size())
              .isEqualTo(8 << 20);
          assertThat(onDisk.receive(SENDER, content(new byte[16 << 20], 64 * 1024)).size())
              .isEqualTo(16 << 20);
          requireTooLarge(half, 1);
        });
  }

  /** There is space, but a blob takes a file and up to two folders. */
  @Test
  void soDoesADiskWithoutRoomForAnotherFile() throws Exception {
    onDisk(
        "size=32m,nr_inodes=20",
        disk -> {
          FileBlobs onDisk = new FileBlobs(disk, "node", 0);
          List<Path> others = new ArrayList<>();
          assertThatThrownBy(
                  () -> {
                    while (true) {
                      others.add(Files.createFile(disk.resolve("other" + others.size())));
                    }
                  })
              .isInstanceOf(IOException.class);

          requireTooLarge(onDisk, 1);
          for (Path other : others) {
            Files.delete(other);
          }
          assertThat(onDisk.receive(SENDER, content(new byte[1], 1)).size()).isEqualTo(1);
        });
  }

  /** What is done on a disk. */
  @FunctionalInterface
  private interface Story {
    void on(Path disk) throws Exception;
  }

  private void onDisk(String options, Story story) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", options, "none", disk.toString())).isZero();
    try {
      story.on(disk);
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void requireTooLarge(FileBlobs blobs, int size) {
    assertThatThrownBy(() -> blobs.receive(SENDER, content(new byte[size], 64 * 1024)))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.refusal().limit()).isEqualTo(Limit.DISK));
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  @Test
  void anInterruptedUploadLeavesNothing() {
    Content breaking =
        new Content() {
          private int parts;

          @Override
          public ByteBuffer next() throws IOException {
            if (parts++ == 30) {
              throw new IOException("gone");
            }
            return ByteBuffer.allocate(64 * 1024);
          }
        };

    assertThatThrownBy(() -> blobs.receive(SENDER, breaking)).hasMessage("gone");

    assertThat(files()).isEmpty();
  }

  @Test
  void oneSenderLeavesTurnsForOthers() throws Exception {
    FileBlobs four = new FileBlobs(directory, "four", 0, 4, Duration.ofMillis(50));
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch going = new CountDownLatch(1);
    List<FutureTask<Received>> held = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      held.add(new FutureTask<>(() -> four.receive(SENDER, holding(begun, going))));
      Thread.startVirtualThread(held.getLast());
    }
    await(begun);

    assertThatThrownBy(() -> four.receive(SENDER, content(new byte[] {1})))
        .isInstanceOf(Refused.class);
    assertThat(four.receive(new UserId("another"), content(new byte[] {1})).size()).isOne();

    going.countDown();
    for (FutureTask<Received> upload : held) {
      upload.get();
    }
  }

  @Test
  void ofAnUploadMoreThanThereIsMemoryForOnlyTheBeginningIsReadBeforeItsTurn() throws Exception {
    FileBlobs small = new FileBlobs(directory, "small", 0, 1, Duration.ofMillis(50));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch going = new CountDownLatch(1);
    FutureTask<Received> first =
        new FutureTask<>(() -> small.receive(SENDER, holding(begun, going)));
    Thread.startVirtualThread(first);
    await(begun);

    Queue<ByteBuffer> beginning = new ArrayDeque<>(List.of(ByteBuffer.allocate(Content.BEGINNING)));
    assertThatThrownBy(() -> small.receive(SENDER, beginning::remove))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(new Refusal.Busy()));

    going.countDown();
    assertThat(first.get().size()).isEqualTo(Content.BEGINNING);
    assertThat(small.receive(SENDER, content(new byte[] {1})).size()).isOne();
  }

  /** Until its beginning has arrived. */
  @Test
  void anUploadThatHardlySendsAnythingHoldsNoTurn() throws Exception {
    FileBlobs small = new FileBlobs(directory, "small", 0, 1, Duration.ofMillis(50));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch going = new CountDownLatch(1);
    FutureTask<Received> dribbling =
        new FutureTask<>(
            () -> small.receive(SENDER, holding(new byte[Content.BEGINNING - 1], begun, going)));
    Thread.startVirtualThread(dribbling);
    await(begun);

    assertThat(small.receive(SENDER, content(new byte[100_000])).size()).isEqualTo(100_000);

    going.countDown();
    assertThat(dribbling.get().size()).isEqualTo(Content.BEGINNING - 1);
  }

  /** A content that has begun, so that its upload has a turn, and goes on when it may. */
  private static Content holding(CountDownLatch begun, CountDownLatch going) {
    return holding(new byte[Content.BEGINNING], begun, going);
  }

  private static Content holding(byte[] first, CountDownLatch begun, CountDownLatch going) {
    Queue<ByteBuffer> parts = new ArrayDeque<>(List.of(ByteBuffer.wrap(first)));
    return () -> {
      ByteBuffer part = parts.poll();
      if (part == null) {
        begun.countDown();
        await(going);
      }
      return part;
    };
  }

  @Test
  void anUploadThatFailsLeavesItsTurnToOthers() throws Exception {
    FileBlobs small = new FileBlobs(directory, "small", 0, 1, Duration.ofMillis(50));
    assertThatThrownBy(
            () ->
                small.receive(
                    SENDER,
                    () -> {
                      throw new IOException("gone");
                    }))
        .hasMessage("gone");

    assertThat(small.receive(SENDER, content(new byte[] {1})).size()).isOne();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWasNotDecidedIsDecidedAtTheNextStart() throws Exception {
    String kept = receive("kept");
    blobs.keep(kept);
    String committed = receive("committed, then killed");
    String lost = receive("killed before the commit");

    new FileBlobs(directory, "another node", 0).recover(keys -> Set.of());
    assertThat(blobs.file(lost)).as("another node's business").exists();

    new FileBlobs(directory, "node", 0).recover(keys -> Set.of(committed));

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

    assertThat(blobs.discard(key)).isTrue();
    assertThat(blobs.discard(key)).isTrue();

    assertThat(files()).isEmpty();
  }

  /** A folder with something in it, where the blob was: no permission hinders root. */
  @Test
  void aBlobThatCannotBeRemovedIsSaidToBeThere() throws Exception {
    String key = receive("x");
    Path file = blobs.file(key);
    Files.delete(file);
    Path obstacle = Files.createDirectory(file).resolve("obstacle");
    Files.createFile(obstacle);

    assertThat(blobs.discard(key)).isFalse();
    assertThat(directory.resolve("incoming/node").resolve(key)).as("what says so").exists();

    Files.delete(obstacle);
    blobs.recover(keys -> Set.of());
    assertThat(files()).isEmpty();
  }

  @Test
  void aBackupKeepsTheBlobsOfDeletedImages() throws Exception {
    String key = receive("x");
    blobs.keep(key);
    StoredBlobs backup = new StoredBlobs(directory);
    try (Closeable _ = backup.hold()) {
      assertThat(blobs.remove(key)).isFalse();
      assertThat(backup.file(key)).hasContent("x");
    }

    assertThat(blobs.remove(key)).isTrue();
    assertThat(backup.file(key)).doesNotExist();
  }

  @Test
  void tenMillionBlobsDoNotShareAFolder() throws Exception {
    String key = receive("x");

    assertThat(directory.resolve("store").relativize(blobs.file(key)))
        .isEqualTo(Path.of(key.substring(0, 2), key.substring(2, 4), key));
  }

  private String receive(String text) throws IOException {
    return blobs
        .receive(SENDER, content(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .key();
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).map(directory::relativize).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Content content(byte[] bytes) {
    return content(bytes, 64 * 1024);
  }

  /** Whoever asks a body for more after its end waits for ever; here it fails. */
  private static Content content(byte[] bytes, int part) {
    ByteBuffer all = ByteBuffer.wrap(bytes);
    AtomicBoolean ended = new AtomicBoolean();
    return () -> {
      if (!all.hasRemaining()) {
        assertThat(ended.getAndSet(true)).isFalse();
        return null;
      }
      ByteBuffer next = all.slice(all.position(), Math.min(part, all.remaining()));
      all.position(all.position() + next.limit());
      return next;
    };
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }
}
