package dev.vitrine.server.glance;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times of images and members: UTC, whole seconds, {@code YYYY-MM-DDTHH:MM:SSZ}. */
final class GlanceTime {
  private GlanceTime() {}

  static String format(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
