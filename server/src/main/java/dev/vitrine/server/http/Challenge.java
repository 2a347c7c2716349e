package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;

/**
 * The {@code WWW-Authenticate} header of a 401, like that of keystonemiddleware.
 *
 * @param identityUrl Keystone's root, ending in {@code /v3}
 */
public record Challenge(String identityUrl) {
  /** The reply to a refusal, with {@code WWW-Authenticate} if the caller is not authenticated. */
  public Reply on(Refusal refusal, Reply reply) {
    return refusal instanceof Refusal.Unauthenticated || refusal instanceof Refusal.PasswordExpired
        ? reply.with("WWW-Authenticate", "Keystone uri=\"" + identityUrl + "\"")
        : reply;
  }
}
