package dev.vitrine.server.images;

import dev.vitrine.image.ImageQuery.Attribute;
import dev.vitrine.image.ImageQuery.Comparison;
import dev.vitrine.image.ImageQuery.Filter;
import dev.vitrine.refusal.Refusal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Filters by time in the queries of both lists of images. */
public final class TimeFilter {
  private TimeFilter() {}

  /** Reads {@code gte:2026-11-24T06:41:00Z}; without an operator, {@code eq}. */
  public static Filter read(String name, Attribute attribute, String value) {
    Instant bare = IsoTime.read(value);
    if (bare != null) {
      return new Filter.TimeIs(attribute, Comparison.EQ, bare);
    }
    String[] parts = value.split(":", 2);
    Comparison comparison = comparison(parts[0]);
    if (comparison == null && parts.length > 1) {
      throw new Refusal.Invalid("Unable to filter on a unknown operator.").asException();
    }
    Instant time = parts.length > 1 ? IsoTime.read(parts[1]) : null;
    if (comparison == null || time == null) {
      throw new Refusal.Invalid(
              "Bad \"%s\" query filter format. Use ISO 8601 DateTime notation.".formatted(name))
          .asException();
    }
    return new Filter.TimeIs(attribute, comparison, time);
  }

  private static @Nullable Comparison comparison(String word) {
    for (Comparison comparison : Comparison.values()) {
      if (comparison.name().toLowerCase(Locale.ROOT).equals(word)) {
        return comparison;
      }
    }
    return null;
  }
}
