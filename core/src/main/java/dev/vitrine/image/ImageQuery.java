package dev.vitrine.image;

import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a list asks for.
 *
 * @param memberStatuses an image shared with the caller is listed only if its membership has one of
 *     these statuses
 * @param hidden only hidden images, or only others
 * @param sort most important first; the creation time and the id settle ties, both in descending
 *     order
 */
public record ImageQuery(
    Which visibility,
    Set<MemberStatus> memberStatuses,
    boolean hidden,
    List<Filter> filters,
    List<Sort> sort,
    int limit) {

  /** Which visibilities are listed. */
  public sealed interface Which {
    /**
     * The caller's own images, public ones, and those shared with it. Community images of other
     * projects are not listed.
     */
    record Usual() implements Which {}

    /** Community images as well. */
    record All() implements Which {}

    /** Images of this visibility only. */
    record Only(Visibility visibility) implements Which {}

    /** As in IMS: of the images that {@link Usual} lists, those of this type. */
    record OfType(ImageType type) implements Which {}

    /** Those shared with the caller, and none of its own. */
    record Received() implements Which {}
  }

  /** An attribute that lists filter or sort by. */
  public enum Attribute {
    ID,
    NAME,
    STATUS,
    OWNER,
    DISK_FORMAT,
    CONTAINER_FORMAT,
    MD5,
    SHA512,
    SIZE,
    VIRTUAL_SIZE,
    MIN_DISK,
    MIN_RAM,
    CREATED_AT,
    UPDATED_AT,
    /** The size as in IMS: 0 for an image without bytes. */
    IMAGE_SIZE,
    ACTIVE_AT
  }

  /** How a value is compared. */
  public enum Comparison {
    EQ,
    NEQ,
    LT,
    LTE,
    GT,
    GTE
  }

  /** A condition; all of them must hold. */
  public sealed interface Filter {
    /** A text attribute is one of the values. */
    record OneOf(Attribute attribute, List<String> values) implements Filter {}

    /** A number; images without one do not match. */
    record NumberIs(Attribute attribute, Comparison comparison, long value) implements Filter {}

    /** A time, compared at whole seconds (ruling 20). */
    record TimeIs(Attribute attribute, Comparison comparison, Instant value) implements Filter {}

    /** All of the tags are there. */
    record Tagged(List<String> tags) implements Filter {}

    /** Protected, or not. */
    record IsProtected(boolean value) implements Filter {}

    /** A property has the value. */
    record Property(String name, String value) implements Filter {}

    /** A property has the value, or is not there. */
    record PropertyIfAny(String name, String value) implements Filter {}

    /** The caller's own images that are in one of these enterprise projects (ruling 8). */
    record InEnterpriseProjects(Set<String> projects) implements Filter {}

    /** Excludes the caller's own images that are in one of these. */
    record OutsideEnterpriseProjects(Set<String> projects) implements Filter {}

    /** Cannot be met by any image. */
    record Nothing() implements Filter {}
  }

  ImageQuery with(Filter filter) {
    List<Filter> more = new ArrayList<>(filters);
    more.add(filter);
    return new ImageQuery(visibility, memberStatuses, hidden, more, sort, limit);
  }

  /** One sort key; a missing value counts as the lowest. */
  public record Sort(Attribute attribute, boolean descending) {}

  /**
   * Whether the order is the default one (newest first). With it, the cost of a page depends only
   * on the size of the page (design decision 6).
   */
  public boolean isNewestFirst() {
    return sort.isEmpty()
        || (sort.size() == 1 && sort.getFirst().equals(new Sort(Attribute.CREATED_AT, true)));
  }
}
