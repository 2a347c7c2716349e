package dev.vitrine.image;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.Traits.Machine;
import dev.vitrine.sharing.View;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image's record. {@code minDisk} is in GiB, {@code minRam} in MiB, times in microseconds.
 *
 * @param owner null if a cloud administrator removed the owner
 * @param data the stored bytes; null before the upload
 * @param tags without repetition, in the order given
 * @param enterpriseProject of the owner's domain; for other projects the image is in no enterprise
 *     project (ruling 8)
 * @param properties everything a client added beyond the attributes of the schema
 * @param activeAt when the image received its bytes. Null if it has none, or got them before
 *     Vitrine recorded this time
 */
public record Image(
    ImageId id,
    @Nullable ProjectId owner,
    @Nullable String name,
    ImageStatus status,
    Visibility visibility,
    boolean isProtected,
    boolean hidden,
    long minDisk,
    long minRam,
    @Nullable String diskFormat,
    @Nullable String containerFormat,
    @Nullable StoredData data,
    List<String> tags,
    Map<String, String> properties,
    String enterpriseProject,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant activeAt) {
  /** The enterprise project that every domain has. */
  public static final String DEFAULT_ENTERPRISE_PROJECT = EnterpriseProjectId.DEFAULT.value();

  /** Property: the key that an image is encrypted under. */
  public static final String ENCRYPTION_KEY = "__system__cmkid";

  /** Property: {@code true} for an image of a whole machine. */
  public static final String WHOLE_MACHINE = "__whole_image";

  /** Property: the backup that an image was made from. */
  public static final String BACKUP = "__backup_id";

  /**
   * The stored bytes.
   *
   * @param key names the blob in the blob store
   * @param size in bytes
   * @param virtualSize in bytes, of the disk the image describes; null if that is not known
   * @param md5 lower-case hexadecimal
   * @param sha512 lower-case hexadecimal
   */
  public record StoredData(
      String key, long size, @Nullable Long virtualSize, String md5, String sha512) {}

  /** The stored bytes that its readers are told of: null while they still arrive. */
  public @Nullable StoredData completeData() {
    return switch (status) {
      case QUEUED, UPLOADING -> null;
      case ACTIVE, DEACTIVATED -> data;
    };
  }

  /** The part that the rules of sharing use; {@code membership} is that of the caller's project. */
  public View asSeenBy(Caller caller, boolean cloudAdmin, @Nullable MemberStatus membership) {
    return new View(id, owner, visibility, caller.project(), cloudAdmin, membership, traits());
  }

  /**
   * For statements that read no properties, the database computes the traits {@code encrypted} and
   * {@code machine} by the same rules.
   */
  private Traits traits() {
    return new Traits(
        status == ImageStatus.ACTIVE, properties.containsKey(ENCRYPTION_KEY), machine());
  }

  private Machine machine() {
    if (!"true".equals(properties.get(WHOLE_MACHINE))) {
      return Machine.NONE;
    }
    return properties.getOrDefault(BACKUP, "").isBlank()
        ? Machine.WITHOUT_BACKUP
        : Machine.IN_BACKUP;
  }

  /** Whether an IMS client created the image: it has a property with one of IMS's names. */
  public boolean hasImsProperties() {
    for (String property : properties.keySet()) {
      if (property.startsWith("__")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The enterprise project that counts for the caller's rights; null if the caller's project does
   * not own the image.
   */
  public @Nullable String enterpriseProjectFor(Caller caller) {
    return isOwnedBy(caller) ? enterpriseProject : null;
  }

  /** Whether the caller's project owns it. */
  boolean isOwnedBy(Caller caller) {
    return owner != null && owner.equals(caller.project());
  }

  Image withStatus(ImageStatus status) {
    return new Image(
        id,
        owner,
        name,
        status,
        visibility,
        isProtected,
        hidden,
        minDisk,
        minRam,
        diskFormat,
        containerFormat,
        data,
        tags,
        properties,
        enterpriseProject,
        createdAt,
        updatedAt,
        activeAt);
  }
}
