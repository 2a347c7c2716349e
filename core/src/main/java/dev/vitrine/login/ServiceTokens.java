package dev.vitrine.login;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;

/**
 * Authenticates requests that a service sends on behalf of a user. They carry two tokens, the
 * user's and the service's, because the work may outlast the user's token. All methods throw {@link
 * dev.vitrine.refusal.Refused}.
 */
public final class ServiceTokens {
  private final TokenVerifier tokens;
  private final Access access;

  public ServiceTokens(TokenVerifier tokens, Access access) {
    this.tokens = tokens;
    this.access = access;
  }

  /**
   * Returns the user as caller. If {@code service} belongs to a service, or to a cloud
   * administrator, the user's token may have expired within {@link Tokens#EXPIRED_WINDOW}. The
   * request has the user's rights alone; the service adds none.
   *
   * @param service a token that must be valid, of any user
   */
  public Caller caller(String token, String service) {
    return access.authorization(tokens.verify(service)).mayValidateTokens()
        ? tokens.verifyAllowingExpired(token)
        : tokens.verify(token);
  }
}
