package dev.vitrine.server.own;

import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WireProtocol;
import java.util.List;

/**
 * Vitrine's own routes.
 *
 * @param keystone formats their refusals
 */
public record VitrineProtocol(WireProtocol keystone) implements WireProtocol {
  @Override
  public boolean owns(String path) {
    return path.startsWith("/vitrine/") || path.equals(Operation.SHOW_OPENAPI.path());
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return false;
  }

  @Override
  public Reply unknownRoute(Request request) {
    return keystone.unknownRoute(request);
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    return keystone.methodNotAllowed(request, allowed);
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    return keystone.refused(request, refusal);
  }

  @Override
  public Reply failed(Request request) {
    return keystone.failed(request);
  }

  /**
   * What varies by something else than the token, such as a file of the console, says so itself.
   */
  @Override
  public Reply finish(Request request, Reply reply) {
    Reply finished = keystone.finish(request, reply);
    String vary = reply.headers().get("Vary");
    return vary == null ? finished : finished.with("Vary", vary);
  }
}
