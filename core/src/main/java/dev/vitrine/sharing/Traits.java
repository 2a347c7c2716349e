package dev.vitrine.sharing;

/**
 * The properties of an image that the rules of sharing use (contract/ims.md 1.17).
 *
 * @param active it has its bytes and is not deactivated
 * @param encrypted under a key that a member does not have
 * @param machine whether it is of all disks of a server
 */
public record Traits(boolean active, boolean encrypted, Machine machine) {
  /** The traits of most images. */
  public static final Traits USUAL = new Traits(true, false, Machine.NONE);

  /** An image of a whole machine is shared by way of the backup that it was made from. */
  public enum Machine {
    /** It is of a disk. */
    NONE,
    /** It is of a machine, and names its backup. */
    IN_BACKUP,
    /** It is of a machine, and names no backup. */
    WITHOUT_BACKUP
  }

  /** Of all disks of a server. */
  public boolean wholeMachine() {
    return machine != Machine.NONE;
  }
}
