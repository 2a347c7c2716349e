package dev.vitrine.sharing;

/**
 * Setting {@code native}: whose rules {@code /v2/images} follows where Glance and IMS conflict
 * (ruling 28). Everything else is the same with both values.
 */
public enum NativeApi {
  /** A new image is shared and has no format; members can be added to shared images only. */
  GLANCE,
  /**
   * A new image is private, in the formats {@code zvhd2} and {@code bare}; adding a member to a
   * private image makes it shared; the visibility is derived from whether the image has members, as
   * in IMS.
   */
  IMS
}
