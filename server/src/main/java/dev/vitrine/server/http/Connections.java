package dev.vitrine.server.http;

import dev.vitrine.refusal.Limit;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.spi.transport.Transport;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the open connections, in all and of each address. One that is too many is closed when it
 * is accepted: it costs no TLS handshake, and no event loop sees it. A trusted proxy may have any
 * number, because it carries many clients.
 *
 * <p>Vert.x has no place for this, so its server channels are replaced.
 */
public final class Connections {
  private static final System.Logger LOG = System.getLogger(Connections.class.getName());

  private final Limits limits;
  private final TrustedProxies proxies;
  private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Integer> ofAddress = new ConcurrentHashMap<>();
  private volatile LimitListener listener = LimitListener.NONE;

  /**
   * Most connections that are open at a time.
   *
   * @param all over all addresses
   * @param ofAddress of each client, as limits count it
   */
  public record Limits(int all, int ofAddress) {
    /** As many as the system allows. */
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Descriptors of the program itself: its libraries, its listeners, and the database. */
    private static final long OF_PROGRAM = 150;

    /**
     * As many connections as leave descriptors for files and for the program. Otherwise clients
     * that only connect could use up the descriptors; new clients would wait instead of being
     * closed, and requests on open connections could not open a file.
     *
     * @param descriptors how many the process may have
     */
    public Limits within(long descriptors) {
      long most = Math.max(1, descriptors / 4 * 3 - OF_PROGRAM);
      if (all <= most) {
        return this;
      }
      LOG.log(
          Level.WARNING,
          "The process may open {0,number,#} files, so that at most {1,number,#} connections are"
              + " open at a time, and not {2,number,#} (connections.max). Raise its limit"
              + " (ulimit -n)",
          descriptors,
          most,
          all);
      return new Limits((int) most, ofAddress);
    }
  }

  public Connections(Limits limits, TrustedProxies proxies) {
    this.limits = limits;
    this.proxies = proxies;
  }

  /** A Vert.x whose servers keep to the limits, at the ports that are {@linkplain #bound bound}. */
  public Vertx vertx(VertxOptions options) {
    return Vertx.builder().with(options).withTransport(new Bounded()).build();
  }

  /**
   * Bounds the connections to a port from now on. Other ports, such as that of the management
   * listener, stay free.
   */
  void bound(int port, LimitListener listener) {
    this.listener = listener;
    ports.add(port);
  }

  /** Whether a new connection stays. If so, it counts until it closes. */
  private boolean admit(SocketChannel connection) {
    @Nullable InetSocketAddress remote = connection.remoteAddress();
    if (remote == null || !ports.contains(connection.localAddress().getPort())) {
      return true;
    }
    if (open.incrementAndGet() > limits.all) {
      open.decrementAndGet();
      listener.limited(Limit.CONNECTIONS);
      return false;
    }
    InetAddress peer = remote.getAddress();
    String origin = Network.ofClient(peer.getHostAddress());
    if (ofAddress.merge(origin, 1, Integer::sum) > limits.ofAddress && !proxies.trusts(peer)) {
      closed(origin);
      listener.limited(Limit.CONNECTIONS_OF_ADDRESS);
      return false;
    }
    var _ = connection.closeFuture().addListener(end -> closed(origin));
    return true;
  }

  private void closed(String origin) {
    open.decrementAndGet();
    ofAddress.computeIfPresent(origin, (same, count) -> count == 1 ? null : count - 1);
  }

  /** Closes connections that are too many before they reach an event loop. */
  private final class BoundedServerChannel extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int count = super.doReadMessages(accepted);
      if (count == 1
          && accepted.getLast() instanceof SocketChannel connection
          && !admit(connection)) {
        accepted.removeLast();
        // A reset leaves nothing behind in the kernel.
        connection.config().setSoLinger(0);
        connection.unsafe().closeForcibly();
      }
      return count;
    }
  }

  private final class BoundedTransport extends NioTransport {
    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
      return domainSocket ? super.serverChannelFactory(true) : BoundedServerChannel::new;
    }
  }

  private final class Bounded implements io.vertx.core.transport.Transport {
    private final Transport implementation = new BoundedTransport();

    @Override
    public String name() {
      return "nio";
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public Throwable unavailabilityCause() {
      return new IllegalStateException("it is available");
    }

    @Override
    public Transport implementation() {
      return implementation;
    }
  }
}
