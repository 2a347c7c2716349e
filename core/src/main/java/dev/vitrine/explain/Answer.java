package dev.vitrine.explain;

import dev.vitrine.access.Explanation;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.View;
import org.jspecify.annotations.Nullable;

/**
 * The result of the policies and of the rules of sharing (ruling 10).
 *
 * @param policy null if the subject cannot act there at all: it, the project or the domain is
 *     disabled or gone, or the asker asks about itself where it has no role
 * @param sharing null for operations on no image
 */
public record Answer(Question question, @Nullable Explanation policy, @Nullable Sharing sharing) {

  /** Whether the operation would be carried out, as far as policies and sharing go. */
  public boolean allowed() {
    return policy != null
        && policy.decision().allowed()
        && (sharing == null || (sharing instanceof OfImage image && image.refusal() == null));
  }

  /** The result of the rules of sharing for the image. */
  public sealed interface Sharing {}

  /** There is no such image, or the asker must not learn that it exists. */
  public record NoImage() implements Sharing {}

  /**
   * The image as the subject sees it.
   *
   * @param refusal the rule that forbids it, null if none does
   */
  public record OfImage(View view, ImageStatus status, @Nullable Refusal refusal)
      implements Sharing {}
}
