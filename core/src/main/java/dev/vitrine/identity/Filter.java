package dev.vitrine.identity;

import org.jspecify.annotations.Nullable;

/** Narrows a list; null lets everything through. */
public record Filter(@Nullable DomainId domain, @Nullable String name, @Nullable Boolean enabled) {

  /** The same, in one domain. */
  public Filter in(@Nullable DomainId only) {
    return new Filter(only, name, enabled);
  }
}
