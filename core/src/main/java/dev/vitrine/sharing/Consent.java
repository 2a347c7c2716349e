package dev.vitrine.sharing;

/** Setting {@code sharing.consent}: what a member may do before it has accepted (ruling 13). */
public enum Consent {
  /** As in Glance: a member can read the image whatever the status of its membership. */
  GLANCE,
  /** The bytes are withheld until the member has accepted. */
  STRICT
}
