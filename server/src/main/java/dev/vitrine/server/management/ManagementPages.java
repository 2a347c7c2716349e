package dev.vitrine.server.management;

import dev.vitrine.server.json.Json;
import dev.vitrine.server.management.ManagementServer.Answer;
import dev.vitrine.server.management.ManagementServer.Page;
import java.util.Map;
import java.util.TreeMap;

/** The pages of the management listener. */
public final class ManagementPages {
  private final Health health;
  private final Metrics metrics;

  public ManagementPages(Health health, Metrics metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  /** The log level, which can be changed while the server runs. */
  public interface LogLevel {
    /** The level, as the setting {@code log.level} has it. */
    String get();

    /** Changes it until the next start; false: there is no such level. */
    boolean set(String word);
  }

  /** All pages by path. */
  public Map<String, Page> all(LogLevel logLevel) {
    Map<String, Page> pages = new TreeMap<>();
    pages.put("/metrics", Page.of(this::metrics));
    pages.put("/live", Page.of(() -> Answer.text(200, "alive")));
    pages.put("/ready", Page.of(this::ready));
    pages.put(
        "/log-level",
        new Page(
            Map.of(
                "GET", body -> Answer.text(200, logLevel.get()),
                "PUT", body -> change(logLevel, body.strip()))));
    return pages;
  }

  private Answer metrics() {
    return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
  }

  private Answer ready() {
    Health.Report report = health.report();
    return new Answer(
        report.isReady() ? 200 : 503, Json.MEDIA_TYPE, Json.write(report::write) + "\n");
  }

  private static Answer change(LogLevel logLevel, String word) {
    return logLevel.set(word)
        ? Answer.text(200, logLevel.get())
        : Answer.text(400, "no such level; there are error, warning, info and debug");
  }
}
