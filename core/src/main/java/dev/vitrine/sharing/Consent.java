package dev.vitrine.sharing;

/** Setting {@code sharing.consent}: what a member may do before it has accepted (ruling 13). */
public enum Consent {
  /** As Glance: an image shared with a project can be read by it in every status. */
  GLANCE,
  /** The bytes are withheld until the member has accepted. */
  STRICT
}
