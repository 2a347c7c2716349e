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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many images a project may own, and how many bytes these may have (ADR 41). An image counts
 * for its owner only, from its creation to its deletion, whoever creates it; its bytes count from
 * the end of their upload, also while they are staged. A quota that is lowered removes nothing.
 *
 * <p>A project has the quotas of the settings, unless it has a limit of its own (ADR 51). Limits
 * are in the database, read by each request that needs one: a change holds for requests that begin
 * after its answer, on all nodes.
 *
 * <p>A project never passes its quotas, however many requests race on however many nodes: whatever
 * adds to what a project owns first takes a lock of the project, and counts under it.
 */
public final class Quotas {
  private final ImageStore store;
  private final Access access;
  private final ProjectQuotas settings;

  /** So that a project that waits for its own lock does not use up the connections of a node. */
  private final OneAtATime<ProjectId> turns = new OneAtATime<>();

  /**
   * Projects that last had a quota of images although the settings have none, or none although they
   * have one. It only tells who takes turns: whether there is a quota is read each time.
   */
  private final Set<ProjectId> exceptions = ConcurrentHashMap.newKeySet();

  /** Bytes of uploads in progress on this node, of projects that have some. */
  private final Map<ProjectId, Long> arriving = new ConcurrentHashMap<>();

  public Quotas(ImageStore store, Access access, ProjectQuotas settings) {
    this.store = store;
    this.access = access;
    this.settings = settings;
  }

  /** The quotas of one project. */
  ProjectQuotas of(ProjectId project) {
    return store.limits(project, settings);
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
    ProjectQuotas quotas = of(project);
    return new Usage(
        quotas.images().isEmpty() ? null : new Used(own.images(), quotas.images().getAsLong()),
        quotas.bytes().isEmpty()
            ? null
            : new Used(store.bytesOf(project), quotas.bytes().getAsLong()));
  }

  /**
   * Adds an image to the store as {@link ImageStore#insert}, if its owner may own one more.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.ImageQuota}
   */
  @Nullable Image insert(Caller caller, Image image, Cause cause) {
    ProjectId owner = image.owner();
    if (owner == null) {
      return store.insert(caller, image, cause, null);
    }
    Supplier<@Nullable Image> inserting =
        () ->
            store.insert(
                caller,
                image,
                cause,
                new ImageStore.Check(settings.images(), used -> admitImage(owner, used)));
    return takesTurns(owner) ? turns.<@Nullable Image>inTurn(owner, inserting) : inserting.get();
  }

  private boolean takesTurns(ProjectId owner) {
    return settings.images().isPresent() != exceptions.contains(owner);
  }

  /**
   * Requires that an owner has not too many images.
   *
   * @param images with the new one; null: it has no quota of them
   */
  private void admitImage(ProjectId owner, @Nullable Used images) {
    if (settings.images().isPresent() == (images != null)) {
      exceptions.remove(owner);
    } else {
      exceptions.add(owner);
    }
    if (images != null) {
      requireImages(owner, images);
    }
  }

  /**
   * Requires that the quotas of an image's new owner have room for it. Call it in the transaction
   * of {@link ImageStore#update}.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.ImageQuota}, {@link Refusal.StorageQuota}
   */
  void requireRoomForMoved(Image image) {
    ProjectId owner = image.owner();
    if (owner == null) {
      return;
    }
    Used images = store.lockImages(owner, settings.images());
    if (images != null) {
      requireImages(owner, new Used(images.used() + 1, images.maximum()));
    }
    Used bytes = image.data() == null ? null : store.lockBytes(owner, settings.bytes());
    if (bytes != null) {
      long size = Objects.requireNonNull(image.data()).size();
      requireBytes(new Used(bytes.used() + size, bytes.maximum()), size);
    }
  }

  /**
   * @param images with the new one
   */
  private static void requireImages(ProjectId owner, Used images) {
    if (images.used() > images.maximum()) {
      throw new Refusal.ImageQuota(owner.value(), images.used() - 1, images.maximum())
          .asException();
    }
  }

  /**
   * @param bytes with the new ones
   * @param size of the new ones
   */
  private static void requireBytes(Used bytes, long size) {
    requireWithin(size, remaining(bytes.used() - size, bytes.maximum()));
  }

  private static long remaining(long used, long maximum) {
    return Math.max(0, maximum - used);
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
    OptionalLong maximum = owner == null ? OptionalLong.empty() : of(owner).bytes();
    if (owner == null || maximum.isEmpty()) {
      return new Arriving(content, null, 0);
    }
    long remaining = remaining(store.bytesOf(owner), maximum.getAsLong());
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

    /** Whether their owner had a quota of bytes when they began to arrive. */
    boolean isLimited() {
      return owner != null;
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
   * @param isLimited {@link Arriving#isLimited}: a limit that was set since then holds for uploads
   *     that begin later
   * @throws dev.vitrine.refusal.Refused {@link Refusal.StorageQuota}
   */
  boolean store(
      Caller caller,
      Image image,
      Image.StoredData data,
      ImageStatus status,
      Cause cause,
      boolean isLimited) {
    if (!isLimited) {
      return store.store(caller, image, data, status, cause, null);
    }
    Supplier<Boolean> storing =
        () ->
            store.store(
                caller,
                image,
                data,
                status,
                cause,
                new ImageStore.Check(settings.bytes(), used -> admitBytes(used, data.size())));
    return turns.inTurn(Objects.requireNonNull(image.owner()), storing);
  }

  private static void admitBytes(@Nullable Used bytes, long size) {
    if (bytes != null) {
      requireBytes(bytes, size);
    }
  }
}
