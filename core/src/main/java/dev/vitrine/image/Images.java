package dev.vitrine.image;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.directory.EnterpriseProjectStore;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.BlobStore.Received;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageStore.Edited;
import dev.vitrine.image.ImageStore.Found;
import dev.vitrine.image.ImageStore.Leftover;
import dev.vitrine.image.ImageStore.Page;
import dev.vitrine.image.ImageStore.Task;
import dev.vitrine.image.format.InspectionResult;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.View;
import dev.vitrine.sharing.Visibility;
import dev.vitrine.tracing.Span;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of images and their life: queued, (staged,) active, deactivated, gone. Each method
 * asks {@link Access} once whether the caller may carry out its {@link Operation}, and then {@link
 * View} and {@link ImageEdit} whether the rules allow it.
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}. Image ids come as text: one that is no
 * UUID names an image that does not exist. {@code cause} is the request, which the history records.
 */
public final class Images {
  /** The only supported import method. */
  public static final String GLANCE_DIRECT = "glance-direct";

  /**
   * Images with an upload in progress on this node: a second one is refused before it costs disk.
   */
  private final Set<ImageId> receiving = ConcurrentHashMap.newKeySet();

  private final ImageStore store;
  private final BlobStore blobs;
  private final BlobRecovery recovery;
  private final Access access;
  private final Sharing.Rules rules;
  private final EnterpriseProjectStore enterpriseProjects;
  private final Inspect inspect;
  private final Quotas quotas;
  private final Uses uses;

  public Images(
      ImageStore store,
      BlobStore blobs,
      Access access,
      Sharing.Rules rules,
      EnterpriseProjectStore enterpriseProjects,
      Inspect inspect,
      Quotas quotas) {
    this.quotas = quotas;
    this.enterpriseProjects = enterpriseProjects;
    this.inspect = inspect;
    this.store = store;
    this.blobs = blobs;
    this.recovery = new BlobRecovery(store, blobs);
    this.uses = new Uses(store);
    this.access = access;
    this.rules = rules;
  }

  /**
   * Registers an image of the caller's project: queued, without members.
   *
   * @param id null for a random one
   */
  public Image create(
      Caller caller, @Nullable ImageId id, List<ImageEdit.Change> attributes, Cause cause) {
    Authorization authorization = access.require(caller, Operation.CREATE_IMAGE);
    if (id != null && !id.isUsable()) {
      throw new Refusal.Invalid("Image ID " + id + " cannot be used.").asException();
    }
    Image blank = blank(caller, id == null ? ImageId.next() : id);
    View view = blank.asSeenBy(caller, authorization.cloudAdmin(), null);
    ImageEdit edit = new ImageEdit(blank, view, true);
    attributes.forEach(attribute -> attribute.applyTo(edit));
    Image described = edit.result();
    requireOpenEnterpriseProject(described);
    Image image = quotas.insert(caller, described, cause);
    if (image == null) {
      throw new Refusal.Conflict("Image ID " + blank.id() + " already exists!").asException();
    }
    return image;
  }

  /** The image's enterprise project must be in the owner's domain, and enabled (ruling 8). */
  private void requireOpenEnterpriseProject(Image image) {
    String id = image.enterpriseProject();
    ProjectId owner = image.owner();
    if (!isOpenTo(owner, new EnterpriseProjectId(id))) {
      throw closed(id);
    }
  }

  boolean isOpenTo(@Nullable ProjectId owner, EnterpriseProjectId id) {
    return id.equals(EnterpriseProjectId.DEFAULT)
        || (owner != null && enterpriseProjects.isOpenTo(owner, id));
  }

  static RuntimeException closed(String enterpriseProject) {
    return new Refusal.Invalid(
            "Enterprise project %s does not exist or is disabled.".formatted(enterpriseProject))
        .asException();
  }

  /** An image with the defaults of every attribute. */
  private Image blank(Caller caller, ImageId id) {
    boolean isOfIms = rules.nativeApi() == NativeApi.IMS;
    return new Image(
        id,
        caller.project(),
        null,
        ImageStatus.QUEUED,
        isOfIms ? Visibility.PRIVATE : Visibility.SHARED,
        false,
        false,
        0,
        0,
        isOfIms ? "zvhd2" : null,
        isOfIms ? "bare" : null,
        null,
        List.of(),
        Map.of(),
        Image.DEFAULT_ENTERPRISE_PROJECT,
        Instant.EPOCH,
        Instant.EPOCH,
        null);
  }

  public Image show(Caller caller, String image) {
    return find(caller, image, Operation.SHOW_IMAGE).image();
  }

  /**
   * A page of images.
   *
   * @param marker the last image of the previous page, null for the first page
   */
  public List<Image> list(Caller caller, ImageQuery query, @Nullable String marker) {
    Image after = marker == null ? null : marker(caller, marker);
    boolean guess = access.isKnownCloudAdmin(caller);
    Page page = store.list(caller, guess, query, after);
    boolean cloudAdmin =
        access.require(caller, page.standing(), Operation.LIST_IMAGES).cloudAdmin();
    return cloudAdmin == guess
        ? page.images()
        : store.list(caller, cloudAdmin, query, after).images();
  }

  /** A marker that the caller cannot see is answered like one that does not exist. */
  private Image marker(Caller caller, String marker) {
    ImageId id = ImageId.of(marker);
    if (id != null) {
      Found found = store.find(caller, id);
      Authorization authorization = access.require(caller, found.standing(), Operation.LIST_IMAGES);
      Image image = found.image();
      if (image != null
          && image.asSeenBy(caller, authorization.cloudAdmin(), found.membership()).isVisible()) {
        return image;
      }
    }
    throw new Refusal.Invalid("No image found with ID " + marker).asException();
  }

  /** Applies all changes or none. */
  public Image update(Caller caller, String image, List<ImageEdit.Change> changes, Cause cause) {
    return change(caller, image, Operation.UPDATE_IMAGE, changes, cause);
  }

  public void addTag(Caller caller, String image, String tag, Cause cause) {
    change(caller, image, Operation.ADD_TAG, List.of(edit -> edit.addTag(tag)), cause);
  }

  public void deleteTag(Caller caller, String image, String tag, Cause cause) {
    change(caller, image, Operation.DELETE_TAG, List.of(edit -> edit.removeTag(tag)), cause);
  }

  /** All operations that change attributes, native and IMS, end here. */
  Image change(
      Caller caller,
      String text,
      Operation operation,
      List<ImageEdit.Change> changes,
      Cause cause) {
    return change(
        caller,
        text,
        operation,
        found -> requireVisible(caller, text, found, operation),
        changes,
        cause);
  }

  /** As {@link #change}, and moves the image to an enterprise project. */
  Image move(
      Caller caller,
      String text,
      List<ImageEdit.Change> changes,
      EnterpriseProjectId target,
      Cause cause) {
    Operation operation = Operation.MOVE_IMAGE_BY_IMS;
    return change(
        caller,
        text,
        operation,
        found ->
            requireVisible(
                caller,
                text,
                found,
                operation,
                access.requireMove(
                    caller, found.standing(), operation, at(caller, found), target.value())),
        changes,
        cause);
  }

  private Image change(
      Caller caller,
      String text,
      Operation operation,
      Function<Found, VisibleImage> look,
      List<ImageEdit.Change> changes,
      Cause cause) {
    return store.update(
        caller,
        ImageId.named(text),
        cause,
        found -> {
          VisibleImage visible = look.apply(found);
          judge(visible, operation);
          ImageEdit edit = new ImageEdit(visible.image(), visible.view(), false);
          changes.forEach(change -> change.applyTo(edit));
          Image edited = edit.result();
          if (!Objects.equals(edited.owner(), visible.image().owner())) {
            quotas.requireRoomForMoved(edited);
          }
          return new Edited(edited, edit.saysPrivate());
        });
  }

  /** Withholds the bytes from everybody but cloud administrators. */
  public void deactivate(Caller caller, String image, Cause cause) {
    changeStatus(
        caller, image, Operation.DEACTIVATE_IMAGE, "deactivate", ImageStatus.DEACTIVATED, cause);
  }

  /** Makes the bytes available again. */
  public void reactivate(Caller caller, String image, Cause cause) {
    changeStatus(
        caller, image, Operation.REACTIVATE_IMAGE, "reactivate", ImageStatus.ACTIVE, cause);
  }

  private void changeStatus(
      Caller caller,
      String text,
      Operation operation,
      String verb,
      ImageStatus target,
      Cause cause) {
    store.update(
        caller,
        ImageId.named(text),
        cause,
        found -> {
          VisibleImage visible = requireVisible(caller, text, found, operation);
          judge(visible, operation);
          ImageStatus status = visible.image().status();
          if (status != ImageStatus.ACTIVE && status != ImageStatus.DEACTIVATED) {
            throw new Refusal.Forbidden(
                    "Not allowed to %s image in status '%s'".formatted(verb, status.word()))
                .asException();
          }
          return new Edited(visible.image().withStatus(target), false);
        });
  }

  /** Deletes the image, its members and its bytes. Members need not agree. */
  public void delete(Caller caller, String text, Cause cause) {
    ImageId id = ImageId.named(text);
    String blob =
        store.delete(
            caller,
            id,
            cause,
            found -> {
              VisibleImage visible = requireVisible(caller, text, found, Operation.DELETE_IMAGE);
              judge(visible, Operation.DELETE_IMAGE);
              if (visible.image().isProtected()) {
                throw new Refusal.Protected(text).asException();
              }
              return visible.image();
            });
    if (blob != null) {
      recovery.remove(new Leftover(id, blob));
    }
  }

  /** Stores the bytes of a queued image and makes it active. */
  public void upload(Caller caller, String text, Content content, Cause cause) throws IOException {
    Image image = prepare(caller, text, Operation.UPLOAD_IMAGE, "saving");
    requireFormats(image);
    receive(caller, image, content, ImageStatus.ACTIVE, "saving", cause);
  }

  /** Stores the bytes of a queued image for a later import. */
  public void stage(Caller caller, String text, Content content, Cause cause) throws IOException {
    Image image = prepare(caller, text, Operation.STAGE_IMAGE, "uploading");
    receive(caller, image, content, ImageStatus.UPLOADING, "uploading", cause);
  }

  private Image prepare(Caller caller, String text, Operation operation, String next) {
    VisibleImage visible = find(caller, text, operation);
    judge(visible, operation);
    if (visible.image().status() != ImageStatus.QUEUED) {
      throw noTransition(visible.image().status().word(), next).asException();
    }
    return visible.image();
  }

  private static void requireFormats(Image image) {
    if (image.diskFormat() == null || image.containerFormat() == null) {
      throw new Refusal.Invalid(
              "Properties disk_format, container_format must be set prior to saving data.")
          .asException();
    }
  }

  private void receive(
      Caller caller, Image image, Content content, ImageStatus status, String next, Cause cause)
      throws IOException {
    if (!receiving.add(image.id())) {
      throw noTransition(next, next).asException();
    }
    try {
      InspectedContent inspected;
      Received received;
      boolean isLimited;
      try (Quotas.Arriving arriving = quotas.within(image, content);
          Span span = Span.current().begin("receive blob")) {
        inspected = new InspectedContent(arriving, image, inspect);
        received = blobs.receive(caller.user(), inspected);
        span.set("file.size", received.size());
        isLimited = arriving.isLimited();
      }
      StoredData data = describe(image, received, inspected.result());
      if (store(caller, image, data, status, cause, isLimited)) {
        blobs.keep(received.key());
      } else {
        boolean _ = blobs.discard(received.key());
        throw changedMeanwhile(store.find(caller, image.id()).image(), image, next).asException();
      }
    } finally {
      receiving.remove(image.id());
    }
  }

  /** If this fails, the outcome of the commit is unknown: the next start decides. */
  private boolean store(
      Caller caller,
      Image image,
      StoredData data,
      ImageStatus status,
      Cause cause,
      boolean isLimited) {
    try {
      return quotas.store(caller, image, data, status, cause, isLimited);
    } catch (Refused refused) {
      boolean _ = blobs.discard(data.key());
      throw refused;
    }
  }

  private static Refusal changedMeanwhile(@Nullable Image now, Image before, String next) {
    if (now == null) {
      return new Refusal.ImageNotFound(before.id().toString());
    }
    return now.status() == ImageStatus.QUEUED
        ? new Refusal.Conflict(
            "The owner or a format of image %s was changed while its data came in; send them again"
                .formatted(now.id()))
        : noTransition(now.status().word(), next);
  }

  private static StoredData describe(Image image, Received received, InspectionResult result) {
    return new StoredData(
        received.key(),
        received.size(),
        result.virtualSize(image.diskFormat()),
        received.md5(),
        received.sha512());
  }

  private static Refusal noTransition(String from, String to) {
    return new Refusal.Conflict(
        "Image status transition from %s to %s is not allowed".formatted(from, to));
  }

  /**
   * Makes a staged image active.
   *
   * @param request the request's id, which its response shows; the task repeats it
   */
  public void importStaged(Caller caller, String text, String request, Cause cause) {
    VisibleImage visible = find(caller, text, Operation.IMPORT_IMAGE);
    Image image = visible.image();
    switch (image.status()) {
      case QUEUED ->
          throw new Refusal.Conflict(
                  "Image needs to be staged before 'glance-direct' method can be used")
              .asException();
      case ACTIVE, DEACTIVATED ->
          throw new Refusal.Conflict(
                  "Image with status %s cannot be target for import"
                      .formatted(image.status().word()))
              .asException();
      case UPLOADING -> judge(visible, Operation.IMPORT_IMAGE);
    }
    requireForImport("container_format", image.containerFormat());
    requireForImport("disk_format", image.diskFormat());
    String owner = image.owner() == null ? null : image.owner().value();
    Task task =
        new Task(
            UUID.randomUUID().toString(),
            owner,
            caller.user().value(),
            request,
            GLANCE_DIRECT,
            Instant.EPOCH,
            Instant.EPOCH);
    if (!store.activateStaged(caller, image.id(), task, cause)) {
      throw new Refusal.Conflict("Image has active task").asException();
    }
  }

  private static void requireForImport(String attribute, @Nullable String value) {
    if (value == null) {
      throw new Refusal.Conflict("'" + attribute + "' needs to be set before import").asException();
    }
  }

  /** Imports of the image; empty for callers other than its owner and cloud administrators. */
  public List<Task> tasks(Caller caller, String image) {
    VisibleImage visible = find(caller, image, Operation.LIST_IMAGE_TASKS);
    return visible.view().isOwnerOrAdmin() ? store.tasks(visible.image().id()) : List.of();
  }

  /**
   * The bytes of an image.
   *
   * @param blob null if the image has none yet
   */
  public record Bytes(Image image, @Nullable Blob blob) {}

  /** What is to be sent to a caller that may read the image's bytes. */
  public Bytes download(Caller caller, String text) {
    VisibleImage visible = find(caller, text, Operation.DOWNLOAD_IMAGE);
    judge(visible, Operation.DOWNLOAD_IMAGE);
    Image image = visible.image();
    StoredData data = image.data();
    return switch (image.status()) {
      case QUEUED, UPLOADING -> new Bytes(image, null);
      case DEACTIVATED, ACTIVE -> {
        if (image.status() == ImageStatus.DEACTIVATED && !visible.view().cloudAdmin()) {
          throw new Refusal.Forbidden(
                  "The requested image has been deactivated. Image data download is forbidden.")
              .asException();
        }
        uses.record(caller.project(), image.id());
        yield new Bytes(image, data == null ? null : blobs.blob(data.key(), data.size()));
      }
    };
  }

  private record VisibleImage(View view, Image image) {}

  private void judge(VisibleImage visible, Operation operation) {
    Refusal.raise(visible.view().judge(operation, null, rules));
  }

  private VisibleImage find(Caller caller, String text, Operation operation) {
    return requireVisible(caller, text, store.find(caller, ImageId.named(text)), operation);
  }

  /** The image, if the caller may know of it; refusals repeat its id as the caller wrote it. */
  private VisibleImage requireVisible(
      Caller caller, String text, Found found, Operation operation) {
    return requireVisible(
        caller,
        text,
        found,
        operation,
        access.require(caller, found.standing(), operation, at(caller, found)));
  }

  private static @Nullable String at(Caller caller, Found found) {
    return found.image() == null ? null : found.image().enterpriseProjectFor(caller);
  }

  private static VisibleImage requireVisible(
      Caller caller, String text, Found found, Operation operation, Authorization authorization) {
    Image image = found.image();
    if (image != null) {
      boolean cloudAdmin = authorization.cloudAdmin() && !operation.isOfIms();
      View view = image.asSeenBy(caller, cloudAdmin, found.membership());
      if (view.isVisible()) {
        return new VisibleImage(view, image);
      }
    }
    throw new Refusal.ImageNotFound(text).asException();
  }
}
