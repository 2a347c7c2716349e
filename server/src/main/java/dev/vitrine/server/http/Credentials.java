package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.refusal.Refused;
import java.io.IOException;

/** Who sends a request, as far as an event loop can tell, which must not wait. */
public sealed interface Credentials {
  /** They prove their caller by themselves. */
  record Proven(Caller caller) implements Credentials {}

  /**
   * They prove it only together with the database and the body.
   *
   * @param name what the sender calls itself
   */
  record Claimed(String name, Proof proof) implements Credentials {}

  /** Proves a claim. */
  @FunctionalInterface
  interface Proof {
    /**
     * Runs on a virtual thread, when the whole body is there, or begins to arrive on a streaming
     * route, and before anything else is done with the request.
     *
     * @throws Refused if the claim is false
     */
    Caller of(Request request) throws IOException;
  }
}
