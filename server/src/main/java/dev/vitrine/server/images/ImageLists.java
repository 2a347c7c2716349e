package dev.vitrine.server.images;

import dev.vitrine.image.ImageQuery.Attribute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What the lists of images have in common in both protocols. */
public final class ImageLists {
  /** Largest number of images on a page. */
  public static final int MAX_LIMIT = 1000;

  /** Largest number of filters in a query. */
  public static final int MAX_FILTERS = 64;

  /** A type without images here: there is no market. */
  public static final String MARKET = "market";

  private static final SequencedMap<String, Attribute> SORT_KEYS = sortKeys();

  private ImageLists() {}

  /** Null if lists cannot be sorted by it. */
  public static @Nullable Attribute sortKey(String name) {
    return SORT_KEYS.get(name);
  }

  /** For messages: the names of all sort keys. */
  public static String sortKeyNames() {
    return String.join(", ", SORT_KEYS.keySet());
  }

  private static SequencedMap<String, Attribute> sortKeys() {
    SequencedMap<String, Attribute> keys = new LinkedHashMap<>();
    for (Attribute attribute :
        List.of(
            Attribute.NAME,
            Attribute.STATUS,
            Attribute.CONTAINER_FORMAT,
            Attribute.DISK_FORMAT,
            Attribute.SIZE,
            Attribute.ID,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT)) {
      keys.put(attribute.name().toLowerCase(Locale.ROOT), attribute);
    }
    return keys;
  }
}
