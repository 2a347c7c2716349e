package dev.vitrine.catalog;

import org.jspecify.annotations.Nullable;

/** A region; {@code id} is its name, as its operator chose it. */
public record Region(String id, String description, @Nullable String parent) {
  /** In characters. */
  public static final int MAX_ID = 255;
}
