package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;

/**
 * What a 401 says of where tokens come from, as keystonemiddleware's.
 *
 * @param identityUrl Keystone's root, ending in {@code /v3}
 */
public record Challenge(String identityUrl) {
  /** The reply to a refusal, with {@code WWW-Authenticate} if the caller is not authenticated. */
  public Reply on(Refusal refusal, Reply reply) {
    return refusal instanceof Refusal.Unauthenticated
        ? reply.with("WWW-Authenticate", "Keystone uri=\"" + identityUrl + "\"")
        : reply;
  }
}
