package dev.vitrine.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects results, prints them as they come, and writes {@code result.json}. */
final class Report {
  private final Path out;
  private final Map<String, String> machine;
  private final List<Table> tables = new ArrayList<>();
  private final Table bars = new Table("Against the bar", "what", "bar", "measured", "reached");
  private final long begin = System.nanoTime();

  Report(Path out, Map<String, String> machine) {
    this.out = out;
    this.machine = machine;
    machine.forEach((what, value) -> System.out.println(what + ": " + value));
  }

  /** Prints progress; not part of the result. */
  void progress(String text) {
    long seconds = (System.nanoTime() - begin) / 1_000_000_000;
    System.err.printf(Locale.ROOT, "%3d:%02d  %s%n", seconds / 60, seconds % 60, text);
  }

  void add(Table table) {
    tables.add(table);
    System.out.print(table.text());
    write();
  }

  /**
   * Records a figure that has a bar.
   *
   * @param bar the text in {@code docs/performance.md}
   * @param measured null: not measured
   */
  void judge(String what, String bar, @Nullable Object measured, @Nullable Boolean reached) {
    bars.add(what, bar, measured, reached);
  }

  /** Adds the table of bars and ends the report. */
  void end() {
    add(bars);
    System.out.println("\nAll of it is in " + out.toAbsolutePath());
  }

  private void write() {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("at", Instant.now().toString());
    all.put("machine", machine);
    tables.forEach(table -> all.put(table.title(), table.data()));
    try {
      Files.createDirectories(out);
      new JsonMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(out.resolve("result.json").toFile(), all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
