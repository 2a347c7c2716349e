package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop HTTP load generator: each connection sends its next request when the last one is
 * answered. Requests are prepared bytes, and two threads send them, so that the generator leaves
 * the cores to the server.
 */
final class Load {
  private static final int THREADS = 2;
  private static final long MAX_MICROS = 3_600_000_000L;

  /** Produces the requests of each connection. */
  @FunctionalInterface
  interface Source {
    /**
     * The next request of a connection, null if there is none left.
     *
     * @param connection from 0
     * @param number how many requests this connection has sent before
     */
    byte @Nullable [] next(int connection, long number);
  }

  /**
   * The result of a load.
   *
   * @param latencies microseconds
   * @param bytes total length of all bodies
   * @param failures answers other than 2xx by their status; 0 for broken connections
   */
  record Result(double seconds, Histogram latencies, long bytes, Map<Integer, Long> failures) {
    long requests() {
      return latencies.getTotalCount();
    }

    double rate() {
      return requests() / seconds;
    }

    /** A percentile of the latency, in milliseconds. */
    double percentile(double percent) {
      return latencies.getValueAtPercentile(percent) / 1000.0;
    }
  }

  private Load() {}

  /** The bytes of a request. */
  static byte[] request(String method, String path, @Nullable String token, @Nullable String body) {
    String head = "%s %s HTTP/1.1\r\nHost: bench\r\n".formatted(method, path);
    if (token != null) {
      head += "X-Auth-Token: " + token + "\r\n";
    }
    if (body == null) {
      return (head + "\r\n").getBytes(US_ASCII);
    }
    return "%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(head, body.getBytes(UTF_8).length, body)
        .getBytes(UTF_8);
  }

  /**
   * Sends load to these nodes, connections assigned in turn, until the time or the requests run
   * out.
   */
  static Result drive(List<URI> nodes, int connections, Duration duration, Source source) {
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(THREADS, NioIoHandler.newFactory());
    try {
      List<Connection> all = new ArrayList<>();
      CountDownLatch running = new CountDownLatch(connections);
      for (int i = 0; i < connections; i++) {
        URI node = nodes.get(i % nodes.size());
        Connection connection = new Connection(i, source, running);
        connection.channel =
            new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                    new ChannelInitializer<SocketChannel>() {
                      @Override
                      protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpResponseDecoder(), connection);
                      }
                    })
                .connect(node.getHost(), node.getPort())
                .syncUninterruptibly()
                .channel();
        all.add(connection);
      }
      long begin = System.nanoTime();
      all.forEach(connection -> connection.start(begin + duration.toNanos()));
      running.await();
      double seconds = (System.nanoTime() - begin) / 1e9;
      return sum(seconds, all);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private static Result sum(double seconds, List<Connection> all) {
    Histogram latencies = new Histogram(MAX_MICROS, 3);
    Map<Integer, Long> failures = new TreeMap<>();
    long bytes = 0;
    for (Connection one : all) {
      bytes += one.bytes;
      latencies.add(one.latencies);
      one.failures.forEach((status, count) -> failures.merge(status, count, Long::sum));
    }
    return new Result(seconds, latencies, bytes, failures);
  }

  /** One connection; after its start, only its event loop uses it. */
  private static final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private final int number;
    private final Source source;
    private final CountDownLatch running;
    private final Histogram latencies = new Histogram(MAX_MICROS, 3);
    private final Map<Integer, Long> failures = new TreeMap<>();
    private @Nullable Channel channel;
    private long end;
    private long sent;
    private long sentAt;
    private long bytes;
    private int status;
    private boolean ended;

    Connection(int number, Source source, CountDownLatch running) {
      this.number = number;
      this.source = source;
      this.running = running;
    }

    void start(long end) {
      Channel connected = Objects.requireNonNull(channel);
      connected
          .eventLoop()
          .execute(
              () -> {
                this.end = end;
                send(connected);
              });
    }

    private void send(Channel channel) {
      byte[] request = System.nanoTime() < end ? source.next(number, sent) : null;
      if (request == null) {
        end(channel);
        return;
      }
      sent++;
      sentAt = System.nanoTime();
      var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(request));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part instanceof HttpResponse head) {
        status = head.status().code();
      }
      if (part instanceof HttpContent content) {
        bytes += content.content().readableBytes();
      }
      if (part instanceof LastHttpContent) {
        if (status / 100 == 2) {
          latencies.recordValue((System.nanoTime() - sentAt) / 1000);
        } else {
          fail(status);
        }
        send(context.channel());
      }
    }

    private void fail(int status) {
      failures.merge(status, 1L, Long::sum);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (!ended) {
        fail(0);
        end(context.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }

    private void end(Channel channel) {
      ended = true;
      var _ = channel.close();
      running.countDown();
    }
  }
}
