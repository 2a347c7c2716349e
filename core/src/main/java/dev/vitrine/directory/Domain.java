package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;

/**
 * A domain. Huawei Cloud calls it an account (ruling 1).
 *
 * @param immutable it can be neither changed nor deleted until it is made mutable again
 */
public record Domain(
    DomainId id,
    String name,
    String description,
    boolean enabled,
    boolean immutable,
    Extras extras) {
  /** The domain of the cloud administrators. */
  public static final DomainId DEFAULT = new DomainId("default");

  public Domain(DomainId id, String name, String description, boolean enabled) {
    this(id, name, description, enabled, false, Extras.NONE);
  }

  /** The same, immutable or not. */
  Domain immutable(boolean is) {
    return new Domain(id, name, description, enabled, is, extras);
  }
}
