package dev.vitrine.server.keystone;

import dev.vitrine.directory.Filter;
import dev.vitrine.identity.DomainId;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Fields;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads filters in queries. */
final class Query {
  private static final Set<String> TRUE = Set.of("true", "1", "yes", "on", "y", "t");
  private static final Set<String> FALSE = Set.of("false", "0", "no", "off", "n", "f");

  private Query() {}

  /** As {@link QueryParameters#taking}, for a list: also the parameters of {@link Page}. */
  static Handler listing(Handler handler, String... names) {
    return QueryParameters.taking(
        handler,
        Stream.concat(Arrays.stream(names), Page.PARAMETERS.stream()).toArray(String[]::new));
  }

  /** The filters that all lists have. */
  static Filter filter(Request request) {
    String enabled = request.query("enabled");
    return new Filter(
        filter(request, "domain_id", DomainId::new),
        text(request, "name"),
        enabled == null ? null : !FALSE.contains(word(enabled)));
  }

  /** The filters of lists of projects. A project's only parent is its domain. */
  static Filter projects(Request request) {
    if (flag(request, "is_domain")) {
      throw QueryParameters.invalid(
          "is_domain", "domains are no projects here: list them by /v3/domains");
    }
    Filter filter = filter(request);
    DomainId parent = filter(request, "parent_id", DomainId::new);
    if (parent != null && filter.domain() != null && !parent.equals(filter.domain())) {
      throw QueryParameters.invalid(
          "parent_id", "no project of domain_id can have it: projects have no children");
    }
    return new Filter(
        parent == null ? filter.domain() : parent,
        filter.name(),
        filter.enabled(),
        new Filter.Tags(
            tags(request, "tags"),
            tags(request, "tags-any"),
            tags(request, "not-tags"),
            tags(request, "not-tags-any")));
  }

  /** The parameters of {@link #projects}. */
  static final String[] PROJECTS = {
    "domain_id",
    "name",
    "enabled",
    "parent_id",
    "is_domain",
    "tags",
    "tags-any",
    "not-tags",
    "not-tags-any"
  };

  private static Set<String> tags(Request request, String name) {
    String value = text(request, name);
    if (value == null) {
      return Set.of();
    }
    Set<String> tags = Arrays.stream(value.split(",", -1)).collect(Collectors.toUnmodifiableSet());
    tags.forEach(tag -> ProjectTags.require(name, tag));
    return tags;
  }

  /** An id in the query; null if absent. */
  static <T> @Nullable T filter(Request request, String name, Function<String, T> type) {
    String value = text(request, name);
    try {
      return value == null ? null : type.apply(value);
    } catch (IllegalArgumentException e) {
      throw QueryParameters.invalid(name, "must be an id");
    }
  }

  /** A flag: true if it is present, unless its value means false. */
  static boolean flag(Request request, String name) {
    String value = request.query(name);
    return value != null && !FALSE.contains(word(value));
  }

  /** A flag that its value must turn on: false if it is absent or its value does not mean true. */
  static boolean strictFlag(Request request, String name) {
    String value = request.query(name);
    return value != null && TRUE.contains(word(value));
  }

  /** As in oslo.utils, {@code bool_from_string}: neither case nor blanks around a word count. */
  private static String word(String value) {
    return value.strip().toLowerCase(Locale.ROOT);
  }

  static @Nullable String text(Request request, String name) {
    String value = request.query(name);
    return value == null ? null : Fields.storable(name, value);
  }
}
