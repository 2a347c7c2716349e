package dev.vitrine.access;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import org.jspecify.annotations.Nullable;

/** Where grants are kept. Each method is one round trip and one snapshot. */
public interface AuthorizationStore {
  /** The caller's standing; null if there is no such user or scope (any more). */
  @Nullable Standing standing(Caller caller);

  /**
   * All that is granted to the caller in its scope, with the authorization version. Null if its
   * token is not valid: the token is revoked; or its user, project or domain is missing or
   * disabled; or all tokens of one of these were ended after this token was issued.
   */
  @Nullable Authorization authorization(Caller caller);
}
