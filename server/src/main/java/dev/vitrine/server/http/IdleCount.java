package dev.vitrine.server.http;

import dev.vitrine.refusal.Limit;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Counts the connections that Vert.x closes because nothing was sent on them for a while. */
@Sharable
final class IdleCount extends ChannelInboundHandlerAdapter {
  private final LimitListener listener;

  IdleCount(LimitListener listener) {
    this.listener = listener;
  }

  /** Adds it to a connection. Called on the event loop. */
  void install(HttpConnection connection) {
    var pipeline = ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    ChannelHandlerContext idle = pipeline.context(IdleStateHandler.class);
    if (idle != null) {
      pipeline.addAfter(idle.name(), null, this);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      listener.limited(Limit.IDLE);
    }
    context.fireUserEventTriggered(event);
  }
}
