package dev.vitrine.server.ims;

import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Attribute;
import dev.vitrine.image.ImageQuery.Comparison;
import dev.vitrine.image.ImageQuery.Filter;
import dev.vitrine.image.ImageQuery.Sort;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.image.ImsImages;
import dev.vitrine.server.http.WholeNumber;
import dev.vitrine.server.images.ImageLists;
import dev.vitrine.server.images.TimeFilter;
import dev.vitrine.server.json.Fields;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the query of {@code GET /v2/cloudimages} (contract/ims.md 1.13). */
final class ImsImageQueryReader {
  private static final int DEFAULT_LIMIT = 500;

  /** Parameters that are no filters by themselves. */
  private static final Set<String> CONTROLS =
      Set.of(
          "limit", "marker", "sort_key", "sort_dir", "visibility", "__imagetype", "member_status");

  private static final String ALL_GRANTED = "all_granted_eps";

  private final ImsQuery query;

  ImsImageQueryReader(ImsQuery query) {
    this.query = query;
  }

  ImageQuery read() {
    List<Filter> filters = new ArrayList<>();
    query
        .parameters()
        .forEach(
            (name, values) -> {
              Filter filter = CONTROLS.contains(name) ? null : filter(name, values);
              if (filter != null) {
                filters.add(filter);
              }
            });
    if (filters.size() > ImageLists.MAX_FILTERS) {
      throw ImsQuery.invalid("query");
    }
    Which which = which(filters);
    return new ImageQuery(which, memberStatuses(), false, filters, List.of(sort()), limit());
  }

  /** The type of image, from two parameters; if they contradict each other, nothing matches. */
  private Which which(List<Filter> filters) {
    ImageType byVisibility = null;
    String visibility = query.last("visibility");
    if (visibility != null) {
      byVisibility =
          ImageType.ofVisibility(visibility).orElseThrow(() -> ImsQuery.invalid("visibility"));
    }
    ImageType byType = null;
    String type = query.last("__imagetype");
    if (ImageLists.MARKET.equals(type)) {
      filters.add(new Filter.Nothing());
    } else if (type != null) {
      byType = ImageType.ofWord(type).orElseThrow(() -> ImsQuery.invalid("__imagetype"));
    }
    if (byVisibility != null && byType != null && byVisibility != byType) {
      filters.add(new Filter.Nothing());
    }
    if (query.last("member_status") != null) {
      if (byVisibility != ImageType.SHARED) {
        throw ImsQuery.invalid("member_status");
      }
      return new Which.Received();
    }
    ImageType asked = byVisibility == null ? byType : byVisibility;
    return asked == null ? new Which.Usual() : new Which.OfType(asked);
  }

  private Set<MemberStatus> memberStatuses() {
    String word = query.last("member_status");
    if (word == null) {
      return EnumSet.of(MemberStatus.ACCEPTED);
    }
    MemberStatus status = MemberStatus.of(word);
    if (status == null) {
      throw ImsQuery.invalid("member_status");
    }
    return EnumSet.of(status);
  }

  private int limit() {
    return Math.min(
        ImageLists.MAX_LIMIT, query.integer("limit", 1, Integer.MAX_VALUE, DEFAULT_LIMIT));
  }

  /** The SDK has a sort key with a trailing space. */
  private Sort sort() {
    String key = query.last("sort_key");
    Attribute attribute = key == null ? Attribute.CREATED_AT : ImageLists.sortKey(key.trim());
    if (attribute == null) {
      throw ImsQuery.invalid("sort_key");
    }
    String direction = query.last("sort_dir");
    return switch (direction == null ? "desc" : direction) {
      case "asc" -> new Sort(attribute, false);
      case "desc" -> new Sort(attribute, true);
      default -> throw ImsQuery.invalid("sort_dir");
    };
  }

  /** Null if the filter excludes nothing. */
  private @Nullable Filter filter(String name, List<String> values) {
    if (!values.stream().allMatch(value -> Fields.isStorable(name + value))) {
      return new Filter.Nothing();
    }
    String value = values.getLast();
    return switch (name) {
      case "id" -> new Filter.OneOf(Attribute.ID, List.of(value));
      case "name" -> new Filter.OneOf(Attribute.NAME, List.of(value));
      case "status" -> new Filter.OneOf(Attribute.STATUS, List.of(value));
      case "owner" -> new Filter.OneOf(Attribute.OWNER, List.of(value));
      case "disk_format" -> new Filter.OneOf(Attribute.DISK_FORMAT, List.of(value));
      case "container_format" -> new Filter.OneOf(Attribute.CONTAINER_FORMAT, List.of(value));
      case "min_disk" -> number(name, Attribute.MIN_DISK);
      case "min_ram" -> number(name, Attribute.MIN_RAM);
      case "tag" -> new Filter.Tagged(values);
      case "protected" -> new Filter.IsProtected(Boolean.TRUE.equals(query.flag(name)));
      case "__isregistered" -> Boolean.TRUE.equals(query.flag(name)) ? null : new Filter.Nothing();
      case "created_at" -> TimeFilter.read(name, Attribute.CREATED_AT, value);
      case "updated_at" -> TimeFilter.read(name, Attribute.UPDATED_AT, value);
      case "active_at" -> TimeFilter.read(name, Attribute.ACTIVE_AT, value);
      case "__image_size" -> imageSize(value);
      case "enterprise_project_id" ->
          value.equals(ALL_GRANTED) ? null : new Filter.InEnterpriseProjects(Set.of(value));
      default ->
          value.equals(ImsImages.DEFAULTS.get(name))
              ? new Filter.PropertyIfAny(name, value)
              : new Filter.Property(name, value);
    };
  }

  private static Filter imageSize(String value) {
    Long size = WholeNumber.of(value);
    if (size == null) {
      throw ImsQuery.invalid("__image_size");
    }
    return new Filter.NumberIs(Attribute.IMAGE_SIZE, Comparison.EQ, size);
  }

  private Filter number(String name, Attribute attribute) {
    return new Filter.NumberIs(
        attribute, Comparison.EQ, query.integer(name, 0, Integer.MAX_VALUE, 0));
  }
}
