package dev.vitrine.job;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.SharedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Jobs and images in memory. It accepts jobs and rehearses them; it carries out none. */
@NullMarked
final class MemoryJobs implements JobStore {
  final Map<ImageId, SharedImage> images = new HashMap<>();
  final Set<MemberId> unknown = new HashSet<>();
  final Map<String, Keyed> keys = new HashMap<>();
  final List<Accepted> accepted = new ArrayList<>();
  final List<Accepted> rehearsed = new ArrayList<>();
  @Nullable Standing standing = new Standing(1);
  boolean carriesOut = true;

  /** What happens between the look at the images and the transaction that accepts the job. */
  Runnable meanwhile = () -> {};

  @Override
  public Found find(Caller caller, List<ImageId> asked) {
    Map<ImageId, SharedImage> found = new HashMap<>(images);
    found.keySet().retainAll(asked);
    return new Found(standing, found);
  }

  @Override
  public @Nullable MemberId firstUnknown(List<MemberId> members) {
    return members.stream().filter(unknown::contains).findFirst().orElse(null);
  }

  @Override
  public @Nullable Keyed findByKey(ProjectId project, Batch.Kind kind, String key) {
    return keys.get(key);
  }

  @Override
  public boolean carriesOut() {
    return carriesOut;
  }

  @Override
  public boolean submit(Caller caller, Accepted job, Consumer<Found> check) {
    meanwhile.run();
    check.accept(find(caller, job.images()));
    if (job.key() != null
        && keys.putIfAbsent(job.key(), new Keyed(job.id(), job.requestHash())) != null) {
      return false;
    }
    accepted.add(job);
    return true;
  }

  @Override
  public List<Pair> rehearse(Accepted job, Judge judge, Rules rules) {
    rehearsed.add(job);
    return List.of();
  }

  @Override
  public @Nullable Job find(ProjectId project, JobId job) {
    return null;
  }

  @Override
  public @Nullable Done work(@Nullable ProjectId after, Judge judge, Rules rules) {
    return null;
  }

  @Override
  public void endDone() {}

  @Override
  public List<Job> list(
      ProjectId project, @Nullable Boolean ended, @Nullable Job after, int limit) {
    return List.of();
  }

  @Override
  public List<Pair> pairs(JobId job) {
    return List.of();
  }

  @Override
  public void sweep(Duration kept) {}
}
