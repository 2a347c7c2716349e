package dev.vitrine.server.management;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Exchange;
import dev.vitrine.server.http.Observer;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.settings.Setting;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One line for each request. A thread of its own writes them, ten times a second. If it cannot keep
 * up, lines are dropped, and the log says how many: a request never waits for its line.
 *
 * <p>A line has ids only, no header, no body, and nothing of the path and the query but the id of
 * the image. So it holds no secret.
 */
public final class AccessLog implements Observer, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());

  /** Lines that may wait: some two megabytes. */
  private static final int MOST = 1 << 12;

  /** Characters of memory that are kept for the next lines. */
  private static final int KEPT = 1 << 20;

  private static final long PAUSE = Duration.ofMillis(100).toNanos();

  /** How long a stop waits for the last lines. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The line that a thread is formatting. */
  private final ThreadLocal<StringBuilder> ofThread = ThreadLocal.withInitial(StringBuilder::new);

  /** Lines that wait and those that are being written. */
  private final AtomicInteger waiting = new AtomicInteger();

  private final Object lock = new Object();

  /** Guarded by the lock. */
  private Lines pending = new Lines();

  private final LongAdder dropped = new LongAdder();
  private final boolean isJson;
  private final OutputStream out;
  private final Thread writer;
  private volatile boolean isClosing;
  private volatile Second second = new Second(0, "1970-01-01T00:00:00");
  private long said;

  /**
   * @param form not {@link Setting.AccessLines#OFF}
   * @param out stays open
   */
  public AccessLog(Setting.AccessLines form, OutputStream out) {
    this.isJson = form == Setting.AccessLines.JSON;
    this.out = out;
    this.writer = Thread.ofPlatform().daemon().name("access-log").start(this::write);
  }

  /** The beginning of a time, up to its seconds since the epoch. */
  private record Second(long epoch, String text) {}

  /** Lines that are written at once. */
  private static final class Lines {
    final StringBuilder text = new StringBuilder();
    int count;
  }

  /**
   * What a line says.
   *
   * @param trace the id of its trace; null: no field, because traces are off
   */
  record Line(
      long millis,
      String id,
      @Nullable String clientId,
      @Nullable String trace,
      String address,
      @Nullable Caller caller,
      String method,
      @Nullable Operation operation,
      @Nullable String image,
      int status,
      @Nullable Refusal refusal,
      boolean isComplete,
      long received,
      long sent,
      long nanos) {
    static Line of(Exchange exchange) {
      Request request = exchange.request();
      return new Line(
          System.currentTimeMillis(),
          request.id(),
          request.cause().client(),
          exchange.span().traceId(),
          request.clientAddress(),
          exchange.caller(),
          request.knownMethod(),
          exchange.operation(),
          request.parameterIfAny("image_id"),
          exchange.status(),
          exchange.refusal(),
          exchange.isComplete(),
          exchange.bytesReceived(),
          exchange.bytesSent(),
          exchange.nanos());
    }
  }

  @Override
  public void ended(Exchange exchange) {
    add(Line.of(exchange));
  }

  /** Formats the line at once: objects that wait would cost the garbage collector more. */
  void add(Line line) {
    if (waiting.get() >= MOST) {
      dropped.increment();
      return;
    }
    waiting.incrementAndGet();
    StringBuilder text = ofThread.get();
    text.setLength(0);
    append(text, line);
    synchronized (lock) {
      pending.text.append(text);
      pending.count++;
    }
  }

  /** How many lines were dropped. */
  public long dropped() {
    return dropped.sum();
  }

  private void write() {
    Lines empty = new Lines();
    boolean isLast;
    do {
      isLast = isClosing;
      Lines full;
      synchronized (lock) {
        full = pending;
        pending = empty;
      }
      write(full);
      empty = full.text.capacity() > KEPT ? new Lines() : full;
      if (!isLast) {
        LockSupport.parkNanos(this, PAUSE);
      }
    } while (!isLast);
  }

  /** Writes and empties it. */
  private void write(Lines lines) {
    if (lines.count > 0) {
      try {
        out.write(lines.text.toString().getBytes(US_ASCII));
        out.flush();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "The access log cannot be written", e);
        dropped.add(lines.count);
      }
      waiting.addAndGet(-lines.count);
      lines.text.setLength(0);
      lines.count = 0;
    }
    long now = dropped();
    if (now > said) {
      LOG.log(Level.WARNING, "{0} lines of the access log were dropped", now - said);
      said = now;
    }
  }

  private void append(StringBuilder text, Line line) {
    Fields fields = new Fields(text, isJson);
    Caller caller = line.caller();
    ProjectId project = caller == null ? null : caller.project();
    Operation operation = line.operation();
    Refusal refusal = line.refusal();
    fields.add(Field.TIME, time(line.millis()));
    fields.add(Field.ID, line.id());
    fields.add(Field.CLIENT_ID, line.clientId());
    if (line.trace() != null) {
      fields.add(Field.TRACE_ID, line.trace());
    }
    fields.add(Field.ADDRESS, line.address());
    fields.add(Field.USER, caller == null ? null : caller.user().value());
    fields.add(Field.PROJECT, project == null ? null : project.value());
    fields.add(Field.METHOD, line.method());
    fields.add(Field.OPERATION, operation == null ? null : operation.name());
    fields.add(Field.IMAGE, isId(line.image()) ? line.image() : null);
    fields.add(Field.STATUS, line.status());
    fields.add(Field.REFUSAL, refusal == null ? null : refusal.reason());
    fields.add(Field.COMPLETE, line.isComplete());
    fields.add(Field.RECEIVED, line.received());
    fields.add(Field.SENT, line.sent());
    fields.addThousandths(Field.MS, TimeUnit.NANOSECONDS.toMicros(line.nanos()));
    fields.end();
  }

  /** Whether it can be an image's id: a client may put anything at this place of a path. */
  private static boolean isId(@Nullable String image) {
    return image != null && ImageId.isValid(image);
  }

  private String time(long millis) {
    Second now = second;
    long epoch = millis / 1000;
    if (now.epoch() != epoch) {
      now = new Second(epoch, SECONDS.format(Instant.ofEpochSecond(epoch)));
      second = now;
    }
    return now.text() + "." + threeDigits(millis % 1000) + "Z";
  }

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private static String threeDigits(long number) {
    return Long.toString(1000 + number).substring(1);
  }

  /** In the order of a line. */
  private enum Field {
    TIME,
    ID,
    CLIENT_ID,
    TRACE_ID,
    ADDRESS,
    USER,
    PROJECT,
    METHOD,
    OPERATION,
    IMAGE,
    STATUS,
    REFUSAL,
    COMPLETE,
    RECEIVED,
    SENT,
    MS;

    /** What stands before the value, in either form: made once, because lines are many. */
    private final String beforeJson;

    private final String beforeText;

    Field() {
      String name = name().toLowerCase(Locale.ROOT);
      boolean isFirst = name.equals("time");
      beforeJson = (isFirst ? "{\"" : ",\"") + name + "\":";
      beforeText = (isFirst ? "" : " ") + name + "=";
    }
  }

  /** Writes {@code name=value}, or the members of a JSON object. */
  private static final class Fields {
    /** Longer values are cut: a client chooses some of them. */
    private static final int LONGEST = 64;

    private final StringBuilder text;
    private final boolean isJson;

    Fields(StringBuilder text, boolean isJson) {
      this.text = text;
      this.isJson = isJson;
    }

    void add(Field field, @Nullable String value) {
      begin(field);
      if (value == null) {
        text.append(isJson ? "null" : "-");
      } else if (isJson || !isPlain(value)) {
        quote(value);
      } else {
        text.append(value, 0, Math.min(value.length(), LONGEST));
      }
    }

    void add(Field field, long value) {
      begin(field);
      text.append(value);
    }

    void addThousandths(Field field, long value) {
      begin(field);
      text.append(value / 1000).append('.').append(threeDigits(value % 1000));
    }

    void add(Field field, boolean value) {
      begin(field);
      text.append(value);
    }

    void end() {
      text.append(isJson ? "}\n" : "\n");
    }

    private void begin(Field field) {
      text.append(isJson ? field.beforeJson : field.beforeText);
    }

    private static boolean isPlain(String value) {
      return !value.isEmpty()
          && !value.equals("-")
          && value.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\\' && c != '=');
    }

    private static boolean isLiteral(char c) {
      return c >= ' ' && c < 127 && c != '"' && c != '\\';
    }

    /** As a JSON string, of ASCII only, so that a client cannot write to a terminal. */
    private void quote(String value) {
      int length = Math.min(value.length(), LONGEST);
      int plain = 0;
      while (plain < length && isLiteral(value.charAt(plain))) {
        plain++;
      }
      // A whole string is copied at once, a part of one character by character.
      if (plain == value.length()) {
        text.append('"').append(value).append('"');
        return;
      }
      text.append('"').append(value, 0, plain);
      for (int i = plain; i < length; i++) {
        char c = value.charAt(i);
        if (c == '"' || c == '\\') {
          text.append('\\').append(c);
        } else if (isLiteral(c)) {
          text.append(c);
        } else {
          text.append("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit(c >> shift & 0xf, 16));
          }
        }
      }
      text.append('"');
    }
  }

  /** Writes the lines that wait, unless the output is stuck. */
  @Override
  public void close() {
    isClosing = true;
    LockSupport.unpark(writer);
    try {
      var _ = writer.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
