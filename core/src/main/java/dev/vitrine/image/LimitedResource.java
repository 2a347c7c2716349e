package dev.vitrine.image;

import org.jspecify.annotations.Nullable;

/** What a project may own, under the names that Glance's limits have in Keystone. */
public enum LimitedResource {
  /** Images, in every status. */
  IMAGES("image_count_total", "quota.images", 1),

  /** Their data, stored or staged, in MiB. */
  BYTES("image_size_total", "quota.bytes", 1 << 20);

  private final String word;
  private final String setting;
  private final int unit;

  LimitedResource(String word, String setting, int unit) {
    this.word = word;
    this.setting = setting;
    this.unit = unit;
  }

  /** Its name in Glance and Keystone. */
  public String word() {
    return word;
  }

  /** The setting that limits it in all projects that have no limit of their own. */
  public String setting() {
    return setting;
  }

  /** How many images or bytes a limit of 1 is. */
  public int unit() {
    return unit;
  }

  /** The resource of this name; null if there is none. */
  public static @Nullable LimitedResource of(String word) {
    for (LimitedResource resource : values()) {
      if (resource.word.equals(word)) {
        return resource;
      }
    }
    return null;
  }
}
