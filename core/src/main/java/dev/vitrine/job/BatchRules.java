package dev.vitrine.job;

import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.job.JobStore.Task;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.SharingStore.SharedImage;
import dev.vitrine.sharing.View;
import dev.vitrine.sharing.Visibility;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a batch. They are checked for the whole batch when it is submitted, and again for
 * each image when a worker carries it out (ruling 15). Only sharing and accepting are restricted: a
 * share can be taken back and an offer rejected whatever the image's status and format.
 */
record BatchRules(Sharing.Rules rules) implements JobStore.Judge {

  /** Throws {@link dev.vitrine.refusal.Refused} for the first rule that the batch breaks. */
  void check(ProjectId project, Batch batch, Map<ImageId, SharedImage> images) {
    boolean isCallers = batch.members().contains(MemberId.of(project));
    if (batch.kind() == Batch.Kind.ADD && isCallers) {
      throw new Refusal.SharedWithItself(project.value()).asException();
    }
    if (batch.kind() == Batch.Kind.UPDATE && !isCallers) {
      throw new Refusal.ForeignProject(batch.members().getFirst().value()).asException();
    }
    for (String text : batch.images()) {
      SharedImage image = images.get(ImageId.named(text));
      View view = image == null ? null : image.asSeenBy(project, false);
      if (view == null || !view.isVisible()) {
        throw new Refusal.ImageNotFound(text).asException();
      }
      Refusal.raise(judge(view, batch.kind(), batch.status(), batch.vault()));
    }
  }

  @Override
  public @Nullable Outcome apply(Task task) {
    View view = task.image() == null ? null : task.image().asSeenBy(task.project(), false);
    if (view == null || !view.isVisible()) {
      // The image was visible when the batch was accepted. If it is invisible now but still shared,
      // the membership was removed, and the store decides the outcome of each pair.
      boolean isTakenBack = view != null && view.visibility() == Visibility.SHARED;
      return task.kind() == Batch.Kind.UPDATE && isTakenBack ? null : Outcome.SUPERSEDED;
    }
    if (task.kind() == Batch.Kind.ADD && task.madePrivate()) {
      return Outcome.SUPERSEDED;
    }
    Refusal.OfSharing refusal = judge(view, task.kind(), task.status(), task.vault());
    return refusal == null ? null : Outcome.of(refusal);
  }

  private Refusal.@Nullable OfSharing judge(
      View view, Batch.Kind kind, @Nullable MemberStatus status, @Nullable String vault) {
    Refusal.OfSharing refusal = view.judge(kind.operation(), null, rules);
    return refusal == null && status != null
        ? view.answeringInBatch(status, vault, rules)
        : refusal;
  }
}
