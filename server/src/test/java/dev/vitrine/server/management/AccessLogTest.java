package dev.vitrine.server.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.settings.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullMarked
class AccessLogTest {
  private static final String IMAGE = "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11";

  private static AccessLog.Line line(@Nullable String clientId, @Nullable String image) {
    return new AccessLog.Line(
        1_700_000_000_123L,
        "req-1",
        clientId,
        null,
        "::1",
        null,
        "GET",
        Operation.SHOW_IMAGE,
        image,
        404,
        new Refusal.Absent("image", "x"),
        true,
        0,
        12,
        1_234_567);
  }

  private static List<String> written(Setting.AccessLines form, AccessLog.Line... lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = new AccessLog(form, out)) {
      for (AccessLog.Line line : lines) {
        log.add(line);
      }
    }
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void whatCannotBeWrittenIsCounted() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("nobody reads");
          }
        };
    AccessLog log = new AccessLog(Setting.AccessLines.TEXT, closed);
    try (log) {
      log.add(line(null, IMAGE));
    }
    assertThat(log.dropped()).isEqualTo(1);
  }

  @Test
  void textHasOneFieldAfterTheOther() {
    assertThat(written(Setting.AccessLines.TEXT, line(null, IMAGE)))
        .containsExactly(
            "time=2023-11-14T22:13:20.123Z id=req-1 client_id=- address=::1 user=- project=- method=GET"
                + " operation=SHOW_IMAGE image="
                + IMAGE
                + " status=404 refusal=Absent complete=true received=0 sent=12 ms=1.234");
  }

  @Test
  void jsonHasTheSameFields() throws IOException {
    JsonNode json =
        new ObjectMapper()
            .readTree(written(Setting.AccessLines.JSON, line("req-\"é\n", IMAGE)).getFirst());

    assertThat(json.path("client_id").asText()).isEqualTo("req-\"é\n");
    assertThat(json.path("user").isNull()).isTrue();
    assertThat(json.path("status").intValue()).isEqualTo(404);
    assertThat(json.path("complete").isBoolean()).isTrue();
    assertThat(json.path("ms").doubleValue()).isEqualTo(1.234);
    assertThat(json.properties()).hasSize(15);
  }

  /** What a client chose can neither end the line nor look like another field. */
  @Test
  void whatAClientChoseIsQuotedAndCut() {
    String line =
        written(Setting.AccessLines.TEXT, line("req-a b=\u001b\n" + "x".repeat(100), null))
            .getFirst();

    assertThat(line).contains(" client_id=\"req-a b=\\u001b\\u000a" + "x".repeat(54) + "\" ");
  }

  @Test
  void itIsQuotedAndCutInJsonToo() {
    assertThat(
            written(Setting.AccessLines.JSON, line("a\"\\\u007f" + "x".repeat(100), null))
                .getFirst())
        .contains(",\"client_id\":\"a\\\"\\\\\\u007f" + "x".repeat(60) + "\",");
  }

  @Test
  void onlyAnIdIsWrittenAsAnImage() {
    assertThat(written(Setting.AccessLines.TEXT, line(null, "gAAAAA-a-token")).getFirst())
        .contains(" image=- ");
  }

  /** An output that is stuck costs lines, and no request waits for it. */
  @Test
  void linesThatDoNotFitAreCounted() {
    CountDownLatch free = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            try {
              free.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    try (AccessLog log = new AccessLog(Setting.AccessLines.TEXT, stuck)) {
      for (int i = 0; i < 20_000; i++) {
        log.add(line(null, null));
      }

      assertThat(log.dropped()).isEqualTo(20_000 - (1 << 12));
      free.countDown();
    }
  }
}
