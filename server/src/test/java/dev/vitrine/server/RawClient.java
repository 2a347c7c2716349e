package dev.vitrine.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.client.Response;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Sends requests to a port of loopback, byte for byte. */
@NullMarked
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final int port;

  /** Connections that the server has left open: to use them again is half of the work. */
  private final Queue<Socket> kept = new ConcurrentLinkedQueue<>();

  RawClient(int port) {
    this.port = port;
  }

  /** On a connection of its own, which the head has to ask the server to close. */
  Response once(String head, byte[] body) {
    try (Socket socket = connect()) {
      InputStream in = write(socket, head, body);
      Response answer = Objects.requireNonNull(head(in));
      return new Response(answer.status(), answer.headers(), new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * On a connection of an earlier request, if there is one.
   *
   * @param hasBody whether the answer may have a body: not to HEAD
   */
  Response send(String head, byte[] body, boolean hasBody) {
    try {
      Socket socket = kept.poll();
      Response answer = socket == null ? null : send(socket, head, body, hasBody);
      return answer == null
          ? Objects.requireNonNull(send(connect(), head, body, hasBody), "no answer")
          : answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null: the server had closed the connection. */
  private @Nullable Response send(Socket socket, String head, byte[] body, boolean hasBody)
      throws IOException {
    InputStream in;
    Response answer;
    try {
      in = write(socket, head, body);
      answer = head(in);
    } catch (SocketException closed) {
      answer = null;
      in = InputStream.nullInputStream();
    }
    if (answer == null) {
      socket.close();
      return null;
    }
    String length = answer.header("Content-Length");
    boolean ends = "close".equals(answer.header("Connection"));
    byte[] content =
        !hasBody || answer.status() == 204 || answer.status() == 304
            ? new byte[0]
            : length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    if (ends) {
      socket.close();
    } else {
      kept.add(socket);
    }
    return new Response(answer.status(), answer.headers(), new String(content, UTF_8));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static InputStream write(Socket socket, String head, byte[] body) throws IOException {
    byte[] start = head.getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    socket.getOutputStream().write(all);
    return new BufferedInputStream(socket.getInputStream());
  }

  /** An answer without its body; null: the connection has ended. */
  private static @Nullable Response head(InputStream in) throws IOException {
    String status = line(in);
    if (status.isEmpty()) {
      return null;
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] header = line.split(": *", 2);
      headers.computeIfAbsent(header[0], name -> new ArrayList<>()).add(header[1]);
    }
    return new Response(
        Integer.parseInt(status.split(" ", 3)[1]),
        HttpHeaders.of(headers, (name, value) -> true),
        "");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : kept) {
      socket.close();
    }
  }
}
