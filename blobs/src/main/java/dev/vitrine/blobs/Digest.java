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

/**
 * A message digest computed on a thread of its own, which lags behind by a bounded number of
 * pieces, each in its parts as they came.
 */
final class Digest implements AutoCloseable {
  /** Pieces that wait at most; one more is being hashed. */
  static final int LAG = 2;

  private static final List<ByteBuffer> END = List.of();

  private final MessageDigest digest;
  private final BlockingQueue<List<ByteBuffer>> pieces = new ArrayBlockingQueue<>(LAG);
  private final Thread thread;

  /** Why the thread ended before the end of the message; null while all is well. */
  private volatile @Nullable Throwable failure;

  Digest(String algorithm) {
    this(algorithm(algorithm));
  }

  Digest(MessageDigest digest) {
    this.digest = digest;
    // A platform thread: hours of hashing must not occupy a carrier of the virtual ones.
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
   * Waits while {@link #LAG} others do. Neither the list nor what is in it must change.
   *
   * @throws IOException if the thread has failed
   */
  void update(List<ByteBuffer> piece) throws IOException {
    if (!piece.isEmpty()) {
      put(piece);
    }
  }

  /**
   * Lower-case hexadecimal.
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
   * Whatever ends it early is kept, first; then there is room again for whoever waits to put a
   * piece, and finds it before the next.
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
