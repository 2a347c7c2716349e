package dev.vitrine.server.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * A UNIX datagram socket that only sends, by libc: the JDK has UNIX sockets for streams only. Of
 * Linux, where {@code sockaddr_un} is a short and 108 bytes.
 */
final class NotifySocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MAX_PATH = 108;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final MemoryLayout ADDRESS_LAYOUT =
      MemoryLayout.structLayout(JAVA_SHORT, MemoryLayout.sequenceLayout(MAX_PATH, JAVA_BYTE));

  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final byte[] address;
  private final int descriptor;

  /**
   * @param name a path, or {@code @} and a name of the abstract namespace
   * @throws IOException if it cannot be such a name, or there are no descriptors
   */
  NotifySocket(String name) throws IOException {
    this.address = name.getBytes(UTF_8);
    if (address.length < 2 || address.length >= MAX_PATH || !name.matches("[/@].*")) {
      throw new IOException("not the name of a UNIX socket: " + name);
    }
    if (address[0] == '@') {
      address[0] = 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      this.descriptor = checked(invokeSocket(state), state, "socket");
    }
  }

  /** Sends one datagram; never waits for a reader that is gone, but for one that is slow. */
  void send(String message) throws IOException {
    byte[] bytes = message.getBytes(UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(ADDRESS_LAYOUT);
      to.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(address, 0, to, JAVA_BYTE, Short.BYTES, address.length);
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
      MemorySegment state = arena.allocate(STATE);
      checked(invokeSend(state, data, to), state, "sendto");
    }
  }

  @Override
  public void close() {
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int invokeSocket(MemorySegment state) {
    try {
      return (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private int invokeSend(MemorySegment state, MemorySegment data, MemorySegment to) {
    try {
      int size = Short.BYTES + address.length;
      return (int)
          (long)
              SENDTO.invokeExact(state, descriptor, data, data.byteSize(), MSG_NOSIGNAL, to, size);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int checked(int result, MemorySegment state, String function) throws IOException {
    if (result < 0) {
      throw new IOException(function + " failed with errno " + (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  @SuppressWarnings("restricted") // jvm.options allow it
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }
}
