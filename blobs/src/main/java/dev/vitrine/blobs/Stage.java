package dev.vitrine.blobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stage of the upload pipeline: handles pieces in their order on a platform thread of its own,
 * which lags behind by a bounded number of pieces. Each piece is a list of buffers as they arrived.
 *
 * <p>It is no virtual thread because hashing a large image takes minutes of CPU and a write waits
 * when the disk is busy: either would occupy a carrier, of which there are few.
 */
final class Stage implements AutoCloseable {
  /** Pieces that wait at most; the stage handles one more. */
  static final int LAG = 2;

  private static final List<ByteBuffer> END = List.of();

  /** What the stage does with a piece; it must leave positions and limits of the buffers alone. */
  @FunctionalInterface
  interface Step {
    void accept(List<ByteBuffer> piece) throws IOException;
  }

  private final String failed;
  private final Step step;
  private final BlockingQueue<List<ByteBuffer>> pieces = new ArrayBlockingQueue<>(LAG);
  private final Thread thread;

  /** Why the thread ended before the last piece; null as long as none failed. */
  private volatile @Nullable Throwable failure;

  /**
   * Starts the thread.
   *
   * @param failed the message of the exception that reports a failure of {@code step}
   */
  Stage(String name, String failed, Step step) {
    this.failed = failed;
    this.step = step;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /**
   * Waits while {@link #LAG} pieces wait. Neither the list nor its buffers may change afterwards.
   *
   * @throws IOException if an earlier piece failed
   */
  void put(List<ByteBuffer> piece) throws IOException {
    if (!piece.isEmpty()) {
      enqueue(piece);
    }
  }

  /**
   * Waits until all pieces are handled.
   *
   * @throws IOException if one failed
   */
  void finish() throws IOException {
    enqueue(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    requireNoFailure();
  }

  /** Ends the thread soon, whatever waits, without waiting for it. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void enqueue(List<ByteBuffer> piece) throws IOException {
    requireNoFailure();
    try {
      pieces.put(piece);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void requireNoFailure() throws IOException {
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException(failed, cause);
    }
  }

  /**
   * Publishes a failure before it empties the queue: a sender that then finds room sees the failure
   * before it puts the next piece.
   */
  private void run() {
    try {
      for (List<ByteBuffer> piece = pieces.take(); !piece.isEmpty(); piece = pieces.take()) {
        step.accept(piece);
      }
    } catch (Throwable e) {
      failure = e;
      pieces.clear();
    }
  }
}
