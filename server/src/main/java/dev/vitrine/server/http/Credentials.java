package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.refusal.Refused;
import java.io.IOException;

/** The sender of a request, as far as an event loop can determine it without waiting. */
public sealed interface Credentials {
  /** Credentials that prove their caller by themselves. */
  record Proven(Caller caller) implements Credentials {}

  /**
   * Credentials that need the database or the body for their proof.
   *
   * @param name the name that the sender claims
   */
  record Claimed(String name, Proof proof) implements Credentials {}

  /** Proves a claim. */
  @FunctionalInterface
  interface Proof {
    /**
     * Runs on a virtual thread, before the handler: when the body is complete, or, on a streaming
     * route, when it begins to arrive.
     *
     * @throws Refused if the claim is false
     */
    Caller of(Request request) throws IOException;
  }
}
