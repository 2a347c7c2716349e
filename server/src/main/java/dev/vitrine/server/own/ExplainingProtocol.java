package dev.vitrine.server.own;

import dev.vitrine.explain.Explanations;
import dev.vitrine.identity.Caller;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WireProtocol;
import java.util.List;

/** Adds to each 403 of a protocol the id of its explanation (ruling 10). */
public record ExplainingProtocol(WireProtocol protocol, Explanations explanations)
    implements WireProtocol {
  /** The header with the id, for {@code GET /vitrine/v1/explanations/{id}}. */
  public static final String HEADER = "X-Vitrine-Explanation";

  @Override
  public Reply finish(Request request, Reply reply) {
    Reply finished = protocol.finish(request, reply);
    Operation operation = request.operation();
    return reply.status() != 403 || operation == null || reply.headers().containsKey(HEADER)
        ? finished
        : withId(finished, request, operation);
  }

  private Reply withId(Reply reply, Request request, Operation operation) {
    Caller caller = request.callerIfKnown();
    // The id encodes only user and scope; refusals of an application credential depend on more.
    if (caller == null || caller.application() != null) {
      return reply;
    }
    return reply.with(
        HEADER,
        explanations.idOf(
            caller,
            operation,
            request.parameterIfAny("image_id"),
            request.parameterIfAny("member_id")));
  }

  @Override
  public boolean owns(String path) {
    return protocol.owns(path);
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return protocol.authenticatesFirst(request);
  }

  @Override
  public Reply unknownRoute(Request request) {
    return protocol.unknownRoute(request);
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    return protocol.methodNotAllowed(request, allowed);
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    Reply reply = protocol.refused(request, refusal);
    // The refusal's operation, because a body may select another one than the route's.
    return refusal instanceof Refusal.NotPermitted denied && reply.status() == 403
        ? withId(reply, request, denied.operation())
        : reply;
  }

  @Override
  public Reply failed(Request request) {
    return protocol.failed(request);
  }
}
