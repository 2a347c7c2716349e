package dev.vitrine.blobs;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message digest computed on a thread of its own, which lags behind by a bounded number of
 * pieces.
 */
final class Digest implements AutoCloseable {
  /** Pieces that wait at most; one more is being hashed. */
  static final int LAG = 2;

  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final MessageDigest digest;
  private final BlockingQueue<ByteBuffer> pieces = new ArrayBlockingQueue<>(LAG);
  private final AtomicInteger unhashed = new AtomicInteger();
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

  /** The bytes must not change until {@link #LAG} + 1 more have been given, or it is not busy. */
  void update(ByteBuffer piece) {
    if (piece.hasRemaining()) {
      unhashed.incrementAndGet();
      put(piece);
    }
  }

  /** Whether it is not done yet with what it was given. */
  boolean isBusy() {
    return unhashed.get() > 0;
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

  private void put(ByteBuffer piece) {
    try {
      pieces.put(piece);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    try {
      for (ByteBuffer piece = pieces.take(); piece.hasRemaining(); piece = pieces.take()) {
        digest.update(piece);
        unhashed.decrementAndGet();
      }
    } catch (InterruptedException e) {
      // Closed before the end: nobody wants the digest any more.
      Thread.currentThread().interrupt();
    }
  }
}
