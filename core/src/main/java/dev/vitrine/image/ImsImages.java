package dev.vitrine.image;

import dev.vitrine.access.Access;
import dev.vitrine.access.Reach;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageQuery.Filter;
import dev.vitrine.image.ImageStore.Counted;
import dev.vitrine.image.ImageStore.Found;
import dev.vitrine.image.ImageStore.Page;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue by the rules of IMS: IMS derives the type of an image, supports enterprise projects
 * in lists, and gives cloud administrators no special rights (rulings 2, 8 and 11).
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}. The caller is in a project.
 */
public final class ImsImages {
  private final Images images;
  private final ImageStore store;
  private final Access access;
  private final Sharing.Rules rules;
  private final Quotas quotas;

  public ImsImages(
      Images images, ImageStore store, Access access, Sharing.Rules rules, Quotas quotas) {
    this.quotas = quotas;
    this.images = images;
    this.store = store;
    this.access = access;
    this.rules = rules;
  }

  /** Default values of properties; an image's own properties override them. */
  public static final Map<String, String> DEFAULTS =
      Map.of("virtual_env_type", "FusionCompute", "__image_source_type", "uds");

  /**
   * Properties that IMS derives and no client sets (ruling 18). Vitrine knows no value of {@code
   * __data_origin}, so no image has it.
   */
  static final Set<String> DERIVED =
      Set.of("__imagetype", "__isregistered", "__image_size", "__data_origin");

  /** An image and its type in IMS. */
  public record Typed(Image image, ImageType type) {
    /** Those of {@link #DERIVED} that it has. */
    public Map<String, String> derived() {
      StoredData data = image.data();
      Map<String, String> derived = new LinkedHashMap<>();
      derived.put("__imagetype", type.word());
      derived.put("__isregistered", "true");
      derived.put("__image_size", data == null ? "0" : Long.toString(data.size()));
      return derived;
    }
  }

  /** The IMS types of images, whichever protocol the caller found them by. */
  public Map<ImageId, Typed> typed(List<Image> images) {
    return typed(images, image -> true)
        .collect(Collectors.toMap(typed -> typed.image().id(), Function.identity()));
  }

  /**
   * A page of images.
   *
   * @param marker the last image of the previous page, null for the first page
   */
  public List<Typed> list(Caller caller, ImageQuery query, @Nullable String marker) {
    Image after = marker == null ? null : marker(caller, marker);
    Reach guess = access.foreseeReach(caller, Operation.LIST_IMAGES_BY_IMS);
    Page page = store.list(caller, false, within(guess, query), after);
    Reach reach = access.requireReach(caller, page.standing(), Operation.LIST_IMAGES_BY_IMS);
    return typed(
        caller,
        reach.equals(guess)
            ? page.images()
            : store.list(caller, false, within(reach, query), after).images());
  }

  private static ImageQuery within(Reach reach, ImageQuery query) {
    if (reach.elsewhere() && reach.exceptions().isEmpty()) {
      return query;
    }
    return query.with(
        reach.elsewhere()
            ? new Filter.OutsideEnterpriseProjects(reach.exceptions())
            : new Filter.InEnterpriseProjects(reach.exceptions()));
  }

  /** A marker that the caller may not see is answered like one that does not exist. */
  private Image marker(Caller caller, String marker) {
    ImageId id = ImageId.of(marker);
    if (id != null) {
      Found found = store.find(caller, id);
      Reach reach = access.requireReach(caller, found.standing(), Operation.LIST_IMAGES_BY_IMS);
      Image image = found.image();
      if (image != null
          && image.asSeenBy(caller, false, found.membership()).isVisible()
          && reach.includes(image.enterpriseProjectFor(caller))) {
        return image;
      }
    }
    throw new Refusal.InvalidParameter("marker").asException();
  }

  /** Applies all changes or none. */
  public Typed update(Caller caller, String image, List<ImageEdit.Change> changes, Cause cause) {
    return typed(
        caller, images.change(caller, image, Operation.UPDATE_IMAGE_BY_IMS, changes, cause));
  }

  /** As {@link #update}, and moves the image to an enterprise project. */
  public Typed move(
      Caller caller,
      String image,
      List<ImageEdit.Change> changes,
      EnterpriseProjectId project,
      Cause cause) {
    // Read before the transaction, which holds a connection. Used only after the transaction has
    // found that the caller may change the image, so nobody else learns the result.
    boolean isOpen = images.isOpenTo(caller.project(), project);
    List<ImageEdit.Change> all = new ArrayList<>(changes);
    all.add(
        edit -> {
          if (!isOpen) {
            throw Images.closed(project.value());
          }
          edit.moveTo(project);
        });
    return typed(caller, images.move(caller, image, all, project, cause));
  }

  private Typed typed(Caller caller, Image image) {
    return typed(caller, List.of(image)).getFirst();
  }

  /**
   * The images with their IMS types. Looks up only which of the caller's own images have members: a
   * shared image of another project has at least one, the caller, because only its members see it.
   */
  private List<Typed> typed(Caller caller, List<Image> page) {
    return typed(page, image -> image.isOwnedBy(caller)).toList();
  }

  /**
   * @param mayLackMembers false: if the image is shared, it has members
   */
  private Stream<Typed> typed(List<Image> images, Predicate<Image> mayLackMembers) {
    Set<ImageId> asked =
        images.stream()
            .filter(image -> image.visibility() == Visibility.SHARED)
            .filter(mayLackMembers)
            .map(Image::id)
            .collect(Collectors.toSet());
    Set<ImageId> withMembers = asked.isEmpty() ? Set.of() : store.withMembers(asked);
    return images.stream()
        .map(
            image ->
                new Typed(
                    image,
                    ImageType.of(
                        image.visibility(),
                        !mayLackMembers.test(image) || withMembers.contains(image.id()))));
  }

  /**
   * The current and the maximum number of something.
   *
   * @param maximum -1: no limit is enforced (ruling 17)
   */
  public record Quota(String type, long used, long maximum) {}

  /**
   * The quotas of the caller's project.
   *
   * @param operation {@link Operation#SHOW_QUOTA} or {@link Operation#SHOW_QUOTA_OF_PROJECT}
   */
  public List<Quota> quotas(Caller caller, Operation operation) {
    Counted own = store.count(caller);
    access.requireReach(caller, own.standing(), operation);
    ProjectId project = Objects.requireNonNull(caller.project());
    return List.of(
        new Quota("image", own.images(), quotas.of(project).images().orElse(-1)),
        new Quota("image_member", 0, Math.max(-1, rules.maxMembers())));
  }
}
