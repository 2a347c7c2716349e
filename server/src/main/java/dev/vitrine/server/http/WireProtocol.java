package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;
import java.util.List;

/** A protocol: formats the answers that all protocols have in common. */
public interface WireProtocol {
  /**
   * Whether this path belongs to this protocol. Protocols are asked in order; the last takes the
   * rest.
   */
  boolean owns(String path);

  /**
   * Whether authentication comes before the lookup of the route, so that a client without a token
   * cannot discover routes.
   */
  boolean authenticatesFirst(Request request);

  /** The answer to an unknown route. */
  Reply unknownRoute(Request request);

  /** The answer to a method that the route does not have; {@code allowed} in declaration order. */
  Reply methodNotAllowed(Request request, List<String> allowed);

  /** The answer to a refusal. */
  Reply refused(Request request, Refusal refusal);

  /** The answer to an internal failure; it must not reveal the cause. */
  Reply failed(Request request);

  /** Adds the headers of every answer of this protocol. */
  Reply finish(Request request, Reply reply);
}
