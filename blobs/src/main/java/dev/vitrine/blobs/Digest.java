package dev.vitrine.blobs;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

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

  Digest(String algorithm) {
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    // A platform thread: hours of hashing must not occupy a carrier of the virtual ones.
    thread = Thread.ofPlatform().daemon().name("digest-" + algorithm).start(this::run);
  }

  /** Waits while {@link #LAG} others do. Neither the list nor what is in it must change. */
  void update(List<ByteBuffer> piece) {
    if (!piece.isEmpty()) {
      put(piece);
    }
  }

  /** Lower-case hexadecimal. */
  String finish() {
    put(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void put(List<ByteBuffer> piece) {
    try {
      pieces.put(piece);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    try {
      for (List<ByteBuffer> piece = pieces.take(); !piece.isEmpty(); piece = pieces.take()) {
        piece.forEach(part -> digest.update(part.duplicate()));
      }
    } catch (InterruptedException e) {
      // Closed before the end: nobody wants the digest any more.
      Thread.currentThread().interrupt();
    }
  }
}
