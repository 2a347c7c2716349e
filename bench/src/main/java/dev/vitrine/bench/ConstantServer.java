package dev.vitrine.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * Answers each request on the event loop with as many bytes as its path says, {@code /1234}: the
 * limit of the HTTP stack. Runs as a process of its own.
 */
final class ConstantServer {
  private final Vertx vertx = Vertx.vertx();
  private final int port;
  private volatile byte[] constant = {};

  private ConstantServer(int port) {
    this.port = port;
  }

  /** Takes the port as its argument; prints a line when it listens. */
  public static void main(String[] arguments) throws Exception {
    ConstantServer server = new ConstantServer(Integer.parseInt(arguments[0]));
    server
        .vertx
        .deployVerticle(
            server::verticle,
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    System.out.println("listening");
  }

  private VerticleBase verticle() {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        return vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .putHeader("Content-Type", "application/json; charset=UTF-8")
                        .putHeader("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .putHeader(
                            "X-Openstack-Request-Id", "req-00000000-0000-0000-0000-000000000000")
                        .end(Buffer.buffer(constant(request.uri()))))
            .listen(port, "127.0.0.1");
      }
    };
  }

  private byte[] constant(String path) {
    int size = Integer.parseInt(path.substring(1));
    if (constant.length != size) {
      constant = new byte[size];
    }
    return constant;
  }
}
