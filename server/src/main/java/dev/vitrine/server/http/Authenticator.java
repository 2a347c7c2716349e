package dev.vitrine.server.http;

/** Determines who sends a request. */
@FunctionalInterface
public interface Authenticator {
  /**
   * Runs on an event loop, so it must not block: what has to wait is a {@link Credentials.Claimed}.
   *
   * @throws dev.vitrine.refusal.Refused if the request names no caller, or one that cannot be right
   */
  Credentials authenticate(Request request);
}
