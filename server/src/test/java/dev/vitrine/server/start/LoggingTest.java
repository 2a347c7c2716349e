package dev.vitrine.server.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class LoggingTest {
  private static LogRecord event(String message) {
    LogRecord event = new LogRecord(Level.WARNING, message);
    event.setLoggerName("dev.vitrine.Some");
    event.setInstant(Instant.parse("2026-12-01T01:02:03.004Z"));
    return event;
  }

  /** Receivers, brokers and databases have a say in what libraries log. */
  @Test
  void whatOthersHaveWrittenLooksLikeNoEventAndReachesNoTerminal() {
    LogRecord event =
        event("of them: \u001b[31mred\u0007\r\n2026-12-01T00:00:00.000Z INFO Some: forged");
    event.setThrown(new IllegalStateException("theirs\nforged"));

    String text = new Logging.Line().format(event);

    assertThat(text)
        .startsWith(
            "2026-12-01T01:02:03.004Z WARN  Some: of them: \\u001b[31mred\\u0007\\u000d\n  2026")
        .endsWith("\n")
        .doesNotContain("\u001b", "\r");
    assertThat(text.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("  "));
  }

  @Test
  void anEventIsALine() {
    assertThat(new Logging.Line().format(event("done")))
        .isEqualTo("2026-12-01T01:02:03.004Z WARN  Some: done\n");
  }
}
