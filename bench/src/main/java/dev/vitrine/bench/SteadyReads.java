package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Reads at a fixed rate over a few connections that stay open. The latency of a read counts from
 * the time at which it is due, so reads that wait for a slow one count as slow.
 */
final class SteadyReads implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int MAX_LINE = 8192;

  /** Nanoseconds from one read of a connection to its next. */
  private final long period;

  private final Recorder latencies = new Recorder(3);
  private final LongAdder failures = new LongAdder();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean isEnded;

  /**
   * What happened in a time.
   *
   * @param latencies microseconds
   * @param failures reads that were not answered with 200
   */
  record Seen(Histogram latencies, long failures) {
    double p99() {
      return latencies.getValueAtPercentile(99) / 1000.0;
    }
  }

  /**
   * Begins to read.
   *
   * @param requests sent in turn
   * @param rate a second, over all connections
   */
  SteadyReads(SocketFactory sockets, URI server, List<byte[]> requests, int rate) {
    this.period = TimeUnit.SECONDS.toNanos(1) * CONNECTIONS / rate;
    long begin = System.nanoTime();
    for (int i = 0; i < CONNECTIONS; i++) {
      long first = begin + period * i / CONNECTIONS;
      threads.add(Thread.ofPlatform().daemon().start(() -> read(sockets, server, requests, first)));
    }
  }

  /** What happens in this time from now. */
  Seen during(Duration time) {
    latencies.reset();
    failures.reset();
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Seen(latencies.getIntervalHistogram(), failures.sum());
  }

  private void read(SocketFactory sockets, URI server, List<byte[]> requests, long first) {
    long due = first;
    int number = 0;
    while (!isEnded) {
      try (Socket socket = sockets.createSocket(server.getHost(), server.getPort())) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        InputStream in = new BufferedInputStream(socket.getInputStream());
        while (!isEnded) {
          LockSupport.parkNanos(due - System.nanoTime());
          if (System.nanoTime() < due) {
            continue;
          }
          socket.getOutputStream().write(requests.get(number++ % requests.size()));
          int status = answer(in);
          latencies.recordValue((System.nanoTime() - due) / 1000);
          due += period;
          if (status != 200) {
            failures.increment();
          }
        }
      } catch (IOException e) {
        latencies.recordValue((System.nanoTime() - due) / 1000);
        failures.increment();
        due = System.nanoTime() + period;
        LockSupport.parkNanos(period);
      }
    }
  }

  /** Reads an answer whose length is announced; its status. */
  private static int answer(InputStream in) throws IOException {
    String first = line(in);
    long length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Long.parseLong(line.substring(15).trim());
      }
    }
    in.skipNBytes(length);
    return Integer.parseInt(first.split(" ", 3)[1]);
  }

  private static String line(InputStream in) throws IOException {
    byte[] line = new byte[MAX_LINE];
    for (int i = 0; i < line.length; i++) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("The connection ended");
      }
      if (next == '\n') {
        return new String(line, 0, i, ISO_8859_1).stripTrailing();
      }
      line[i] = (byte) next;
    }
    throw new IOException("A line is too long");
  }

  @Override
  public void close() {
    isEnded = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
