package dev.vitrine.sharing;

/**
 * Setting {@code native}: whose rules hold on {@code /v2/images} where Glance and IMS want opposite
 * things of one URL (ruling 28). What does not conflict is served in both.
 */
public enum NativeApi {
  /** An image is made shared, with no format; members can be added to shared images only. */
  GLANCE,
  /**
   * An image is made private, {@code zvhd2} and {@code bare}; adding a member to a private image
   * shares it; visibility is what IMS derives from members.
   */
  IMS
}
