package dev.vitrine.login;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;

/**
 * Reads a token and returns its caller. The authentication of requests uses nothing else of tokens.
 * {@link Tokens} implements it for tokens that Vitrine issues.
 *
 * <p>An authentic token may have been revoked: see {@link Standing}.
 */
public interface TokenVerifier {
  /**
   * The caller that the token names. Runs on an event loop: it must not block.
   *
   * @throws Refused {@link Refusal.Unauthenticated} if it is not authentic or has expired; {@link
   *     Refusal.Unavailable} if this cannot be known for the moment
   */
  Caller verify(String token);

  /**
   * As {@link #verify}, but accepts a token that has expired within {@link Tokens#EXPIRED_WINDOW}.
   */
  Caller verifyAllowingExpired(String token);
}
