package dev.vitrine.image;

import java.util.Locale;

/**
 * The state of an image in its life cycle. A deleted image has no row, so there is no {@code
 * deleted}.
 */
public enum ImageStatus {
  /** Registered, no bytes yet. */
  QUEUED,
  /** Bytes are staged for an import. */
  UPLOADING,
  /** Has its bytes. */
  ACTIVE,
  /** Has its bytes, but only a cloud administrator may read them. */
  DEACTIVATED;

  /** As written on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
