package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.Channels;
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

  @RegisterExtension static final TestServer SERVER = new TestServer(BLOBS);

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
    Response made =
        SERVER.send(
            "POST",
            "/v2/images",
            token,
            "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    String path = made.json().path("file").asText();
    assertThat(SERVER.endpoint(token).upload(path, BodyPublishers.ofByteArray(bytes)).status())
        .isEqualTo(204);
    return path;
  }

  /** The head of an answer, and its bytes. */
  private record Download(Response head, ByteArrayOutputStream body) {
    byte[] bytes() {
      return body.toByteArray();
    }
  }

  private static Download get(String path) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    return new Download(SERVER.endpoint(token).download(path, Channels.newChannel(body)), body);
  }

  @Test
  void itIsServedAsItCame() throws Exception {
    String path = image(BYTES);

    Download whole = get(path);

    assertThat(whole.head().status()).isEqualTo(200);
    assertThat(whole.head().header("Content-Length")).isEqualTo("300001");
    assertThat(whole.head().header("Content-Md5")).isNotNull();
    assertThat(whole.bytes()).isEqualTo(BYTES);
  }

  @Test
  void anEmptyOneIsServed() throws Exception {
    Download empty = get(image(new byte[0]));

    assertThat(empty.head().status()).isEqualTo(200);
    assertThat(empty.head().header("Content-Length")).isEqualTo("0");
    assertThat(empty.bytes()).isEmpty();
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
    HttpRequest asked = part(image(BYTES), range);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Response part = SERVER.endpoint(token).client().download(asked, Channels.newChannel(bytes));

    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range"))
        .isEqualTo("bytes %d-%d/300001".formatted(from, to - 1));
    assertThat(bytes.toByteArray()).isEqualTo(Arrays.copyOfRange(BYTES, from, to));
  }

  @Test
  void aPartThatIsNotThereIsRefused() throws Exception {
    HttpRequest asked = part(image(BYTES), "bytes=300001-");

    assertThat(SERVER.endpoint(token).client().send(asked).status()).isEqualTo(416);
  }

  private static HttpRequest part(String path, String range) {
    return SERVER.endpoint(token).request("GET", path, null).header("Range", range).build();
  }

  /** As with files: Glance has no such route. */
  @Test
  void itsHeadIsNotServed() throws Exception {
    Response head = SERVER.endpoint(token).send("HEAD", image(BYTES), null);

    assertThat(head.status()).isEqualTo(405);
    assertThat(head.header("Allow")).contains("GET");
  }

  @Test
  void aStreamThatFailsCutsTheConnection() throws Exception {
    String path = image(BYTES);
    BLOBS.streams = stream -> new Observed(stream, 200_000);

    String answer = rest(path);

    assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("Content-Length: 300001");
    assertThat(answer.length()).isBetween(60_000, 201_000);
    assertThatThrownBy(() -> get(path)).isInstanceOf(UncheckedIOException.class);
    mend();
    assertThat(get(path).bytes()).isEqualTo(BYTES);
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

    assertThat(get(path).bytes()).isEqualTo(BYTES);
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
