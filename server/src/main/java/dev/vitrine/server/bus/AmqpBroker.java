package dev.vitrine.server.bus;

import static java.lang.System.Logger.Level.DEBUG;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import dev.vitrine.bus.Broker;
import dev.vitrine.bus.Notification;
import dev.vitrine.server.bus.BusSettings.Queues;
import dev.vitrine.server.tls.Authorities;
import dev.vitrine.server.tls.InvalidCertificateException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ, by AMQP 0-9-1: a topic exchange, and the queue that oslo.messaging's listeners read.
 * What the broker has not confirmed counts as not published.
 */
public final class AmqpBroker implements Broker {
  private static final System.Logger LOG = System.getLogger(AmqpBroker.class.getName());

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int HEARTBEAT_SECONDS = 30;
  private static final int NOT_FOUND = 404;

  /** As Glance's, to the byte that listeners look at. */
  private static final AMQP.BasicProperties PROPERTIES =
      new AMQP.BasicProperties.Builder()
          .contentType("application/json")
          .contentEncoding("utf-8")
          .deliveryMode(2)
          .priority(0)
          .build();

  private final BusSettings settings;
  private final String publisher;
  private final String key;
  private final ConnectionFactory factory = new ConnectionFactory();
  private final List<Address> addresses;
  private @Nullable Connection connection;

  /** Ready to publish. */
  private @Nullable Channel channel;

  /** The socket of the newest connection. */
  private volatile @Nullable Socket socket;

  /** Whether the broker had no queue for a message. */
  private volatile boolean isReturned;

  /**
   * Does not connect yet.
   *
   * @param publisher whom messages name as their sender
   * @throws InvalidCertificateException if the file of the authorities cannot be used
   */
  public AmqpBroker(BusSettings settings, String publisher) {
    this.settings = settings;
    this.publisher = publisher;
    this.key = settings.topic() + ".info";
    this.addresses =
        settings.address().brokers().stream()
            .map(host -> new Address(host.name(), host.port()))
            .toList();
    factory.setUsername(settings.user());
    factory.setPassword(settings.password());
    factory.setVirtualHost(settings.address().vhost());
    // The next attempt connects anew.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout((int) PATIENCE.toMillis());
    factory.setHandshakeTimeout((int) PATIENCE.toMillis());
    factory.setChannelRpcTimeout((int) PATIENCE.toMillis());
    factory.setShutdownTimeout((int) PATIENCE.toMillis());
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setExceptionHandler(new QuietHandler());
    factory.setSocketConfigurator(this::take);
    if (settings.address().isTls()) {
      useTls();
    }
  }

  private void useTls() {
    try {
      Path ca = settings.ca();
      factory.useSslProtocol(ca == null ? SSLContext.getDefault() : Authorities.read(ca));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
    factory.enableHostnameVerification();
  }

  /** A TLS socket with a thread that writes is closed only if closing does not wait for it. */
  private void take(Socket opened) throws SocketException {
    opened.setTcpNoDelay(true);
    opened.setSoLinger(true, 1);
    socket = opened;
  }

  /** What fails is reported once, by {@link Broker}'s user. */
  private static final class QuietHandler extends ForgivingExceptionHandler {
    @Override
    protected void log(String message, Throwable failure) {
      LOG.log(DEBUG, message, failure);
    }
  }

  @Override
  public void connect() throws BrokerFailure {
    if (channel != null && channel.isOpen()) {
      return;
    }
    drop();
    try {
      connection = factory.newConnection(addresses, publisher);
      Channel opened = open(connection);
      declare(connection, opened);
      opened.confirmSelect();
      opened.addReturnListener(returned -> isReturned = true);
      channel = opened;
    } catch (IOException | TimeoutException | RuntimeException e) {
      drop();
      throw failure(e);
    }
  }

  /**
   * Makes what is missing, as oslo.messaging does before it sends, so that no event is lost before
   * the first listener comes. What is there stays as it is, whoever made it.
   */
  private void declare(Connection connection, Channel channel) throws IOException {
    String exchange = settings.exchange();
    boolean isDurable = settings.queues() != Queues.TRANSIENT;
    if (!exists(connection, probe -> probe.exchangeDeclarePassive(exchange))) {
      channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, isDurable);
    }
    if (!exists(connection, probe -> probe.queueDeclarePassive(key))) {
      Map<String, Object> arguments =
          settings.queues() == Queues.QUORUM ? Map.of("x-queue-type", "quorum") : Map.of();
      channel.queueDeclare(key, isDurable, false, false, arguments);
    }
    channel.queueBind(key, exchange, key);
  }

  private static Channel open(Connection connection) throws IOException {
    return connection
        .openChannel()
        .orElseThrow(() -> new IOException("it does not open another channel"));
  }

  /** Asks the broker for something that closes the channel if it is missing. */
  @FunctionalInterface
  private interface Question {
    void ask(Channel probe) throws IOException;
  }

  private static boolean exists(Connection connection, Question question) throws IOException {
    Channel probe = open(connection);
    try {
      question.ask(probe);
      probe.abort();
      return true;
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close
          && close.getReplyCode() == NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void publish(List<Notification> notifications) throws BrokerFailure {
    Channel open = channel;
    if (open == null) {
      throw new BrokerFailure("it is not connected");
    }
    List<byte[]> messages =
        notifications.stream()
            .flatMap(
                notification ->
                    OsloNotification.types(notification.event().kind()).stream()
                        .map(type -> OsloNotification.message(notification, type, publisher)))
            .toList();
    Thread guard = Thread.ofVirtual().name("bus-guard").start(this::guard);
    isReturned = false;
    try {
      for (byte[] message : messages) {
        open.basicPublish(settings.exchange(), key, true, PROPERTIES, message);
      }
      if (!open.waitForConfirms(LONGEST.toMillis())) {
        throw new IOException("it has refused a message");
      }
      if (isReturned) {
        throw new IOException("the queue %s is gone".formatted(key));
      }
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      drop();
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      drop();
      throw failure(e);
    } finally {
      guard.interrupt();
    }
  }

  /**
   * A broker that is short of memory or disk reads no more, and a write to it can then wait for
   * ever: only the end of its socket ends it.
   */
  private void guard() {
    try {
      Thread.sleep(LONGEST);
      close(socket);
    } catch (InterruptedException e) {
      // It has been published, or has failed.
      Thread.currentThread().interrupt();
    }
  }

  private static void close(@Nullable Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.log(DEBUG, "A connection to the message bus could not be closed", e);
    }
  }

  private BrokerFailure failure(Exception failure) {
    return new BrokerFailure(
        "%s: %s".formatted(settings.address().hosts(), reason(failure)), failure);
  }

  /** What the broker said, or else the innermost cause. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    String before = "";
    while (cause.getCause() != null && !(cause instanceof ShutdownSignalException)) {
      cause = cause.getCause();
      if (cause instanceof CertificateException) {
        before = "its certificate is not accepted: ";
      }
    }
    if (cause instanceof ShutdownSignalException signal
        && signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return before
        + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
  }

  private void drop() {
    if (connection != null) {
      close(socket);
    }
    close();
  }

  @Override
  public void close() {
    channel = null;
    if (connection != null) {
      connection.abort((int) PATIENCE.toMillis());
      connection = null;
    }
  }
}
