package dev.vitrine.image;

import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.View;
import dev.vitrine.sharing.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An image being made or changed: holds the new values and every rule about them. Each setter
 * throws {@link dev.vitrine.refusal.Refused} if its value is not allowed for this caller and this
 * image; nothing is stored until all of them have passed.
 */
public final class ImageEdit {
  private static final int MAX_TAGS = 128;
  private static final int MAX_PROPERTIES = 128;
  private static final int MAX_VALUE = 65_535;

  /**
   * Maximum size of all properties of an image together. It limits the size of a page of images.
   */
  private static final int MAX_VALUES = 4 * MAX_VALUE;

  private static final List<String> SIGNATURE =
      List.of(
          "img_signature",
          "img_signature_hash_method",
          "img_signature_key_type",
          "img_signature_certificate_uuid");
  private static final Set<String> FIXED =
      Set.of(Image.ENCRYPTION_KEY, Image.WHOLE_MACHINE, Image.BACKUP);

  private final Image before;
  private final View view;
  private final boolean isNew;

  private @Nullable ProjectId owner;
  private @Nullable String name;
  private Visibility visibility;
  private boolean saysPrivate;
  private boolean isProtected;
  private boolean hidden;
  private long minDisk;
  private long minRam;
  private @Nullable String diskFormat;
  private @Nullable String containerFormat;
  private List<String> tags;
  private String enterpriseProject;
  private final Map<String, String> properties;

  /** A change of an image. */
  @FunctionalInterface
  public interface Change {
    void applyTo(ImageEdit edit);
  }

  ImageEdit(Image before, View view, boolean isNew) {
    this.before = before;
    this.view = view;
    this.isNew = isNew;
    this.owner = before.owner();
    this.name = before.name();
    this.visibility = before.visibility();
    this.isProtected = before.isProtected();
    this.hidden = before.hidden();
    this.minDisk = before.minDisk();
    this.minRam = before.minRam();
    this.diskFormat = before.diskFormat();
    this.containerFormat = before.containerFormat();
    this.tags = before.tags();
    this.enterpriseProject = before.enterpriseProject();
    this.properties = new LinkedHashMap<>(before.properties());
  }

  /** Only a cloud administrator gives an image to another project, or to none (ruling 2). */
  public void owner(@Nullable ProjectId owner) {
    if (!view.cloudAdmin() && !(isNew && Objects.equals(owner, before.owner()))) {
      throw new Refusal.ForeignOwner(owner == null ? null : owner.value(), isNew).asException();
    }
    this.owner = owner;
  }

  public void name(@Nullable String name) {
    this.name = name;
  }

  /** Only a cloud administrator publishes an image (ruling 2). */
  public void visibility(Visibility visibility) {
    if (visibility == Visibility.PUBLIC && !view.cloudAdmin()) {
      throw new Refusal.NotCloudAdmin("publicize_image").asException();
    }
    this.visibility = visibility;
    this.saysPrivate = visibility == Visibility.PRIVATE;
  }

  /**
   * Whether the request sets the visibility to private, even if the image was private already: that
   * counts as a change (ruling 29).
   */
  boolean saysPrivate() {
    return saysPrivate;
  }

  /** A protected image cannot be deleted. */
  public void protect(boolean isProtected) {
    this.isProtected = isProtected;
  }

  /** A hidden image appears only in lists that ask for hidden images. */
  public void hide(boolean hidden) {
    this.hidden = hidden;
  }

  /** In GiB. */
  public void minDisk(long minDisk) {
    this.minDisk = inRange("min_disk", minDisk);
  }

  /** In MiB. */
  public void minRam(long minRam) {
    this.minRam = inRange("min_ram", minRam);
  }

  public void diskFormat(@Nullable String diskFormat) {
    requireQueued("disk_format");
    this.diskFormat = diskFormat;
  }

  public void containerFormat(@Nullable String containerFormat) {
    requireQueued("container_format");
    this.containerFormat = containerFormat;
  }

  /**
   * Set at creation, and afterwards by IMS alone (ruling 8). {@link Images} checks that the owner's
   * domain has this enterprise project.
   */
  public void enterpriseProject(EnterpriseProjectId project) {
    if (!isNew) {
      throw new Refusal.Forbidden("Attribute 'enterprise_project_id' is reserved.").asException();
    }
    this.enterpriseProject = project.value();
  }

  /** As {@link #enterpriseProject}, by IMS. */
  void moveTo(EnterpriseProjectId project) {
    this.enterpriseProject = project.value();
  }

  /** Repetitions count once. */
  public void tags(List<String> tags) {
    List<String> distinct = new ArrayList<>(new LinkedHashSet<>(tags));
    requireAtMost(MAX_TAGS, distinct.size(), "tags");
    this.tags = distinct;
  }

  public void addTag(String tag) {
    if (!tags.contains(tag)) {
      List<String> more = new ArrayList<>(tags);
      more.add(tag);
      tags(more);
    }
  }

  /** {@link Refusal.NotFound} if there is no such tag. */
  public void removeTag(String tag) {
    List<String> fewer = new ArrayList<>(tags);
    if (!fewer.remove(tag)) {
      throw new Refusal.NotFound("The resource could not be found.").asException();
    }
    tags = fewer;
  }

  /** Sets a property, whether or not it is there. */
  public void property(String property, String value) {
    requireClients(property);
    if (value.codePointCount(0, value.length()) > MAX_VALUE) {
      throw new Refusal.Invalid(
              "Value of property '" + property + "' is over " + MAX_VALUE + " characters.")
          .asException();
    }
    properties.put(property, value);
  }

  public void addNewProperty(String property, String value) {
    requireClients(property);
    if (properties.containsKey(property)) {
      throw new Refusal.PropertyConflict("Property " + property + " already present.")
          .asException();
    }
    property(property, value);
  }

  public void replaceProperty(String property, String value) {
    requireClients(property);
    requirePresent(property);
    property(property, value);
  }

  public void removeProperty(String property) {
    requireClients(property);
    requirePresent(property);
    properties.remove(property);
  }

  /**
   * Refuses properties that IMS derives, and changes of properties that say what the image was made
   * from (ruling 18).
   */
  private void requireClients(String property) {
    if (ImsImages.DERIVED.contains(property) || (!isNew && FIXED.contains(property))) {
      throw new Refusal.Forbidden("Attribute '%s' is reserved.".formatted(property)).asException();
    }
  }

  /** The image with all changes. */
  Image result() {
    int total = properties.values().stream().mapToInt(String::length).sum();
    if (total > MAX_VALUES) {
      throw new Refusal.TooLarge(
              Limit.IMAGE,
              "The properties of an image hold at most %d characters together; these are %d."
                  .formatted(MAX_VALUES, total))
          .asException();
    }
    requireAtMost(MAX_PROPERTIES, properties.size(), "properties");
    requireNoPromise();
    return new Image(
        before.id(),
        owner,
        name,
        before.status(),
        visibility,
        isProtected,
        hidden,
        minDisk,
        minRam,
        diskFormat,
        containerFormat,
        before.data(),
        tags,
        properties,
        enterpriseProject(),
        before.createdAt(),
        before.updatedAt(),
        before.activeAt());
  }

  /**
   * An image that gets another owner leaves its enterprise project, which does not belong to the
   * new owner's domain.
   */
  private String enterpriseProject() {
    return isNew || Objects.equals(owner, before.owner())
        ? enterpriseProject
        : Image.DEFAULT_ENTERPRISE_PROJECT;
  }

  /**
   * If these four properties are set before an upload, Glance verifies the signature of the image.
   * Vitrine does not verify signatures, so it refuses them: a client must not believe that it did.
   */
  private void requireNoPromise() {
    boolean isPromised = properties.keySet().containsAll(SIGNATURE);
    boolean wasPromised = !isNew && before.properties().keySet().containsAll(SIGNATURE);
    if (isPromised && !wasPromised && before.data() == null) {
      throw new Refusal.Invalid(
              ("Signatures of images are not verified here: %s must not be set together before the"
                      + " image has its data.")
                  .formatted(String.join(", ", SIGNATURE)))
          .asException();
    }
  }

  private static long inRange(String attribute, long value) {
    if (value < 0) {
      throw new Refusal.Invalid(
              "Invalid value '%d' for parameter '%s': Cannot be a negative value"
                  .formatted(value, attribute))
          .asException();
    }
    if (value > Integer.MAX_VALUE) {
      throw new Refusal.Invalid(
              "'%s' value out of range, must not exceed %d."
                  .formatted(attribute, Integer.MAX_VALUE))
          .asException();
    }
    return value;
  }

  private void requireQueued(String attribute) {
    if (before.status() != ImageStatus.QUEUED) {
      throw new Refusal.Forbidden(
              "Attribute " + attribute + " can be only replaced for a queued image.")
          .asException();
    }
  }

  private void requireAtMost(int maximum, int attempted, String what) {
    if (attempted > maximum) {
      throw new Refusal.TooLarge(
              Limit.IMAGE,
              "The limit has been exceeded on the number of allowed image %s. Attempted: %d, Maximum: %d"
                  .formatted(what, attempted, maximum))
          .asException();
    }
  }

  private void requirePresent(String property) {
    if (!properties.containsKey(property)) {
      throw new Refusal.PropertyConflict("Property " + property + " does not exist.").asException();
    }
  }
}
