package dev.vitrine.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Many connections to a server, opened at once and served by one thread. Closing it ends them. */
final class Crowd implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 5;

  /** In bytes: what a connection takes without being read. */
  private static final int RECEIVE_BUFFER = 4096;

  private final EventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Channel> channels = new ArrayList<>();

  /**
   * Opens the connections, and waits at most some seconds until they are open or refused.
   *
   * @param addresses how many addresses of the loopback network they come from
   * @param reads whether anything that arrives is read
   * @param handlers what the connection of a number does
   */
  Crowd(
      URI server,
      int connections,
      int addresses,
      boolean reads,
      IntFunction<ChannelHandler> handlers) {
    for (int i = 0; i < connections; i++) {
      ChannelHandler handler = handlers.apply(i);
      channels.add(
          new Bootstrap()
              .group(thread)
              .channel(NioSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.AUTO_READ, reads)
              .handler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                      if (!reads) {
                        channel.config().setReceiveBufferSize(RECEIVE_BUFFER);
                      }
                      channel.pipeline().addLast(handler);
                    }
                  })
              .connect(
                  new InetSocketAddress(server.getHost(), server.getPort()),
                  new InetSocketAddress("127.0.0." + (2 + i % addresses), 0))
              .channel());
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (open() < connections && System.nanoTime() < end) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Connections that are open now. */
  long open() {
    return channels.stream().filter(Channel::isActive).count();
  }

  @Override
  public void close() {
    thread.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
