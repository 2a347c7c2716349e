package dev.vitrine.sharing;

/**
 * Setting {@code native}: whose rules {@code /v2/images} follows where Glance and IMS conflict
 * (ruling 28). Everything else is the same with both values.
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
