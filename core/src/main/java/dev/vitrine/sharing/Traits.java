package dev.vitrine.sharing;

/**
 * What of an image itself matters to sharing it (contract/ims.md 1.17).
 *
 * @param active its bytes are there and not withheld
 * @param encrypted under a key that a member does not have
 * @param wholeMachine of all disks of a server, kept in a vault
 */
public record Traits(boolean active, boolean encrypted, boolean wholeMachine) {
  /** Of most images. */
  public static final Traits USUAL = new Traits(true, false, false);
}
