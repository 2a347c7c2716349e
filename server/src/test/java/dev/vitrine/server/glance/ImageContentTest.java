package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are refused, and bytes that do not go. */
@NullMarked
class ImageContentTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static String token = "";

  @BeforeAll
  static void login() {
    token = SERVER.token("alice");
  }

  private static String image(String format) {
    Response answer =
        SERVER.send(
            "POST",
            "/v2/images",
            token,
            "{\"disk_format\": \"%s\", \"container_format\": \"bare\"}".formatted(format));
    assertThat(answer.status()).isEqualTo(201);
    return answer.json().path("id").asText();
  }

  private static Response put(String image, String where, byte[] bytes) {
    return SERVER.exchange(
        """
        PUT /v2/images/%s/%s HTTP/1.1
        Host: %s
        X-Auth-Token: %s
        Content-Type: application/octet-stream
        Content-Length: %d
        Connection: close

        """
            .formatted(image, where, SERVER.host(), token, bytes.length)
            .replace("\n", "\r\n"),
        bytes);
  }

  private static String status(String image) {
    return SERVER.send("GET", "/v2/images/" + image, token, null).json().path("status").asText();
  }

  /** CVE-2024-32498: 300 KiB of a qcow2 on a host's file. */
  private static byte[] onAHostsFile() {
    ByteBuffer disk = ByteBuffer.allocate(300 * 1024);
    disk.putInt(0, 0x514649fb).putInt(4, 3).putLong(8, 512).putInt(16, 11).putLong(24, 1 << 20);
    byte[] bytes = new byte[disk.capacity()];
    disk.get(0, bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "stage"})
  void refusedBytesLeaveNothing(String where) {
    for (String format : List.of("qcow2", "raw", "ami")) {
      String image = image(format);
      int files = SERVER.files().size();
      Response answer = put(image, where, onAHostsFile());
      assertThat(answer.status()).as(answer.body()).isEqualTo(415);
      assertThat(answer.body())
          .endsWith("Image failed safety checks: the qcow2 names a backing file.");
      assertThat(status(image)).isEqualTo("queued");
      assertThat(SERVER.files()).hasSize(files);
      assertThat(put(image, where, new byte[format.equals("qcow2") ? 0 : 1]).status())
          .isEqualTo(format.equals("qcow2") ? 415 : 204);
    }
  }

  /** A folder with something in it, where the blob was: no permission hinders root. */
  @Test
  void anImageIsDeletedThoughItsBytesDoNotGo() throws IOException {
    String image = image("raw");
    List<Path> before = SERVER.files();
    assertThat(put(image, "file", "content".getBytes(UTF_8)).status()).isEqualTo(204);
    List<Path> after = new ArrayList<>(SERVER.files());
    after.removeAll(before);
    Path blob = after.getFirst();
    Files.delete(blob);
    Path obstacle = Files.createFile(Files.createDirectory(blob).resolve("obstacle"));

    assertThat(SERVER.send("DELETE", "/v2/images/" + image, token, null).status()).isEqualTo(204);
    assertThat(SERVER.send("GET", "/v2/images/" + image, token, null).status()).isEqualTo(404);

    SERVER.recovery().removeLeftovers();
    assertThat(blob).exists();
    Files.delete(obstacle);
    SERVER.recovery().removeLeftovers();
    assertThat(blob).doesNotExist();
  }
}
