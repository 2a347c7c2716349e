package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code audit verify} and {@code audit anchors}, of a server that serves meanwhile. */
class AuditTest {
  @Test
  void whoChangesTheHistoryIsFound() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      Administrator admin = Administrator.of(server);
      admin.createImage();

      RunningServer.Ended whole = audit(server, "verify");
      while (whole.code() == 0 && !whole.output().contains(" 0 that are too young")) {
        Thread.sleep(500); // it is too young to be sealed
        whole = audit(server, "verify");
      }
      assertThat(whole.code()).as(whole.output()).isZero();
      assertThat(whole.output())
          .as("the image, and the rights of the start")
          .containsPattern("[1-9][0-9] events, and 0 that are too young")
          .contains("; 0 findings");

      server.execute(
          """
          update image_seal set day = day - 1; update history_sealed set day = day - 1
          """);
      String anchors = audit(server, "anchors").output();
      while (anchors.lines().count() < 2) {
        Thread.sleep(500); // a day ends, and is anchored
        anchors = audit(server, "anchors").output();
      }
      Path kept = Files.writeString(server.data().resolve("kept"), anchors);
      assertThat(audit(server, "verify", "--anchors", "" + kept).code()).isZero();

      server.execute("update image_event set actor = 'mallory'");
      RunningServer.Ended altered = audit(server, "verify", "--anchors=" + kept);
      assertThat(altered.code()).isEqualTo(4);
      assertThat(altered.output()).contains("is altered", "1 findings");

      server.execute("delete from history_anchor");
      assertThat(audit(server, "verify", "--anchors=" + kept).output())
          .contains("is not the one that was kept");

      Files.writeString(kept, "no anchor");
      RunningServer.Ended refused = audit(server, "verify", "--anchors=" + kept);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.output()).contains("this line is no anchor: no anchor");
      assertThat(audit(server, "forget").code()).isEqualTo(2);
    }
  }

  private static RunningServer.Ended audit(RunningServer server, String... words) {
    List<String> all = new ArrayList<>(List.of("audit"));
    all.addAll(List.of(words));
    all.addAll(List.of("--data", server.data().toString()));
    return RunningServer.run(all.toArray(String[]::new));
  }
}
