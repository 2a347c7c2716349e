package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The native list of members, however long: whole, or cut for everybody to see. */
@NullMarked
class MemberListTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  /** Of a list so long that no system holds it for a client that does not read: 13 MB. */
  private static final int MANY = 60_000;

  private static final int PAGES = MANY / 1000;

  private static String alice;
  private static String alicesId;

  @BeforeAll
  static void login() {
    alice = SERVER.token("alice");
    alicesId =
        SERVER.send("GET", "/v3/users?name=alice", alice, null).json().at("/users/0/id").asText();
  }

  /** Sevens of them joined in the same instant: then the id tells who is first. */
  private static String imageWith(int members) {
    Response made =
        SERVER.send("POST", "/v2/images", alice, "{\"name\": \"i\", \"visibility\": \"shared\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    String image = made.json().path("id").asText();
    SERVER.execute(
        """
        insert into image_member (image_id, member_id, status, created_at, image_created_at)
        select image_id, 'm' || lpad(n::text, 6, '0'), 'pending',
          created_at + n / 7 * interval '1 microsecond', created_at
        from image, generate_series(1, %d) n where image_id = '%s'
        """
            .formatted(members, image));
    return image;
  }

  private static List<String> names(int members) {
    return IntStream.rangeClosed(1, members).mapToObj("m%06d"::formatted).toList();
  }

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.path("members").forEach(member -> names.add(member.path("member_id").asText()));
    return names;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 999, 1000, 1001, 2000, 2001, 2500})
  void aListIsWholeAndInOrder(int members) throws Exception {
    Response answer = list(imageWith(members));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(names(answer.json())).isEqualTo(names(members));
    assertThat(answer.body()).endsWith("],\"schema\":\"/v2/schemas/members\"}");
    assertThat(answer.header("Content-Length") != null).isEqualTo(members <= 1000);
  }

  /** The connection is good for the next request. */
  @Test
  void whatComesBehindALongListIsAnsweredToo() throws Exception {
    String image = imageWith(2500);
    for (int i = 0; i < 3; i++) {
      assertThat(names(list(image).json())).isEqualTo(names(2500));
    }
  }

  private static Response list(String image) {
    return SERVER.endpoint(alice).send("GET", path(image), null);
  }

  private static String path(String image) {
    return "/v2/images/" + image + "/members";
  }

  /** It knows no chunks: the list ends where the connection does. */
  @ParameterizedTest
  @ValueSource(strings = {"close", "keep-alive"})
  void aClientOfHttp10GetsItToo(String connection) throws Exception {
    Response answer =
        SERVER.exchange(
            "GET %s HTTP/1.0\r\nX-Auth-Token: %s\r\nConnection: %s\r\n\r\n"
                .formatted(path(imageWith(2500)), alice, connection),
            new byte[0]);

    assertThat(answer.header("transfer-encoding")).isNull();
    assertThat(names(answer.json())).isEqualTo(names(2500));
  }

  @Test
  void aMemberFindsItselfHoweverFarBehind() {
    String bob = SERVER.token("bob");
    String project =
        SERVER
            .send("GET", "/v3/projects?name=RegionOne", bob, null)
            .json()
            .at("/projects/0/id")
            .asText();
    String image = imageWith(2500);
    SERVER.execute(
        """
        insert into image_member (image_id, member_id, status, image_created_at)
        select image_id, '%s', 'pending', created_at from image where image_id = '%s'
        """
            .formatted(project, image));

    assertThat(names(SERVER.send("GET", path(image), bob, null).json())).containsExactly(project);
  }

  /** What ends the right to read it, in the middle of a list. */
  enum End {
    REVOKED {
      @Override
      void come(String image, String token) {
        Response revoked =
            SERVER.send(
                "DELETE", "/v3/auth/tokens", token, null, "X-Subject-Token: " + token + "\r\n");
        assertThat(revoked.status()).as(revoked.body()).isEqualTo(204);
      }
    },
    MADE_PRIVATE {
      @Override
      void come(String image, String token) {
        SERVER.execute("update image set visibility = 'private' where image_id = '" + image + "'");
      }
    },
    /** The reader is a member still, and would read its own membership. */
    GIVEN_AWAY {
      @Override
      void come(String image, String token) {
        SERVER.execute(
            """
            with was as (select image_id, owner, created_at from image where image_id = '%1$s'),
              member as (
                insert into image_member (image_id, member_id, status, image_created_at)
                select image_id, owner, 'accepted', created_at from was
              )
            update image set owner = 'somebody' where image_id = '%1$s'
            """
                .formatted(image));
      }
    };

    abstract void come(String image, String token);
  }

  @ParameterizedTest
  @EnumSource
  void aListThatMayNotBeReadAnyMoreIsCut(End end) throws Exception {
    String image = imageWith(MANY);
    String token = SERVER.token("alice");
    try (SlowClient client = new SlowClient(image, token)) {
      assertThat(client.read(1000)).startsWith("HTTP/1.1 200 OK").contains("{\"members\":[");

      end.come(image, token);

      String rest = client.rest();
      assertThat(rest).doesNotContain("/v2/schemas/members\"").doesNotEndWith("0\r\n\r\n");
    }
  }

  /** More of them than there are connections to the database, on one event loop. */
  @Test
  void clientsThatStopReadingHoldUpNobodyAndWhenTheyGoNothingIsLeft() throws Exception {
    String image = imageWith(MANY);
    int clients = 40;
    SERVER.decisions(alicesId);
    List<SlowClient> slow = new ArrayList<>();
    try (CutLists cut = new CutLists()) {
      for (int i = 0; i < clients; i++) {
        SlowClient client = new SlowClient(image, alice);
        slow.add(client);
        assertThat(client.read(1000)).startsWith("HTTP/1.1 200 OK");
      }
      int pages = pagesMadeUntilNoneIs();
      assertThat(pages).isBetween(clients, clients * PAGES / 2);

      assertThat(list(imageWith(10)).status()).isEqualTo(200);
      assertThat(names(list(imageWith(2500)).json())).hasSize(2500);

      for (SlowClient client : slow) {
        client.close();
      }
      cut.await(clients);
      SERVER.decisions(alicesId);
      assertThat(pagesMadeUntilNoneIs()).isZero();
    }
  }

  /** Each page is a decision. */
  private static int pagesMadeUntilNoneIs() throws InterruptedException {
    int pages = 0;
    for (int more = -1; more != 0; pages += more) {
      Thread.sleep(300);
      more = SERVER.decisions(alicesId).size();
    }
    return pages;
  }

  /** Reads only what it is told to. */
  private static final class SlowClient implements AutoCloseable {
    private final Socket socket = new Socket();

    SlowClient(String image, String token) throws IOException {
      socket.setReceiveBufferSize(4096);
      socket.setSoTimeout(30_000);
      String[] host = SERVER.host().split(":", 2);
      socket.connect(new InetSocketAddress(host[0], Integer.parseInt(host[1])));
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nX-Auth-Token: %s\r\n\r\n"
                  .formatted(path(image), SERVER.host(), token)
                  .getBytes(ISO_8859_1));
    }

    String read(int bytes) throws IOException {
      return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
    }

    /** All that comes until the connection ends, in whichever way. */
    String rest() throws IOException {
      StringBuilder rest = new StringBuilder();
      byte[] some = new byte[1 << 16];
      try {
        for (int n = 0; n >= 0; n = socket.getInputStream().read(some)) {
          rest.append(new String(some, 0, n, ISO_8859_1));
        }
      } catch (SocketException e) {
        // Reset: that is an end as well.
      }
      return rest.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Hears of the lists that were not sent to their end. */
  private static final class CutLists extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger(WebServer.class.getPackageName());
    private final Semaphore heard = new Semaphore(0);

    CutLists() {
      logger.setLevel(Level.FINE);
      logger.addHandler(this);
    }

    void await(int lists) throws InterruptedException {
      assertThat(heard.tryAcquire(lists, 30, TimeUnit.SECONDS))
          .as("only %d of %d ended", heard.availablePermits(), lists)
          .isTrue();
    }

    @Override
    public void publish(LogRecord record) {
      if (Objects.requireNonNullElse(record.getMessage(), "").contains("was cut short")) {
        heard.release();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setLevel(null);
    }
  }
}
