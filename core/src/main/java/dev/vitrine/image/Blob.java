package dev.vitrine.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The bytes of an image, to be sent as a whole or in part. This is a description: nothing is opened
 * before sending. If the bytes cannot be read, the response therefore breaks off.
 */
public sealed interface Blob {
  /** In bytes. */
  long length();

  /** Bytes in a file, which the operating system can send without copying them to the heap. */
  record InFile(Path file, long length) implements Blob {}

  /** Bytes that come from elsewhere, for example from an object store. */
  record Streamed(long length, Source source) implements Blob {}

  /** Opens streams on the same bytes, any number of them, by any thread. */
  @FunctionalInterface
  interface Source {
    /**
     * A stream of {@code length} bytes, in bytes from {@code offset} on. The caller closes it. It
     * reads in pieces of some tens of KiB, so the stream needs no buffer of its own, and it may
     * block on a virtual thread.
     *
     * @throws IOException if the bytes are not there or cannot be read
     */
    InputStream open(long offset, long length) throws IOException;
  }
}
