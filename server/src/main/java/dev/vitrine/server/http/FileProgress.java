package dev.vitrine.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/** Counts the bytes of a file that have gone out; Vert.x counts all of them before the first. */
final class FileProgress extends ChannelOutboundHandlerAdapter {
  private @Nullable ChannelHandlerContext place;
  private long bytes;

  private FileProgress() {}

  /** Counts from now on, until it is {@linkplain #stop stopped}. Called on the event loop. */
  static FileProgress on(HttpConnection connection) {
    FileProgress progress = new FileProgress();
    ((HttpServerConnection) connection).channelHandlerContext().pipeline().addFirst(progress);
    return progress;
  }

  void stop() {
    if (place != null && !place.isRemoved()) {
      place.pipeline().remove(this);
    }
  }

  long bytes() {
    return bytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    place = context;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof FileRegion region) {
      // Also of one that failed in the middle.
      promise.addListener(done -> bytes += region.transferred());
    }
    var _ = context.write(message, promise);
  }
}
