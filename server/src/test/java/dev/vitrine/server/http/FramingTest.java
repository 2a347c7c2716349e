package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.vitrine.server.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a request ends (RFC 9112, sections 2.2, 5, 6 and 7.1). Each row sends a request whose body
 * holds another, which must never be answered: on raw sockets, as clients of HTTP send no such
 * things.
 */
@NullMarked
class FramingTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String SMUGGLED = "GET /healthcheck HTTP/1.1\r\nHost: smuggled\r\n\r\n";
  private static final String LONG_ID = "X-Openstack-Request-Id: " + "a".repeat(65) + "\r\n";

  /** Of an answer that is the last to its request. */
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([2-5]\\d\\d) ");

  private static String token = "";

  @BeforeAll
  static void login() {
    token = SERVER.token("alice");
  }

  /** A request line without its version, and headers: what may be refused before its body. */
  record Beginning(String name, String line, String headers) {}

  private static List<Beginning> beginnings() {
    return List.of(
        new Beginning("id too long", "POST /v3/auth/tokens", LONG_ID),
        new Beginning("unknown route", "POST /bogus", ""),
        new Beginning("unknown route of IMS", "DELETE /v1/bogus", ""),
        new Beginning("unknown route, no token", "POST /v2/bogus", ""),
        new Beginning("wrong method", "PUT /v3/auth/tokens", ""),
        new Beginning("wrong method, outside", "DELETE /healthcheck", ""),
        new Beginning("no token", "POST /v2/images", ""),
        new Beginning("no token, IMS", "POST /v1/cloudimages/members", ""),
        new Beginning("bad token", "POST /v2/images", "X-Auth-Token: bad\r\n"),
        new Beginning(
            "bad signature", "POST /v2/images", "Authorization: SDK-HMAC-SHA256 Access=x\r\n"),
        new Beginning(
            "bad content type",
            "PUT /v2/images/x/file",
            "X-Auth-Token: TOKEN\r\nContent-Type: a\r\n"),
        new Beginning("open route", "POST /v3/auth/tokens", ""),
        new Beginning("route", "POST /v2/images", "X-Auth-Token: TOKEN\r\n"),
        new Beginning("read", "GET /v2/images", "X-Auth-Token: TOKEN\r\n"),
        new Beginning("expecting", "POST /v2/images", "Expect: 100-continue\r\n"),
        new Beginning(
            "upload",
            "PUT /v2/images/x/file",
            "X-Auth-Token: TOKEN\r\nContent-Type: application/octet-stream\r\n"));
  }

  /** Headers that do not tell beyond doubt where the body ends. */
  private static List<String> doubtful() {
    return List.of(
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: \u000bchunked",
        "Transfer-Encoding: chunked\u0000",
        "Transfer-Encoding:",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Transfer-Encoding\u00a0: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding: chunked\r\n , identity",
        "Transfer-Encoding: chunked\nX-A: b",
        "X-A: b\rTransfer-Encoding: chunked",
        "X-A: b\r\n Transfer-Encoding: chunked",
        "X-A: b\r\n\tContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: identity",
        "Content-Length: 0\r\nContent-Length: 5",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 5\r\ncontent-length: 5",
        "Content-Length: 0, 0",
        "Content-Length: 5, 6",
        "Content-Length: +0",
        "Content-Length: -5",
        "Content-Length: 0 0",
        "Content-Length: 0x0",
        "Content-Length: 1e1",
        "Content-Length: 0.0",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length: 18446744073709551616",
        "Content-Length : 0",
        "Content-Length:\r\n 0",
        "Content-Length: 0\r\n 5",
        "Content-Length: \u000c0",
        " Content-Length: 0",
        "Content-Length 0",
        ": 0",
        "Sec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b");
  }

  private static Stream<Arguments> doubts() {
    return beginnings().stream()
        .flatMap(
            beginning ->
                doubtful().stream()
                    .map(
                        headers ->
                            argumentSet(
                                beginning.name() + ", " + headers.replaceAll("\\p{Cntrl}", "."),
                                beginning,
                                headers)));
  }

  @ParameterizedTest
  @MethodSource("doubts")
  void whatIsDoubtfulIsRefusedBeforeAnythingElse(Beginning beginning, String framing)
      throws IOException {
    String answer = exchange(head(beginning, "HTTP/1.1", framing) + "0\r\n\r\n" + SMUGGLED);

    assertAnsweredOnce(answer);
    assertThat(status(answer)).isEqualTo(400);
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("connection: close");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nContent-Length: 5",
        "Content-Length: 0, 5"
      })
  void inTheOldProtocolToo(String framing) throws IOException {
    for (Beginning beginning : beginnings()) {
      String head =
          head(beginning, "HTTP/1.0", framing + "\r\nConnection: keep-alive") + "0\r\n\r\n";

      String answer = exchange(head + SMUGGLED);

      assertAnsweredOnce(answer);
      assertThat(status(answer)).as(beginning.name()).isEqualTo(400);
    }
  }

  /** Chunks that end nobody knows where; what went before may have been refused already. */
  private static Stream<Arguments> badChunks() {
    Stream<String> sizes =
        Stream.of(
            "5 5",
            "0x5",
            "+5",
            "-0",
            "",
            " 0",
            "g",
            "0g",
            "0 x",
            "0;\u0000",
            "0;a=\"",
            "0;;",
            "0;a=b c",
            "100000000",
            "100000005",
            "80000000",
            "FFFFFFFFFFFFFFFFF",
            "10000000000000000");
    return Stream.concat(
            sizes.map(size -> size + "\r\n\r\n"),
            Stream.of("0\n\r\n", "5\r\nhelloworld\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n"))
        .map(chunks -> argumentSet(chunks.replaceAll("\\p{Cntrl}", "."), chunks));
  }

  @ParameterizedTest
  @MethodSource("badChunks")
  void badChunksEndTheConnection(String chunks) throws IOException {
    for (Beginning beginning : beginnings()) {
      String answer =
          exchange(head(beginning, "HTTP/1.1", "Transfer-Encoding: chunked") + chunks + SMUGGLED);

      assertThat(countAnswers(answer)).as(beginning.name() + answer).isLessThanOrEqualTo(1);
      assertThat(answer).doesNotContain("200 OK");
    }
  }

  @ParameterizedTest
  @MethodSource("badChunks")
  void badChunksOfWhatIsServedAreSaidToBeBad(String chunks) throws IOException {
    for (String open : List.of("open route", "route")) {
      Beginning beginning =
          beginnings().stream().filter(one -> one.name().equals(open)).findFirst().orElseThrow();

      String answer =
          exchange(head(beginning, "HTTP/1.1", "Transfer-Encoding: chunked") + chunks + SMUGGLED);

      assertAnsweredOnce(answer);
      assertThat(status(answer)).isEqualTo(400);
    }
  }

  /** The body is well framed, but it has been refused: what follows it is not for us to read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\n0123456789",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      })
  void whereABodyIsRefusedTheConnectionEnds(String framed) throws IOException {
    for (Beginning beginning : beginnings().subList(0, 11)) {
      String head = beginning.line() + " HTTP/1.1\r\nHost: test\r\n" + headers(beginning);

      String answer = exchange(head + framed + SMUGGLED);

      assertAnsweredOnce(answer);
    }
  }

  @Test
  void aBodyTooLargeEndsTheConnection() throws IOException {
    String head = "POST /v3/auth/tokens HTTP/1.1\r\nHost: test\r\n";

    String announced =
        exchange(head + "Content-Length: 65537\r\n\r\n" + " ".repeat(65537) + SMUGGLED);
    String inChunks =
        exchange(
            head
                + "Transfer-Encoding: chunked\r\n\r\n10001\r\n"
                + " ".repeat(0x10001)
                + "\r\n0\r\n\r\n"
                + SMUGGLED);

    for (String answer : List.of(announced, inChunks)) {
      assertAnsweredOnce(answer);
      assertThat(status(answer)).isEqualTo(413);
    }
  }

  /** What RFC 9112 allows, however odd; the request behind it is answered. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding:\tCHUNKED \r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0;c\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2 ; a = \"x\\\"y;z\" ; b\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0001\r\n{\r\n01\r\n}\r\n000\r\n\r\n",
        "Content-Length: 2\r\n\r\n{}",
        "Content-Length: 002 \r\n\r\n{}\r\n",
      })
  void whatIsAllowedIsRead(String framed) throws IOException {
    String head = "POST /v2/images HTTP/1.1\r\nHost: test\r\nX-Auth-Token: " + token + "\r\n";

    String whole = exchange(head + framed + LAST);

    assertThat(countAnswers(whole)).as(whole).isEqualTo(2);
    assertThat(status(whole)).isEqualTo(201);
    assertThat(whole).contains("200 OK");
    assertThat(byteByByte(head + framed + LAST)).contains("201 Created", "200 OK");
  }

  private static final String LAST =
      "GET /healthcheck HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

  /** What is no request at all: a clear answer, and the end. */
  private static Stream<Arguments> noRequests() {
    return Stream.of(
        noRequest(400, "GET /healthcheck\r\n\r\n"),
        noRequest(400, "GET\r\n\r\n"),
        noRequest(400, "GET /healthcheck HTTP/1.1 \r\n\r\n"),
        noRequest(400, "GET /a b HTTP/1.1\r\n\r\n"),
        noRequest(400, "GET /healthcheck HTTP/1.2\r\nHost: h\r\n\r\n"),
        noRequest(400, "GET /healthcheck HTTP/2.0\r\nHost: h\r\n\r\n"),
        noRequest(400, "GET /healthcheck HTTPS/1.1\r\nHost: h\r\n\r\n"),
        noRequest(400, "GET /healthcheck HTTP/1.1\nHost: h\n\n"),
        noRequest(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        noRequest(400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"),
        noRequest(400, "GET /healthcheck HTTP/1.1\r\n X: y\r\n\r\n"),
        noRequest(414, "GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"),
        noRequest(431, "GET / HTTP/1.1\r\nX: " + "a".repeat(33_000) + "\r\n\r\n"));
  }

  private static Arguments noRequest(int status, String text) {
    String name = text.replaceAll("\\p{Cntrl}", ".");
    return argumentSet(name.substring(0, Math.min(60, name.length())), status, text);
  }

  @ParameterizedTest
  @MethodSource("noRequests")
  void whatIsNoRequestIsRefused(int status, String text) throws IOException {
    String answer = exchange(text + SMUGGLED);

    assertAnsweredOnce(answer);
    assertThat(status(answer)).isEqualTo(status);
    assertThat(answer.toLowerCase(Locale.ROOT))
        .contains("connection: close", "x-openstack-request-id: req-");
  }

  private static String head(Beginning beginning, String version, String framing) {
    // The framing first, where a proxy would look for it.
    return "%s %s\r\n%s\r\nHost: test\r\n%s\r\n"
        .formatted(beginning.line(), version, framing, headers(beginning));
  }

  private static String headers(Beginning beginning) {
    return beginning.headers().replace("TOKEN", token);
  }

  private static void assertAnsweredOnce(String answer) {
    assertThat(countAnswers(answer)).as(answer).isEqualTo(1);
    assertThat(answer).doesNotContain("200 OK");
  }

  private static long countAnswers(String text) {
    return STATUS.matcher(text).results().count();
  }

  private static int status(String answer) {
    Matcher status = STATUS.matcher(answer);
    return status.find() ? Integer.parseInt(status.group(1)) : 0;
  }

  /** Everything that is answered until the server closes the connection, which it must. */
  private static String exchange(String text) throws IOException {
    return exchange(text, false);
  }

  private static String byteByByte(String text) throws IOException {
    return exchange(text, true);
  }

  private static String exchange(String text, boolean isSlow) throws IOException {
    String[] host = SERVER.host().split(":", 2);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(host[1]))) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      byte[] bytes = text.getBytes(ISO_8859_1);
      int step = isSlow ? 1 : bytes.length;
      for (int at = 0; at < bytes.length; at += step) {
        socket.getOutputStream().write(bytes, at, step);
        socket.getOutputStream().flush();
      }
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8192];
      try {
        for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
          answer.append(new String(buffer, 0, read, ISO_8859_1));
        }
      } catch (SocketException reset) {
        // Closed while there was more to read.
      }
      return answer.toString();
    }
  }
}
