package dev.vitrine.image;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.ImageStore.Counted;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.work.OneAtATime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many images a project may own, and how many bytes these may have (ADR 41). An image counts
 * for its owner only, from its creation to its deletion, whoever creates it; its bytes count from
 * the end of their upload, also while they are staged. A quota that is lowered removes nothing.
 *
 * <p>A project never passes its quotas, however many requests race on however many nodes: whatever
 * adds to what a project owns first takes a lock of the project, and counts under it.
 */
public final class Quotas {
  /**
   * The quotas of each project.
   *
   * @param images how many images a project may own; empty: any number
   * @param bytes how many bytes these images may have together; empty: any number
   */
  public record Limits(OptionalLong images, OptionalLong bytes) {
    public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty());
  }

  private final ImageStore store;
  private final Access access;
  private final Limits limits;

  /** So that a project that waits for its own lock does not use up the connections of a node. */
  private final OneAtATime<ProjectId> turns = new OneAtATime<>();

  /** Bytes of uploads in progress on this node, of projects that have some. */
  private final Map<ProjectId, Long> arriving = new ConcurrentHashMap<>();

  public Quotas(ImageStore store, Access access, Limits limits) {
    this.store = store;
    this.access = access;
    this.limits = limits;
  }

  /**
   * How much a project uses of its quotas.
   *
   * @param images null if they are not limited
   * @param bytes null if they are not limited
   */
  public record Usage(@Nullable Used images, @Nullable Used bytes) {}

  /**
   * A quota, and how much of it is used: perhaps more than the maximum, after the quota was
   * lowered.
   */
  public record Used(long used, long maximum) {}

  /**
   * What the caller's project uses of its quotas.
   *
   * @throws dev.vitrine.refusal.Refused if the caller may not know
   */
  public Usage usage(Caller caller) {
    Counted own = store.count(caller);
    access.require(caller, own.standing(), Operation.SHOW_USAGE);
    ProjectId project = Objects.requireNonNull(caller.project());
    return new Usage(
        limits.images().isEmpty() ? null : new Used(own.images(), limits.images().getAsLong()),
        limits.bytes().isEmpty()
            ? null
            : new Used(store.bytesOf(project), limits.bytes().getAsLong()));
  }

  /**
   * Adds an image to the store as {@link ImageStore#insert}, if its owner may own one more.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.ImageQuota}
   */
  @Nullable Image insert(Caller caller, Image image, Cause cause) {
    ProjectId owner = image.owner();
    return owner == null || limits.images().isEmpty()
        ? store.insert(caller, image, cause, null)
        : turns.<@Nullable Image>inTurn(
            owner,
            () -> store.insert(caller, image, cause, images -> requireImages(owner, images)));
  }

  /**
   * Requires that the quotas of an image's new owner have room for it. Call it in the transaction
   * of {@link ImageStore#update}.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.ImageQuota}, {@link Refusal.StorageQuota}
   */
  void requireRoomForMoved(Image image) {
    ProjectId owner = image.owner();
    if (owner != null && limits.images().isPresent()) {
      requireImages(owner, store.lockImages(owner) + 1);
    }
    if (owner != null && limits.bytes().isPresent() && image.data() != null) {
      long size = image.data().size();
      requireBytes(store.lockBytes(owner) + size, size);
    }
  }

  /**
   * @param images of the owner, with the new one
   */
  private void requireImages(ProjectId owner, long images) {
    long maximum = limits.images().getAsLong();
    if (images > maximum) {
      throw new Refusal.ImageQuota(owner.value(), images - 1, maximum).asException();
    }
  }

  /**
   * @param bytes of the owner, with the new ones
   * @param size of the new ones
   */
  private void requireBytes(long bytes, long size) {
    requireWithin(size, remaining(bytes - size));
  }

  private long remaining(long used) {
    return Math.max(0, limits.bytes().getAsLong() - used);
  }

  private static void requireWithin(long size, long remaining) {
    if (size > remaining) {
      throw new Refusal.StorageQuota(size, remaining).asException();
    }
  }

  /**
   * The content, which is refused as soon as it is known to be more than what the owner may add: at
   * once by its announced length, otherwise while it arrives. All that is arriving for the owner on
   * this node counts, so that uploads at the same time do not fill the disk.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.StorageQuota}, also when it is read
   */
  Arriving within(Image image, Content content) {
    ProjectId owner = image.owner();
    if (owner == null || limits.bytes().isEmpty()) {
      return new Arriving(content, null, 0);
    }
    long remaining = remaining(store.bytesOf(owner));
    content.announced().ifPresent(size -> requireWithin(size, remaining));
    return new Arriving(content, owner, remaining);
  }

  /** Bytes that count for their owner while they arrive, until they are closed. */
  final class Arriving implements Content, AutoCloseable {
    private final Content content;
    private final @Nullable ProjectId owner;
    private final long remaining;
    private long arrived;

    /**
     * @param owner null: nothing is limited
     */
    private Arriving(Content content, @Nullable ProjectId owner, long remaining) {
      this.content = content;
      this.owner = owner;
      this.remaining = remaining;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
      ByteBuffer part = content.next();
      if (part != null && owner != null) {
        long size = part.remaining();
        arrived += size;
        if (arriving.merge(owner, size, Long::sum) > remaining) {
          throw new Refusal.StorageQuota(null, remaining).asException();
        }
      }
      return part;
    }

    @Override
    public void close() {
      if (owner != null) {
        arriving.computeIfPresent(owner, (id, all) -> all == arrived ? null : all - arrived);
      }
    }
  }

  /**
   * Gives an image its bytes as {@link ImageStore#store}, if its owner may have so many more.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.StorageQuota}
   */
  boolean store(
      Caller caller, Image image, Image.StoredData data, ImageStatus status, Cause cause) {
    ProjectId owner = image.owner();
    if (owner == null || limits.bytes().isEmpty()) {
      return store.store(caller, image, data, status, cause, null);
    }
    Supplier<Boolean> storing =
        () ->
            store.store(
                caller, image, data, status, cause, bytes -> requireBytes(bytes, data.size()));
    return turns.inTurn(owner, storing);
  }
}
