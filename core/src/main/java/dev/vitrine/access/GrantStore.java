package dev.vitrine.access;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import org.jspecify.annotations.Nullable;

/** Where grants are kept. Each method is one round trip and one snapshot. */
public interface GrantStore {
  /** The caller's standing; null if its token no longer stands. */
  @Nullable Standing standing(Caller caller);

  /** All that is granted to the caller in its scope, with the version it belongs to. */
  Authorization authorization(Caller caller);
}
