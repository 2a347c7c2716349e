package dev.vitrine.blobs;

import dev.vitrine.identity.UserId;
import dev.vitrine.image.Blob;
import dev.vitrine.image.BlobStore;
import dev.vitrine.image.Content;
import dev.vitrine.image.format.Inspection;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.work.FairShares;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Blobs as files, {@code store/ab/cd/KEY}: 65,536 folders, about 150 files each for ten million
 * images.
 *
 * <p>A blob is written to {@code incoming/NODE/KEY} and then linked to its place; {@link #keep}
 * removes the first name. So after any crash, a name in {@code incoming} means "not decided yet".
 * {@link #recover} reads only the names of its own node, because nodes may share the directory
 * (ruling 6).
 */
public final class FileBlobs implements BlobStore {
  private static final System.Logger LOG = System.getLogger(FileBlobs.class.getName());

  static final String INCOMING = "incoming";
  static final String STORE = "store";

  /** About how many bytes are written and queued for hashing at a time. */
  static final int PIECE = 512 * 1024;

  /**
   * Largest number of parts in a piece: the overhead of many one-byte parts would fill the heap.
   */
  private static final int PARTS = 64;

  /**
   * Bytes of heap that an upload may hold: pieces queued for a stage, one in it, one being filled,
   * as much as two in transit, and the bytes kept for inspection.
   */
  private static final long HELD = (Stage.LAG + 4L) * PIECE + Inspection.HELD;

  private static final String FULL =
      "Image storage media is full: There is not enough disk space on the image storage media.";

  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final Path incoming;
  private final Path store;
  private final StoreFolders folders;
  private final DeletionLock deletions;

  /** One permit for each upload that has begun; a sender never holds all of them. */
  private final FairShares<UserId> turns;

  private final Duration patience;
  private final long reserve;

  /**
   * Allows as many uploads at a time as fit in a third of the heap.
   *
   * @param directory created if absent
   * @param node name of this node, unique in the directory and stable across restarts
   * @param reserve free bytes of the disk that uploads leave for what else is on it. Uploads at the
   *     same time may use a few megabytes of them
   * @throws IOException if the directory cannot be made, or not be written
   */
  public FileBlobs(Path directory, String node, long reserve) throws IOException {
    this(
        directory,
        node,
        reserve,
        (int) Math.max(1, Runtime.getRuntime().maxMemory() / 3 / HELD),
        TIMEOUT);
  }

  /**
   * @param uploads limit of uploads at a time
   * @param patience how long further uploads wait for their turn
   */
  FileBlobs(Path directory, String node, long reserve, int uploads, Duration patience)
      throws IOException {
    this.reserve = reserve;
    this.turns = new FairShares<>(uploads);
    this.patience = patience;
    if (!Files.exists(directory)) {
      // Other users of this machine cannot read the tenants' bytes.
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    this.incoming = Files.createDirectories(directory.resolve(INCOMING).resolve(node));
    this.store = Files.createDirectories(directory.resolve(STORE));
    for (Path written : List.of(incoming, store)) {
      // The start says so, rather than the first upload.
      if (!Files.isWritable(written)) {
        throw new AccessDeniedException(written.toString(), null, "it cannot be written");
      }
    }
    this.folders = new StoreFolders(store, StoreFolders::sync);
    this.deletions = new DeletionLock(directory);
  }

  @Override
  public Received receive(UserId sender, Content content) throws IOException {
    Content begun = Beginning.of(content);
    awaitTurn(sender);
    try {
      return receiveNow(begun);
    } finally {
      turns.giveBack(sender, 1);
    }
  }

  /** Reads nothing of the content meanwhile, so the client waits too. */
  private void awaitTurn(UserId sender) {
    try {
      if (!turns.await(sender, 1, patience)) {
        throw new Refusal.Busy().asException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Received receiveNow(Content content) throws IOException {
    String key = UUID.randomUUID().toString().replace("-", "");
    boolean complete = false;
    try {
      Received received = write(key, content);
      Path folder = folders.durable(key);
      Files.createLink(folder.resolve(key), incoming.resolve(key));
      StoreFolders.sync(folder);
      complete = true;
      return received;
    } catch (IOException e) {
      if (free() < PIECE) {
        throw full(String.valueOf(e.getMessage()));
      }
      throw e;
    } finally {
      if (!complete) {
        boolean _ = discard(key);
      }
    }
  }

  /**
   * Requires that a piece leaves the reserve free.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.TooLarge}
   */
  private void requireSpace() {
    long free = free();
    if (free < reserve + PIECE) {
      throw full(
          "%d MiB are free, and blobs.reserve is %d MiB".formatted(free >> 20, reserve >> 20));
    }
  }

  /** {@code Files.getFileStore} would search the list of mounts, which a sandbox may hide. */
  private long free() {
    return store.toFile().getUsableSpace();
  }

  private RuntimeException full(String reason) {
    LOG.log(Level.WARNING, "The disk of {0} is full: {1}", store, reason);
    return new Refusal.TooLarge("blobs.reserve", FULL).asException();
  }

  /** Writes and computes both hashes in parallel: the slowest of the three sets the speed. */
  private Received write(String key, Content content) throws IOException {
    try (SyncedFile file = SyncedFile.create(incoming.resolve(key));
        Stage writing = new Stage("blob-writer", "A blob was not written", file::write);
        Digest md5 = new Digest("MD5");
        Digest sha512 = new Digest("SHA-512")) {
      List<ByteBuffer> piece = new ArrayList<>();
      long size = 0;
      long given = 0;
      ByteBuffer part;
      do {
        part = content.next();
        if (part != null) {
          piece.add(part);
          size += part.remaining();
        }
        if (part == null || size - given >= PIECE || piece.size() == PARTS) {
          if (size > given) {
            requireSpace();
          }
          md5.update(piece);
          sha512.update(piece);
          writing.put(piece);
          piece = new ArrayList<>();
          given = size;
        }
      } while (part != null);
      writing.finish();
      file.sync();
      return new Received(key, size, md5.finish(), sha512.finish());
    }
  }

  @Override
  public void keep(String key) {
    boolean _ = delete(incoming.resolve(key));
  }

  /** Keeps the name in {@code incoming} until the blob is removed: it makes recovery retry. */
  @Override
  public boolean discard(String key) {
    return delete(file(key)) && delete(incoming.resolve(key));
  }

  @Override
  public boolean remove(String key) {
    try {
      return !deletions.isHeld() && discard(key);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be removed: {1}", key, e);
      return false;
    }
  }

  @Override
  public Blob blob(String key, long length) {
    return new Blob.InFile(file(key), length);
  }

  Path file(String key) {
    return StoreFolders.of(store, key).resolve(key);
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
        boolean _ = discard(key);
      }
    }
  }

  /** Whether the file no longer exists. */
  private static boolean delete(Path file) {
    try {
      Files.deleteIfExists(file);
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be removed: {1}", file, e);
      return false;
    }
  }
}
