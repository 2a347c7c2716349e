package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;
import java.util.List;

/** A protocol on the wire: says in its own format what all protocols have to say. */
public interface WireProtocol {
  /**
   * Whether requests of this path are this protocol's. Asked in order; the last one takes the rest.
   */
  boolean owns(String path);

  /**
   * Whether a token is asked for even where nothing is served, so that nobody can map the routes.
   */
  boolean authenticatesFirst(Request request);

  /** No such route. */
  Reply unknownRoute(Request request);

  /** The route is there, the method is not; {@code allowed} in the order they were declared. */
  Reply methodNotAllowed(Request request, List<String> allowed);

  /** A rule refused. */
  Reply refused(Request request, Refusal refusal);

  /** We failed: nothing of the cause may show. */
  Reply failed(Request request);

  /** Headers that go with every answer of this protocol. */
  Reply finish(Request request, Reply reply);
}
