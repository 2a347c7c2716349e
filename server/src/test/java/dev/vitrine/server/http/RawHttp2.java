package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
  private static final int END_HEADERS = 4;
  private static final int END_STREAM_AND_HEADERS = 5;
  private static final int PRIORITY = 0x20;

  /** Those of the table in RFC 7541, appendix A, that have an index of their own. */
  private static final Map<Integer, String> INDEXED_STATUS =
      Map.of(8, "200", 11, "304", 12, "400", 13, "404", 14, "500");

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

  private static String answer(DataInputStream in, int stream) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int of = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == HEADERS && of == stream) {
        int first = payload[(flags & PRIORITY) == 0 ? 0 : 5];
        return INDEXED_STATUS.getOrDefault(first & 0x7F, "other");
      }
      if (type == GOAWAY || (type == RST_STREAM && of == stream)) {
        return "reset";
      }
    }
  }
}
