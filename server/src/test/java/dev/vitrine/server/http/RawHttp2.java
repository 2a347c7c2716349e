package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullMarked;

/** Requests of HTTP/2, written frame by frame, for what no client sends. */
@NullMarked
final class RawHttp2 {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_HEADERS = 4;
  private static final int END_STREAM_AND_HEADERS = 5;
  private static final int PRIORITY = 0x20;

  /** The error code of a stream that its client does not need any more. */
  private static final byte[] CANCEL = {0, 0, 0, 8};

  /** Those of the table in RFC 7541, appendix A, that have an index of their own. */
  private static final Map<Integer, String> INDEXED_STATUS =
      Map.of(8, "200", 9, "204", 11, "304", 12, "400", 13, "404", 14, "500");

  private RawHttp2() {}

  /** A header field; names and values are not checked. */
  record Field(String name, String value) {}

  /**
   * Sends the head of a request without a body.
   *
   * @return the status, or {@code reset}, or {@code other} for a status without an index of its own
   */
  static String send(SSLContext context, String host, int port, List<Field> fields)
      throws IOException {
    try (SSLSocket socket = connect(context, host, port)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      begin(out);
      frame(out, HEADERS, END_STREAM_AND_HEADERS, 1, block(fields));
      out.flush();
      return answer(new DataInputStream(socket.getInputStream()), 1);
    }
  }

  /**
   * Sends the head of an upload, waits for the answer, then sends {@code frames} frames of its body
   * and a second request.
   *
   * @return the answer to the second request, as of {@link #send}
   */
  static String sendAfterUpload(
      SSLContext context, String host, int port, List<Field> upload, int frames, List<Field> second)
      throws IOException {
    try (SSLSocket socket = connect(context, host, port)) {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      begin(out);
      frame(out, HEADERS, END_HEADERS, 1, block(upload));
      out.flush();
      answer(in, 1);
      for (int i = 0; i < frames; i++) {
        frame(out, DATA, 0, 1, new byte[1]);
      }
      frame(out, HEADERS, END_STREAM_AND_HEADERS, 3, block(second));
      out.flush();
      return answer(in, 3);
    }
  }

  /**
   * Sends the head of a request without a body, and reads until the server closes the connection.
   *
   * @return the statuses, as of {@link #send}, and {@code goaway}, as they came
   */
  static Set<String> sendUntilEnd(SSLContext context, String host, int port, List<Field> fields)
      throws IOException {
    Set<String> came = new LinkedHashSet<>();
    try (SSLSocket socket = connect(context, host, port)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      begin(out);
      frame(out, HEADERS, END_STREAM_AND_HEADERS, 1, block(fields));
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        Frame frame = read(in);
        if (frame.type() == HEADERS) {
          came.add(status(frame));
        } else if (frame.type() == GOAWAY) {
          came.add("goaway");
        }
      }
    } catch (EOFException end) {
      return came;
    }
  }

  /**
   * Begins requests with bodies that do not end, then sends a request without a body.
   *
   * @return the statuses of what was answered before the last request was, as of {@link #send}
   */
  static List<String> sendUnfinished(
      SSLContext context,
      String host,
      int port,
      List<Field> head,
      int bodies,
      int bytes,
      List<Field> last)
      throws IOException {
    List<String> answered = new ArrayList<>();
    try (SSLSocket socket = connect(context, host, port)) {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      begin(out);
      out.flush();
      Frame frame = read(in);
      while (frame.type() != WINDOW_UPDATE) {
        frame = read(in);
      }
      int stream = 1;
      for (int i = 0; i < bodies; i++) {
        frame(out, HEADERS, END_HEADERS, stream, block(head));
        frame(out, DATA, 0, stream, new byte[bytes]);
        stream += 2;
      }
      frame(out, HEADERS, END_STREAM_AND_HEADERS, stream, block(last));
      out.flush();
      for (frame = read(in); frame.stream() != stream; frame = read(in)) {
        if (frame.type() == HEADERS) {
          answered.add(status(frame));
        }
      }
    }
    return answered;
  }

  /**
   * Sends heads of requests without bodies, resets each at once, and sends one more that it does
   * not reset.
   *
   * @return the answer to the last, as of {@link #send}
   */
  static String sendAndReset(
      SSLContext context, String host, int port, List<Field> head, int times, List<Field> last)
      throws IOException {
    ByteArrayOutputStream together = new ByteArrayOutputStream();
    DataOutputStream frames = new DataOutputStream(together);
    begin(frames);
    int stream = 1;
    for (int i = 0; i < times; i++) {
      frame(frames, HEADERS, END_STREAM_AND_HEADERS, stream, block(head));
      frame(frames, RST_STREAM, 0, stream, CANCEL);
      stream += 2;
    }
    frame(frames, HEADERS, END_STREAM_AND_HEADERS, stream, block(last));
    try (SSLSocket socket = connect(context, host, port)) {
      socket.getOutputStream().write(together.toByteArray());
      return answer(new DataInputStream(socket.getInputStream()), stream);
    }
  }

  private static SSLSocket connect(SSLContext context, String host, int port) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void begin(DataOutputStream out) throws IOException {
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
    frame(out, SETTINGS, 0, 0, new byte[0]);
  }

  private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
      throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  /** Literal fields, neither compressed nor indexed (RFC 7541 §6.2.2). */
  private static byte[] block(List<Field> fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Field field : fields) {
      block.write(0);
      for (String text : List.of(field.name(), field.value())) {
        writeLength(block, text.length());
        block.writeBytes(text.getBytes(ISO_8859_1));
      }
    }
    return block.toByteArray();
  }

  /** An integer with a prefix of 7 bits (RFC 7541 §5.1). */
  private static void writeLength(ByteArrayOutputStream block, int length) {
    if (length < 127) {
      block.write(length);
      return;
    }
    block.write(127);
    int rest = length - 127;
    for (; rest >= 128; rest >>= 7) {
      block.write((rest & 127) | 128);
    }
    block.write(rest);
  }

  private record Frame(int type, int flags, int stream, ByteBuffer payload) {}

  private static Frame read(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
  }

  private static String status(Frame head) {
    int first = head.payload().get((head.flags() & PRIORITY) == 0 ? 0 : 5);
    return INDEXED_STATUS.getOrDefault(first & 0x7F, "other");
  }

  private static String answer(DataInputStream in, int stream) throws IOException {
    while (true) {
      Frame frame = read(in);
      if (frame.type() == HEADERS && frame.stream() == stream) {
        return status(frame);
      }
      if (frame.type() == GOAWAY || (frame.type() == RST_STREAM && frame.stream() == stream)) {
        return "reset";
      }
    }
  }
}
