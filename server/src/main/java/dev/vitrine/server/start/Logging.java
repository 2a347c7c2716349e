package dev.vitrine.server.start;

import dev.vitrine.server.http.Descriptors;
import dev.vitrine.server.management.ManagementPages;
import dev.vitrine.server.settings.Setting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Logs one line to standard error for each event: time (UTC), level, logger, message. */
final class Logging {
  /** Libraries whose INFO messages do not help operators. */
  private static final List<Logger> TALKATIVE =
      List.of(
          Logger.getLogger("org.flywaydb"),
          Logger.getLogger("com.zaxxer.hikari"),
          Logger.getLogger("org.postgresql"),
          Logger.getLogger("io.netty"),
          Logger.getLogger("io.vertx"));

  /** They warn of each connection that is lost, with a stack trace; so do we, in one line. */
  private static final List<Logger> CONNECTIONS =
      List.of(
          Logger.getLogger("com.zaxxer.hikari.pool.PoolBase"),
          Logger.getLogger("com.zaxxer.hikari.pool.ProxyConnection"));

  /** It logs an error for each client that breaks off a download; {@code Sender} logs that. */
  private static final Logger BROKEN_OFF =
      Logger.getLogger("io.vertx.core.net.impl.VertxConnection");

  /**
   * They log what receivers of webhooks do wrong, in the receivers' words; the deliveries say it.
   */
  private static final List<Logger> RECEIVERS =
      List.of(
          Logger.getLogger("io.vertx.core.http.impl.HttpClientConnectionInternal"),
          Logger.getLogger("io.vertx.core.net.impl.ConnectionBase"),
          Logger.getLogger("io.vertx.core.http.impl.HttpClientRequestImpl"),
          Logger.getLogger("io.vertx.core.http.impl.HttpClientResponseImpl"));

  /** It logs each failure to send spans; {@code Traces} logs the first. */
  private static final Logger SPANS = Logger.getLogger("io.opentelemetry");

  /** It logs an error for each handshake of TLS that fails; {@code Bus} logs the first. */
  private static final Logger BROKER = Logger.getLogger("com.rabbitmq");

  /** It logs a stack trace for each connection that cannot be accepted. */
  private static final Logger ACCEPTING =
      Logger.getLogger("io.netty.channel.DefaultChannelPipeline");

  /** Changes the level while the program runs; accepts what the setting accepts. */
  static final ManagementPages.LogLevel CHANGE =
      new ManagementPages.LogLevel() {
        @Override
        public String get() {
          return current.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean set(String word) {
          Optional<Level> level = Setting.logLevel(word);
          level.ifPresent(
              changed -> {
                // Said while the more talkative of both levels is on: otherwise a change from or to
                // "error" would not be.
                if (changed.getSeverity() < current.getSeverity()) {
                  level(changed);
                }
                LOG.log(Level.WARNING, "The log level is changed to {0}", word);
                level(changed);
              });
          return level.isPresent();
        }
      };

  private static final System.Logger LOG = System.getLogger(Logging.class.getName());

  private static volatile Level current = Level.INFO;

  private Logging() {}

  /** Must be called before anything logs. */
  static void toStandardError() {
    // SLF4J warns when two threads log their first lines at the same time, as ours do. No line is
    // lost.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    Logger root = LogManager.getLogManager().getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new Line());
    handler.setLevel(java.util.logging.Level.ALL);
    root.addHandler(handler);
    ACCEPTING.setFilter(
        event -> event.getThrown() == null || !Descriptors.areUsedUp(event.getThrown()));
    level(Level.INFO);
  }

  /** Sets the log level. Libraries log from WARNING on, or from INFO on if the level is DEBUG. */
  static void level(Level level) {
    current = level;
    java.util.logging.Level own = julLevel(level);
    Logger.getLogger("").setLevel(own);
    boolean all = level == Level.DEBUG;
    TALKATIVE.forEach(logger -> logger.setLevel(all ? java.util.logging.Level.INFO : quieter(own)));
    BROKEN_OFF.setLevel(all ? own : java.util.logging.Level.OFF);
    RECEIVERS.forEach(logger -> logger.setLevel(all ? own : java.util.logging.Level.OFF));
    SPANS.setLevel(all ? own : java.util.logging.Level.OFF);
    BROKER.setLevel(all ? own : java.util.logging.Level.OFF);
    CONNECTIONS.forEach(logger -> logger.setLevel(all ? own : java.util.logging.Level.SEVERE));
  }

  private static java.util.logging.Level quieter(java.util.logging.Level own) {
    return own.intValue() < java.util.logging.Level.WARNING.intValue()
        ? java.util.logging.Level.WARNING
        : own;
  }

  private static java.util.logging.Level julLevel(Level level) {
    return switch (level) {
      case OFF -> java.util.logging.Level.OFF;
      case ERROR -> java.util.logging.Level.SEVERE;
      case WARNING -> java.util.logging.Level.WARNING;
      case INFO -> java.util.logging.Level.INFO;
      case DEBUG -> java.util.logging.Level.FINE;
      case TRACE -> java.util.logging.Level.FINER;
      case ALL -> java.util.logging.Level.ALL;
    };
  }

  /**
   * Keeps logging while the program stops: the JDK's log manager resets itself at the first signal.
   */
  public static final class KeptToTheEnd extends LogManager {
    @Override
    public void reset() {
      // Intentionally empty: only the JVM calls it, when it begins to stop.
    }
  }

  /** An event as text. */
  static final class Line extends Formatter {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public String format(LogRecord event) {
      String name = String.valueOf(event.getLoggerName());
      StringBuilder text =
          new StringBuilder(160)
              .append(TIME.format(event.getInstant()))
              .append(' ')
              .append(word(event.getLevel()))
              .append(' ')
              .append(name.substring(name.lastIndexOf('.') + 1))
              .append(": ")
              .append(formatMessage(event));
      if (event.getThrown() != null) {
        StringWriter trace = new StringWriter();
        event.getThrown().printStackTrace(new PrintWriter(trace));
        text.append('\n').append(trace.toString().stripTrailing());
      }
      return safe(text).append('\n').toString();
    }

    /**
     * Further lines are indented, and other control characters are written as in Java: what others
     * have written neither looks like an event nor reaches a terminal.
     */
    private static StringBuilder safe(CharSequence text) {
      StringBuilder safe = new StringBuilder(text.length());
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        switch (c) {
          case '\n' -> safe.append("\n  ");
          case '\t' -> safe.append(c);
          default -> {
            if (Character.isISOControl(c)) {
              safe.append("\\u%04x".formatted((int) c));
            } else {
              safe.append(c);
            }
          }
        }
      }
      return safe;
    }

    private static String word(java.util.logging.Level level) {
      if (level.intValue() >= java.util.logging.Level.SEVERE.intValue()) {
        return "ERROR";
      }
      if (level.intValue() >= java.util.logging.Level.WARNING.intValue()) {
        return "WARN ";
      }
      return level.intValue() >= java.util.logging.Level.INFO.intValue() ? "INFO " : "DEBUG";
    }
  }
}
