package dev.vitrine.server.glance;

import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Attribute;
import dev.vitrine.image.ImageQuery.Comparison;
import dev.vitrine.image.ImageQuery.Filter;
import dev.vitrine.image.ImageQuery.Sort;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.image.ImsImages;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.WholeNumber;
import dev.vitrine.server.images.ImageAttributes;
import dev.vitrine.server.images.ImageLists;
import dev.vitrine.server.images.TimeFilter;
import dev.vitrine.server.json.Fields;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Visibility;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the query of {@code GET /v2/images}. The last value of a repeated name counts. */
final class ImageQueryReader {
  private static final int DEFAULT_LIMIT = 25;

  /** A quote without a backslash before it. */
  private static final Pattern OPENING_QUOTE = Pattern.compile("(?<!\\\\)\"");

  private static final String IMAGE_TYPE = "__imagetype";

  /** Fields that IMS derives: a client that filters by one also wants to see them. */
  private static final Set<String> DERIVED =
      Set.of(IMAGE_TYPE, "__isregistered", "__image_size", ImageAttributes.ACTIVE_AT);

  /** Parameters that are no filters. */
  private static final Set<String> CONTROLS =
      Set.of(
          "limit",
          "marker",
          "sort",
          "sort_key",
          "sort_dir",
          "visibility",
          IMAGE_TYPE,
          "member_status",
          "os_hidden",
          "deleted");

  private final Map<String, List<String>> query;
  private final NativeApi api;

  ImageQueryReader(Map<String, List<String>> query, NativeApi api) {
    this.query = query;
    this.api = api;
  }

  /** Whether the query filters by fields that IMS derives. */
  boolean asksForIms() {
    return query.keySet().stream().anyMatch(DERIVED::contains);
  }

  ImageQuery read() {
    List<Filter> filters = new ArrayList<>();
    query.forEach(
        (name, values) -> {
          Filter filter = CONTROLS.contains(name) ? null : filter(name, values);
          if (filter != null) {
            filters.add(filter);
          }
        });
    if (filters.size() > ImageLists.MAX_FILTERS) {
      throw invalid("A list takes at most " + ImageLists.MAX_FILTERS + " filters.");
    }
    Which which = which(filters);
    return new ImageQuery(
        which,
        memberStatuses(),
        flag("os_hidden", lower(last("os_hidden"))),
        filters,
        sort(),
        limit());
  }

  @Nullable String marker() {
    return last("marker");
  }

  private Which which(List<Filter> filters) {
    return api == NativeApi.IMS || last(IMAGE_TYPE) != null
        ? ofIms(filters)
        : ofGlance(filters, last("visibility"));
  }

  /**
   * Filters by derived fields as IMS does (contract/ims.md 1.13). Without a type, Glance's values
   * {@code community} and {@code all} keep their meaning.
   */
  private Which ofIms(List<Filter> filters) {
    ImageType type = imageType(filters);
    String word = last("visibility");
    ImageType byVisibility = word == null ? null : ImageType.ofVisibility(word).orElse(null);
    if (byVisibility == null) {
      Which which = ofGlance(filters, word);
      if (type == null) {
        return which;
      }
      if (which instanceof Which.Only) {
        filters.add(new Filter.Nothing());
      }
      return new Which.OfType(type);
    }
    if (type != null && type != byVisibility) {
      filters.add(new Filter.Nothing());
    }
    return byVisibility == ImageType.SHARED && last("member_status") != null
        ? new Which.Received()
        : new Which.OfType(byVisibility);
  }

  private @Nullable ImageType imageType(List<Filter> filters) {
    String word = last(IMAGE_TYPE);
    if (word == null) {
      return null;
    }
    if (word.equals(ImageLists.MARKET)) {
      filters.add(new Filter.Nothing());
      return null;
    }
    return ImageType.ofWord(word).orElseThrow(() -> invalid("Invalid __imagetype value: " + word));
  }

  private static Which ofGlance(List<Filter> filters, @Nullable String word) {
    if (word == null) {
      return new Which.Usual();
    }
    if (word.equals("all")) {
      return new Which.All();
    }
    if (word.isEmpty()) {
      filters.add(new Filter.Nothing());
      return new Which.All();
    }
    Visibility visibility = Visibility.of(word);
    if (visibility == null) {
      throw invalid("Invalid visibility value: " + word);
    }
    return new Which.Only(visibility);
  }

  private Set<MemberStatus> memberStatuses() {
    String word = last("member_status");
    if (word == null) {
      return EnumSet.of(MemberStatus.ACCEPTED);
    }
    if (word.equals("all")) {
      return EnumSet.allOf(MemberStatus.class);
    }
    MemberStatus status = MemberStatus.of(word);
    if (status == null) {
      throw invalid("Invalid status: " + word);
    }
    return EnumSet.of(status);
  }

  private int limit() {
    String text = last("limit");
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    Long limit = number(text);
    if (limit == null) {
      throw invalid("limit param must be an integer");
    }
    if (limit < 0) {
      throw invalid("limit param must be positive");
    }
    return (int) Math.min(limit, ImageLists.MAX_LIMIT);
  }

  private List<Sort> sort() {
    List<String> keys = query.get("sort_key");
    List<String> directions = query.get("sort_dir");
    List<String> combined = query.get("sort");
    if (combined != null) {
      if (keys != null || directions != null) {
        throw invalid("Old and new sorting syntax cannot be combined");
      }
      return combinedSort(combined.getLast());
    }
    List<String> names = keys == null ? List.of("created_at") : keys;
    List<String> words = directions == null ? List.of("desc") : directions;
    if (words.size() != 1 && words.size() != names.size()) {
      throw invalid("Number of sort dirs does not match the number of sort keys");
    }
    List<Sort> sort = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      add(sort, names.get(i), words.get(words.size() == 1 ? 0 : i));
    }
    return sort;
  }

  /** Reads {@code name:asc,size}. As in Glance, a direction of blanks is not an absent one. */
  private static List<Sort> combinedSort(String text) {
    List<Sort> sort = new ArrayList<>();
    for (String part : text.strip().split(",", -1)) {
      String[] keyAndDirection = part.split(":", 2);
      String direction = keyAndDirection.length == 1 ? "" : keyAndDirection[1];
      add(sort, keyAndDirection[0], direction.isEmpty() ? "desc" : direction);
    }
    return sort;
  }

  /** Blanks around the key and around the direction are ignored, as in Glance. */
  private static void add(List<Sort> sort, String paddedKey, String paddedDirection) {
    String key = paddedKey.strip();
    String direction = paddedDirection.strip();
    Attribute attribute = ImageLists.sortKey(key);
    if (attribute == null) {
      throw invalid(
          "Invalid sort key: %s. It must be one of the following: %s."
              .formatted(key, ImageLists.sortKeyNames()));
    }
    if (!direction.equals("asc") && !direction.equals("desc")) {
      throw invalid("Invalid sort direction: " + direction);
    }
    if (sort.stream().noneMatch(known -> known.attribute() == attribute)) {
      sort.add(new Sort(attribute, direction.equals("desc")));
    }
  }

  /** Null if the filter excludes nothing. */
  private @Nullable Filter filter(String name, List<String> values) {
    String value = values.getLast();
    return switch (name) {
      case "tag" ->
          values.stream().allMatch(Fields::isStorable)
              ? new Filter.Tagged(values)
              : new Filter.Nothing();
      case "id" -> oneOf(Attribute.ID, value);
      case "name" -> oneOf(Attribute.NAME, value);
      case "status" -> oneOf(Attribute.STATUS, value);
      case "disk_format" -> oneOf(Attribute.DISK_FORMAT, value);
      case "container_format" -> oneOf(Attribute.CONTAINER_FORMAT, value);
      case "owner" -> literal(Attribute.OWNER, value);
      case "checksum" -> literal(Attribute.MD5, value);
      case "os_hash_value" -> literal(Attribute.SHA512, value);
      case "size" -> number(Attribute.SIZE, value);
      case "virtual_size" -> number(Attribute.VIRTUAL_SIZE, value);
      case "min_disk" -> number(Attribute.MIN_DISK, value);
      case "min_ram" -> number(Attribute.MIN_RAM, value);
      case "size_min" -> new Filter.NumberIs(Attribute.SIZE, Comparison.GTE, bound(value));
      case "size_max" -> new Filter.NumberIs(Attribute.SIZE, Comparison.LTE, bound(value));
      case "created_at" -> TimeFilter.read(name, Attribute.CREATED_AT, value);
      case "updated_at" -> TimeFilter.read(name, Attribute.UPDATED_AT, value);
      case ImageAttributes.ACTIVE_AT -> TimeFilter.read(name, Attribute.ACTIVE_AT, value);
      case "__image_size" -> number(Attribute.IMAGE_SIZE, value);
      case "__isregistered" -> flag(name, value) ? null : new Filter.Nothing();
      case "changes-since" ->
          throw invalid("The \"changes-since\" filter is no longer available on v2.");
      case "protected" -> new Filter.IsProtected(flag(name, value));
      default -> property(name, value);
    };
  }

  private Filter property(String name, String value) {
    if (!Fields.isStorable(name + value)) {
      return new Filter.Nothing();
    }
    return api == NativeApi.IMS && value.equals(ImsImages.DEFAULTS.get(name))
        ? new Filter.PropertyIfAny(name, value)
        : new Filter.Property(name, value);
  }

  /**
   * Reads {@code in:a,b}, {@code eq:a}, or a plain value; an unknown operator is part of the value.
   */
  private static Filter oneOf(Attribute attribute, String value) {
    if (value.startsWith("in:")) {
      List<String> values = list(value.substring(3));
      return values.stream().allMatch(Fields::isStorable)
          ? new Filter.OneOf(attribute, values)
          : new Filter.Nothing();
    }
    return literal(attribute, value.startsWith("eq:") ? value.substring(3) : value);
  }

  private static Filter literal(Attribute attribute, String value) {
    return Fields.isStorable(value)
        ? new Filter.OneOf(attribute, List.of(value))
        : new Filter.Nothing();
  }

  /**
   * Reads comma-separated values. A value with commas is in double quotes; in these a backslash
   * escapes the next character (OpenStack API guideline on filters).
   */
  static List<String> list(String text) {
    List<String> values = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end;
      if (text.charAt(at) == '"') {
        StringBuilder value = new StringBuilder();
        int closing = at + 1;
        for (; closing < text.length() && text.charAt(closing) != '"'; closing++) {
          if (text.charAt(closing) == '\\' && closing + 1 < text.length()) {
            closing++;
          }
          value.append(text.charAt(closing));
        }
        if (closing >= text.length()) {
          throw invalid("Invalid filter value %s. The quote is not closed.".formatted(text));
        }
        end = closing + 1;
        if (end < text.length() && text.charAt(end) != ',') {
          throw invalid(
              "Invalid filter value %s. There is no comma after closing quotation mark."
                  .formatted(text));
        }
        values.add(value.toString());
      } else {
        int comma = text.indexOf(',', at);
        end = comma < 0 ? text.length() : comma;
        String value = text.substring(at, end);
        if (OPENING_QUOTE.matcher(value).find()) {
          throw invalid(
              "Invalid filter value %s. There is no comma before opening quotation mark."
                  .formatted(text));
        }
        values.add(value);
      }
      at = end + 1;
    }
    return values;
  }

  private static Filter number(Attribute attribute, String value) {
    Long number = number(value);
    return number == null
        ? new Filter.Nothing()
        : new Filter.NumberIs(attribute, Comparison.EQ, number);
  }

  private static long bound(String value) {
    Long bound = number(value);
    if (bound == null) {
      throw invalid("Unable to filter on a range with a non-numeric value.");
    }
    return bound;
  }

  /**
   * A number as Glance reads it (Python's {@code int}): blanks around it and a sign are allowed.
   * Null if it is none.
   */
  private static @Nullable Long number(String text) {
    String number = text.strip();
    boolean isSigned = number.startsWith("+") || number.startsWith("-");
    Long digits = WholeNumber.of(isSigned ? number.substring(1) : number);
    return digits != null && number.startsWith("-") ? Long.valueOf(-digits) : digits;
  }

  private static boolean flag(String name, @Nullable String value) {
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.equals("true")) {
      return true;
    }
    throw invalid(
        "Invalid value '%s' for '%s' filter. Valid values are 'true' or 'false'."
            .formatted(value, name));
  }

  private static @Nullable String lower(@Nullable String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private @Nullable String last(String name) {
    List<String> values = query.get(name);
    return values == null ? null : values.getLast();
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
