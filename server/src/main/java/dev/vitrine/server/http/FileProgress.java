package dev.vitrine.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of a file that were sent. Vert.x counts the whole file before it sends the first
 * byte.
 */
final class FileProgress extends ChannelOutboundHandlerAdapter {
  private @Nullable ChannelHandlerContext place;
  private @Nullable FileRegion current;
  private long bytes;

  private FileProgress() {}

  /** Starts to count, until {@link #stop}. Called on the event loop. */
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
    return current == null ? bytes : bytes + current.transferred();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    place = context;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof FileRegion region) {
      current = region;
      // Counts also a transfer that failed midway.
      promise.addListener(
          done -> {
            bytes += region.transferred();
            current = null;
          });
    }
    var _ = context.write(message, promise);
  }
}
