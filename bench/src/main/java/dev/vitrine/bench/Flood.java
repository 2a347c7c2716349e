package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.client.Login;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A way to fill a server or to keep it busy, over HTTP/1.1. */
enum Flood {
  IDLE("idle connections", 2000) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new ChannelInboundHandlerAdapter();
    }
  },
  HEADS("clients that dribble a head", 300) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new Dribbling("GET /v2/images HTTP/1.1\r\nHost: bench\r\nX-A: ".getBytes(US_ASCII));
    }
  },
  BODIES("clients that dribble a body, half of them a login", 300) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new Dribbling(
          number % 2 == 0
              ? target.begun("POST", "/v2/images", "application/json")
              : target.begun("POST", "/v3/auth/tokens", "application/json"));
    }
  },
  UPLOADS("clients that dribble an upload", 300) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new Dribbling(
          target.begun(
              "PUT",
              "/v2/images/" + target.queued().get(number) + "/file",
              "application/octet-stream"));
    }
  },
  LISTS("clients that do not read a list of 1,000 members", 300) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new NotReading(target.get("/v2/images/" + target.wide() + "/members"));
    }

    @Override
    boolean reads() {
      return false;
    }
  },
  BYTES("clients that do not read an image of 64 MiB", 300) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new NotReading(target.get("/v2/images/" + target.large() + "/file"));
    }

    @Override
    boolean reads() {
      return false;
    }
  },
  GUESSES("clients with wrong passwords for many users, at 200 addresses", 200) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new Guessing(target, false);
    }

    @Override
    int addresses() {
      return 200;
    }
  },
  GUESSES_OF_ONE("clients with wrong passwords for one user, at one address", 200) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new Guessing(target, true);
    }

    @Override
    int addresses() {
      return 1;
    }
  },
  RESETS("clients that open and reset 40 HTTP/2 streams a second", 20) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new Resetting(target);
    }

    @Override
    Kind kind() {
      return Kind.TLS;
    }
  },
  DESCRIPTORS("idle connections to a server with 400 file descriptors", 500) {
    @Override
    ChannelHandler client(Target target, int number) {
      return new ChannelInboundHandlerAdapter();
    }

    @Override
    Kind kind() {
      return Kind.FEW_DESCRIPTORS;
    }
  };

  /** A server that is flooded. */
  enum Kind {
    PLAIN,
    TLS,
    FEW_DESCRIPTORS
  }

  private final String words;
  private final int connections;

  Flood(String words, int connections) {
    this.words = words;
    this.connections = connections;
  }

  /**
   * What a flood uses.
   *
   * @param token of a user who may upload
   * @param queued images without bytes, one for each client that dribbles an upload
   * @param wide an image with a thousand members
   * @param large an image of 64 MiB
   */
  record Target(Login login, String token, List<String> queued, String wide, String large) {
    private byte[] get(String path) {
      return Load.request("GET", path, token, null);
    }

    /** The head of a request whose body is to come. */
    private byte[] begun(String method, String path, String type) {
      return """
      %s %s HTTP/1.1
      Host: bench
      X-Auth-Token: %s
      Content-Type: %s
      Content-Length: 50000

      """
          .formatted(method, path, token, type)
          .replace("\n", "\r\n")
          .getBytes(US_ASCII);
    }
  }

  String words() {
    return "%,d %s".formatted(connections, words);
  }

  int connections() {
    return connections;
  }

  /** Over how many addresses the connections are spread: few enough for the server's limit. */
  int addresses() {
    return 10;
  }

  /** Whether the clients read what they are sent. */
  boolean reads() {
    return true;
  }

  /** The server that it is for. */
  Kind kind() {
    return Kind.PLAIN;
  }

  /** What the connection of a number does. */
  abstract ChannelHandler client(Target target, int number);

  private static void send(Channel channel, byte[] bytes) {
    var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
  }

  /** Sends the beginning, and then a byte a second. */
  private static final class Dribbling extends ChannelInboundHandlerAdapter {
    private final byte[] beginning;

    Dribbling(byte[] beginning) {
      this.beginning = beginning;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      send(context.channel(), beginning);
      var _ =
          context
              .executor()
              .scheduleAtFixedRate(
                  () -> send(context.channel(), new byte[] {'a'}), 1, 1, TimeUnit.SECONDS);
    }
  }

  /** Sends a request. */
  private static final class NotReading extends ChannelInboundHandlerAdapter {
    private final byte[] request;

    NotReading(byte[] request) {
      this.request = request;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      send(context.channel(), request);
    }
  }

  /** Logs in again and again, a fifth of a second after each answer. */
  private static final class Guessing extends SimpleChannelInboundHandler<HttpObject> {
    private static final int PAUSE_MILLIS = 200;

    private final Target target;
    private final boolean ofOneUser;

    Guessing(Target target, boolean ofOneUser) {
      this.target = target;
      this.ofOneUser = ofOneUser;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context.pipeline().addFirst(new HttpResponseDecoder());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      guess(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part instanceof LastHttpContent) {
        var _ =
            context.executor().schedule(() -> guess(context), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void guess(ChannelHandlerContext context) {
      Login known = target.login();
      Login wrong =
          new Login(
              known.identity(),
              ofOneUser ? known.user() : Stage.anyone(),
              "wrong",
              known.domain(),
              known.project());
      String path = known.identity().getPath() + "/auth/tokens";
      send(context.channel(), Load.request("POST", path, null, wrong.body()));
    }
  }

  /** Opens streams of HTTP/2 and resets each at once: the server works, and nobody waits for it. */
  private static final class Resetting extends ChannelInboundHandlerAdapter {
    /** The server ends a connection that resets 200 within 30 seconds. */
    private static final int A_SECOND = 40;

    private final Target target;
    private final Http2FrameWriter frames = new DefaultHttp2FrameWriter();
    private int next = 1;

    Resetting(Target target) {
      this.target = target;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context.pipeline().addFirst(Tls.forHttp2(context.alloc()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        var _ = context.write(Http2CodecUtil.connectionPrefaceBuf());
        var _ = frames.writeSettings(context, new Http2Settings(), context.newPromise());
        var _ =
            context
                .executor()
                .scheduleAtFixedRate(() -> openAndReset(context), 0, 1, TimeUnit.SECONDS);
      }
    }

    private void openAndReset(ChannelHandlerContext context) {
      Http2Headers head =
          new DefaultHttp2Headers()
              .scheme("https")
              .authority("bench")
              .method("GET")
              .path("/v2/images/" + target.wide())
              .add("x-auth-token", target.token());
      for (int i = 0; i < A_SECOND; i++) {
        var _ = frames.writeHeaders(context, next, head, 0, true, context.newPromise());
        var _ =
            frames.writeRstStream(context, next, Http2Error.CANCEL.code(), context.newPromise());
        next += 2;
      }
      context.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object answer) {
      ReferenceCountUtil.release(answer);
    }
  }
}
