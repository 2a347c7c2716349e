package dev.vitrine.image;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.sharing.MemberStatus;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where image records are kept. Whatever changes an image's existence, visibility, owner or status
 * records an event of its history in the same transaction.
 */
public interface ImageStore {
  /**
   * An image with the caller's standing, from one statement.
   *
   * @param standing null if the caller's user or scope is not there
   * @param image null if the image does not exist
   * @param membership of the caller's project, null if it is not a member
   */
  record Found(
      @Nullable Standing standing, @Nullable Image image, @Nullable MemberStatus membership) {}

  /** The image. One round trip. */
  Found find(Caller caller, ImageId image);

  /** One page of what a list shows. */
  record Page(@Nullable Standing standing, List<Image> images) {}

  /**
   * The images that the query asks for and the caller may see in a list. One round trip.
   *
   * @param everything list all projects' images, as for a cloud administrator
   * @param after the last image of the previous page; null for the first page
   */
  Page list(Caller caller, boolean everything, ImageQuery query, @Nullable Image after);

  /** Of these images, those that have members. */
  Set<ImageId> withMembers(Set<ImageId> images);

  /** How many images the caller's project owns. */
  record Counted(@Nullable Standing standing, long images) {}

  /** Counts them. One round trip. */
  Counted count(Caller caller);

  /** The bytes of all images of a project, also those that are only staged. */
  long bytesOf(ProjectId owner);

  /**
   * The quotas of a project: its own limits, or those of the settings where it has none. One round
   * trip.
   */
  ProjectQuotas limits(ProjectId owner, ProjectQuotas settings);

  /**
   * How many images a project owns, counted under a lock of the project, and how many it may own.
   * Call it in the transaction of {@link #update}, and lock no row afterwards. Until this
   * transaction ends, every other one that asks waits; then it sees what this one has changed.
   *
   * @param setting what a project may own that has no limit of its own
   * @return null if the project may own any number: then nothing is locked or counted
   */
  Quotas.@Nullable Used lockImages(ProjectId owner, OptionalLong setting);

  /** As {@link #lockImages}, but counts the bytes of these images, under the same lock. */
  Quotas.@Nullable Used lockBytes(ProjectId owner, OptionalLong setting);

  /**
   * Whether an owner may own what is being added.
   *
   * @param setting how much a project may own that has no limit of its own
   * @param judge receives how much the owner owns, with what is added, or null if it may own any
   *     number; nothing else is added while it runs. Throws {@link dev.vitrine.refusal.Refused} to
   *     stop
   */
  record Check(OptionalLong setting, Consumer<Quotas.@Nullable Used> judge) {}

  /**
   * Adds an image; its times become the database's.
   *
   * @param check of the images of the owner. If it is null, nothing is counted
   * @param cause the request that does it, as for all changes
   * @return the image as kept; null if its id is in use or ever was
   */
  @Nullable Image insert(Caller caller, Image image, Cause cause, @Nullable Check check);

  /**
   * Reads, locks and replaces an image in one transaction. An equal replacement changes nothing,
   * not even the time of the last change.
   */
  Image update(Caller caller, ImageId image, Cause cause, Function<Found, Edited> change);

  /**
   * The new version of an image.
   *
   * @param saysPrivate the client set the visibility to private in this change, even if the image
   *     was private already. Batches accepted earlier then do not share it
   */
  record Edited(Image image, boolean saysPrivate) {}

  /**
   * Gives a queued image its bytes.
   *
   * @param image as it was when the upload began
   * @param status {@link ImageStatus#ACTIVE}, or {@link ImageStatus#UPLOADING} for bytes that are
   *     staged
   * @param check of the bytes of all images of the owner. If it is null, nothing is counted
   * @return false if the image is gone or no longer queued, or has another owner or format
   */
  boolean store(
      Caller caller,
      Image image,
      StoredData data,
      ImageStatus status,
      Cause cause,
      @Nullable Check check);

  /**
   * Makes a staged image active and notes the import as a task, in one transaction.
   *
   * @return false if the image is not staged
   */
  boolean activateStaged(Caller caller, ImageId image, Task task, Cause cause);

  /** An import. */
  record Task(
      String id,
      @Nullable String owner,
      String user,
      String request,
      String method,
      Instant createdAt,
      Instant updatedAt) {}

  /** Imports of the image, oldest first. */
  List<Task> tasks(ImageId image);

  /**
   * Removes the image and its members, with an event for each member, and keeps its id from being
   * used again.
   *
   * @param check looks at the locked image; throws {@link dev.vitrine.refusal.Refused} to stop
   * @return the key of its blob, null if it has none
   */
  @Nullable String delete(Caller caller, ImageId image, Cause cause, Function<Found, Image> check);

  /** Records that a project reads the bytes of an image now. One round trip. */
  void used(ImageId image, ProjectId project);

  /** Records that the blob of a deleted image has been removed. */
  void blobRemoved(ImageId image);

  /** Blobs of deleted images that are still to be removed. */
  List<Leftover> leftovers();

  /** A blob of a deleted image. */
  record Leftover(ImageId image, String key) {}

  /** Of these keys, those that belong to an image. */
  Set<String> referenced(Set<String> keys);
}
