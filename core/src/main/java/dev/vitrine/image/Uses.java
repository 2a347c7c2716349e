package dev.vitrine.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Records when a project last read the bytes of an image: once an hour, for each image, project and
 * node.
 */
final class Uses {
  private static final Logger LOG = System.getLogger(Uses.class.getName());

  private static final Duration PRECISION = Duration.ofHours(1);
  private static final int REMEMBERED = 100_000;

  private record Use(ProjectId project, ImageId image) {}

  private final ImageStore store;
  private final Cache<Use, Boolean> recorded =
      Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(PRECISION).build();

  Uses(ImageStore store) {
    this.store = store;
  }

  /**
   * Records it. A failure is logged and not thrown: the bytes can still be read, and the next
   * reading tries again.
   *
   * @param project null: nothing is recorded
   */
  void record(@Nullable ProjectId project, ImageId image) {
    if (project == null) {
      return;
    }
    Use use = new Use(project, image);
    if (recorded.asMap().putIfAbsent(use, true) == null) {
      try {
        store.used(image, project);
      } catch (RuntimeException e) {
        recorded.invalidate(use);
        LOG.log(
            Level.WARNING, "It could not be recorded that image %s was used".formatted(image), e);
      }
    }
  }
}
