package dev.vitrine.server.http;

/** Determines who sends a request. */
@FunctionalInterface
public interface Authenticator {
  /**
   * Runs on an event loop, so it must not block: a check that has to wait returns {@link
   * Credentials.Claimed}.
   *
   * @throws dev.vitrine.refusal.Refused if the request names no caller, or its credentials cannot
   *     be valid
   */
  Credentials authenticate(Request request);
}
