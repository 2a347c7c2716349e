package dev.vitrine.blobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Computes a message digest on a thread of its own, with a bounded queue of pieces. */
final class Digest implements AutoCloseable {
  /** Capacity of the queue; one more piece is being hashed. */
  static final int LAG = 2;

  private static final List<ByteBuffer> END = List.of();

  private final MessageDigest digest;
  private final BlockingQueue<List<ByteBuffer>> pieces = new ArrayBlockingQueue<>(LAG);
  private final Thread thread;

  /** Why the thread ended early; null if it did not. */
  private volatile @Nullable Throwable failure;

  Digest(String algorithm) {
    this(algorithm(algorithm));
  }

  Digest(MessageDigest digest) {
    this.digest = digest;
    // A platform thread: long hashing would block a carrier thread of virtual threads.
    thread = Thread.ofPlatform().daemon().name("digest-" + digest.getAlgorithm()).start(this::run);
  }

  private static MessageDigest algorithm(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Queues a piece; waits while the queue is full. The caller must not change the list or its
   * buffers.
   *
   * @throws IOException if the thread has failed
   */
  void update(List<ByteBuffer> piece) throws IOException {
    if (!piece.isEmpty()) {
      put(piece);
    }
  }

  /**
   * The digest of all pieces, in lower-case hexadecimal.
   *
   * @throws IOException if the thread has failed
   */
  String finish() throws IOException {
    put(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    requireRunning();
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void put(List<ByteBuffer> piece) throws IOException {
    requireRunning();
    try {
      pieces.put(piece);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void requireRunning() throws IOException {
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException("The " + digest.getAlgorithm() + " of a blob is not known", cause);
    }
  }

  /**
   * Stores a failure before it empties the queue. A writer that waits for space then continues, and
   * sees the failure before its next piece.
   */
  private void run() {
    try {
      for (List<ByteBuffer> piece = pieces.take(); !piece.isEmpty(); piece = pieces.take()) {
        piece.forEach(part -> digest.update(part.duplicate()));
      }
    } catch (Throwable e) {
      failure = e;
      pieces.clear();
    }
  }
}
