package dev.vitrine.login;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;

/**
 * Requests that a service sends for a user, with a token of each: work that a user has asked for
 * may take longer than its token lives. All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class ServiceTokens {
  private final TokenVerifier tokens;
  private final Access access;

  public ServiceTokens(TokenVerifier tokens, Access access) {
    this.tokens = tokens;
    this.access = access;
  }

  /**
   * The user: its token may have expired of late if the other is a service's. The request is the
   * user's alone; the service adds nothing to what it may do.
   *
   * @param service a token that must stand, whosever it is
   */
  public Caller caller(String token, String service) {
    return access.authorization(tokens.verify(service)).mayValidateTokens()
        ? tokens.verifyAllowingExpired(token)
        : tokens.verify(token);
  }
}
