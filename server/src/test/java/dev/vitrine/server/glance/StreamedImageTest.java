package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.server.WholeServer;
import dev.vitrine.server.WholeServer.Answer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An image whose bytes are in no file: a store needs nothing of the server to be served. */
@NullMarked
class StreamedImageTest {
  private static final MemoryBlobs BLOBS = new MemoryBlobs();

  @RegisterExtension static final WholeServer SERVER = new WholeServer(BLOBS);

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final byte[] BYTES = bytes(300_001);

  private static String token = "";

  @BeforeAll
  static void login() {
    token = SERVER.token("alice");
  }

  @AfterEach
  void mend() {
    BLOBS.streams = UnaryOperator.identity();
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** The path of the bytes of a new image. */
  private static String image(byte[] bytes) throws Exception {
    Answer made =
        SERVER.send(
            "POST",
            "/v2/images",
            token,
            "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    String path = made.json().path("file").asText();
    HttpRequest upload =
        request(path)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    assertThat(CLIENT.send(upload, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
    return path;
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + SERVER.host() + path))
        .header("X-Auth-Token", token);
  }

  private static HttpResponse<byte[]> get(String path) throws Exception {
    return CLIENT.send(request(path).build(), BodyHandlers.ofByteArray());
  }

  @Test
  void itIsServedAsItCame() throws Exception {
    String path = image(BYTES);

    HttpResponse<byte[]> whole = get(path);

    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.headers().firstValue("Content-Length")).contains("300001");
    assertThat(whole.headers().firstValue("Content-Md5")).isPresent();
    assertThat(whole.body()).isEqualTo(BYTES);
  }

  @Test
  void anEmptyOneIsServed() throws Exception {
    HttpResponse<byte[]> empty = get(image(new byte[0]));

    assertThat(empty.statusCode()).isEqualTo(200);
    assertThat(empty.headers().firstValue("Content-Length")).contains("0");
    assertThat(empty.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=100-199, 100, 200",
    "bytes=65530-131080, 65530, 131081",
    "bytes=-5, 299996, 300001",
    "bytes=300000-, 300000, 300001"
  })
  void aPartIsServed(String range, int from, int to) throws Exception {
    HttpRequest asked = request(image(BYTES)).header("Range", range).build();

    HttpResponse<byte[]> part = CLIENT.send(asked, BodyHandlers.ofByteArray());

    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes %d-%d/300001".formatted(from, to - 1));
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(BYTES, from, to));
  }

  @Test
  void aPartThatIsNotThereIsRefused() throws Exception {
    HttpRequest asked = request(image(BYTES)).header("Range", "bytes=300001-").build();

    assertThat(CLIENT.send(asked, BodyHandlers.ofString()).statusCode()).isEqualTo(416);
  }

  /** As with files: Glance has no such route. */
  @Test
  void itsHeadIsNotServed() throws Exception {
    HttpRequest asked = request(image(BYTES)).method("HEAD", BodyPublishers.noBody()).build();

    HttpResponse<String> head = CLIENT.send(asked, BodyHandlers.ofString());

    assertThat(head.statusCode()).isEqualTo(405);
    assertThat(head.headers().firstValue("Allow").orElse("")).contains("GET");
  }

  @Test
  void aStreamThatFailsCutsTheConnection() throws Exception {
    String path = image(BYTES);
    BLOBS.streams = stream -> new Observed(stream, 200_000);

    String answer = rest(path);

    assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("Content-Length: 300001");
    assertThat(answer.length()).isBetween(60_000, 201_000);
    assertThatThrownBy(() -> get(path)).isInstanceOf(IOException.class);
    mend();
    assertThat(get(path).body()).isEqualTo(BYTES);
  }

  @Test
  void aStreamThatEndsTooEarlyCutsTheConnection() throws Exception {
    String path = image(BYTES);
    BLOBS.streams = stream -> new ShortStream(stream);

    assertThat(rest(path).length()).isBetween(60_000, 201_000);
  }

  @Test
  void bytesThatAreGoneCutTheConnection() throws Exception {
    String path = image(BYTES);
    BLOBS.lose();

    assertThat(rest(path)).isEmpty();
  }

  /** All that comes until the connection ends, which it has to. */
  private static String rest(String path) throws IOException {
    try (Socket socket = connect()) {
      send(socket, path);
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(10_000);
    URI server = URI.create("http://" + SERVER.host());
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    return socket;
  }

  private static void send(Socket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nHost: h\r\nX-Auth-Token: %s\r\n\r\n"
                .formatted(path, token)
                .getBytes(ISO_8859_1));
  }

  @Test
  void aClientThatDoesNotReadHoldsTheStreamUpAndOneThatGoesClosesIt() throws Exception {
    int size = 16 << 20;
    String path = image(new byte[size]);
    Observed[] opened = new Observed[1];
    BLOBS.streams =
        stream -> {
          opened[0] = new Observed(stream, Long.MAX_VALUE);
          return opened[0];
        };

    try (Socket slow = connect()) {
      send(slow, path);
      assertThat(slow.getInputStream().readNBytes(1000))
          .startsWith("HTTP/1.1 200".getBytes(ISO_8859_1));
      long before = -1;
      for (int i = 0; i < 100 && before != opened[0].read.get(); i++) {
        before = opened[0].read.get();
        Thread.sleep(300);
      }
      assertThat(opened[0].read.get()).isEqualTo(before).isLessThan(size / 2);
      assertThat(opened[0].closed.getCount()).isEqualTo(1);
    }

    assertThat(opened[0].closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
  }

  @Test
  void aStreamIsClosedAtItsEnd() throws Exception {
    String path = image(BYTES);
    Observed[] opened = new Observed[1];
    BLOBS.streams =
        stream -> {
          opened[0] = new Observed(stream, Long.MAX_VALUE);
          return opened[0];
        };

    assertThat(get(path).body()).isEqualTo(BYTES);
    assertThat(opened[0].closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
  }

  /** Counts what is read, and fails behind a number of bytes. */
  private static final class Observed extends FilterInputStream {
    final AtomicLong read = new AtomicLong();
    final CountDownLatch closed = new CountDownLatch(1);
    private final long limit;

    Observed(InputStream stream, long limit) {
      super(stream);
      this.limit = limit;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (read.get() >= limit) {
        throw new IOException("the disk of the object store is broken");
      }
      int some = super.read(bytes, offset, (int) Math.min(length, limit - read.get()));
      read.addAndGet(some);
      return some;
    }

    @Override
    public void close() throws IOException {
      closed.countDown();
      super.close();
    }
  }

  /** Ends without a word. */
  private static final class ShortStream extends FilterInputStream {
    private long left = 200_000;

    ShortStream(InputStream stream) {
      super(stream);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int some = super.read(bytes, offset, (int) Math.min(length, left));
      left -= some;
      return some;
    }
  }
}
