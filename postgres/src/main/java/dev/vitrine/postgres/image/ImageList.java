package dev.vitrine.postgres.image;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.Standing;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Attribute;
import dev.vitrine.image.ImageQuery.Comparison;
import dev.vitrine.image.ImageQuery.Filter;
import dev.vitrine.image.ImageQuery.Sort;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.image.ImageStore.Page;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.sharing.Membership;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statement behind a list of images. The images that a caller may see come from a few disjoint
 * branches (its own, public, shared with it, ...). Each branch walks an index in the list's order
 * and stops after a page, so the cost depends on the page, not on the number of images. With other
 * orders and filters the cost depends on the size of the branches.
 */
public final class ImageList {
  private static final int USUAL_LIMIT = 25;

  private static final String BEFORE_PAGE =
      "with caller as (%s)\nselect %s, caller.version\nfrom caller left join lateral\n"
          .formatted(CallerState.VERSION, PostgresImages.COLUMNS);

  private final Caller caller;
  private final boolean everything;
  private final ImageQuery query;
  private final @Nullable Image after;
  private final @Nullable String project;

  public ImageList(Caller caller, boolean everything, ImageQuery query, @Nullable Image after) {
    this.caller = caller;
    this.everything = everything;
    this.query = query;
    this.after = after;
    this.project = CallerState.project(caller);
  }

  /** SQL with the values of its parameters. */
  public record Sql(String text, List<@Nullable Object> values) {
    static Sql of(String text, @Nullable Object... values) {
      List<@Nullable Object> list = new ArrayList<>();
      for (Object value : values) {
        list.add(value);
      }
      return new Sql(text, list);
    }

    static Sql join(String separator, List<Sql> parts) {
      List<@Nullable Object> values = new ArrayList<>();
      parts.forEach(part -> values.addAll(part.values()));
      return new Sql(String.join(separator, parts.stream().map(Sql::text).toList()), values);
    }

    Sql wrap(String before, String after) {
      return new Sql(before + text + after, values);
    }
  }

  /** The standing, the same in all rows, and an image; null if the list is empty. */
  private record PageRow(Standing standing, @Nullable Image image) {}

  Page read(Database database) {
    Sql sql = statement();
    @Nullable Object[] values = database.callers().values(caller, sql.values().toArray());
    List<PageRow> rows =
        isQuick()
            ? database.listInGroup(sql.text(), ImageList::pageRow, values)
            : database.all(sql.text(), ImageList::pageRow, values);
    return new Page(
        rows.isEmpty() ? null : rows.getFirst().standing(),
        rows.stream().map(PageRow::image).filter(Objects::nonNull).toList());
  }

  private static PageRow pageRow(ResultSet row) throws SQLException {
    return new PageRow(CallerState.standing(row), PostgresImages.imageIfAny(row));
  }

  /** Whether the list walks indexes in their order, for a page of the usual size. */
  private boolean isQuick() {
    return query.isNewestFirst()
        && query.filters().isEmpty()
        && !query.hidden()
        && query.limit() <= USUAL_LIMIT;
  }

  /** Joins text instead of formatting it: a tenth of a list's time went into formatting. */
  public Sql statement() {
    List<Sql> branches = branches().stream().map(this::page).toList();
    Sql union = Sql.join("\nunion all\n", branches);
    String order = "order by " + order("i.created_at", "i.image_id");
    Sql page =
        branches.size() == 1
            ? union
            : Sql.join("", List.of(union.wrap("(select * from (", ") i " + order), limit()));
    return page.wrap(BEFORE_PAGE, "\ni on true\n" + order);
  }

  /**
   * A constant, because the plan must know how few rows are needed. There are at most a thousand
   * texts.
   */
  private Sql limit() {
    return Sql.of(" limit " + query.limit() + ")");
  }

  /** One disjoint part of the images that the caller may see. */
  private record Branch(String from, Sql condition, String createdAt, String imageId) {
    static Branch of(String condition, @Nullable Object... values) {
      return new Branch("image i", Sql.of(condition, values), "i.created_at", "i.image_id");
    }
  }

  private List<Branch> branches() {
    if (everything) {
      return switch (query.visibility()) {
        case Which.Usual() ->
            List.of(ofAll(Sql.of("(i.visibility <> 'community' or i.owner = ?)", project)));
        case Which.All() -> List.of(ofAll(Sql.of("true")));
        case Which.Only(Visibility only) -> List.of(ofAll(Sql.of("i.visibility = ?", only.word())));
        case Which.OfType(ImageType type) -> List.of(ofAll(Sql.of(ofType(type))));
        case Which.Received() -> sharedWithCaller();
      };
    }
    List<Branch> branches = new ArrayList<>();
    switch (query.visibility()) {
      case Which.Usual() -> {
        branches.add(Branch.of("i.owner = ?", project));
        branches.add(others(Visibility.PUBLIC));
        branches.addAll(sharedWithCaller());
      }
      case Which.All() -> {
        branches.add(Branch.of("i.owner = ?", project));
        branches.add(others(Visibility.PUBLIC));
        branches.add(others(Visibility.COMMUNITY));
        branches.addAll(sharedWithCaller());
      }
      case Which.Only(Visibility only) -> {
        branches.add(Branch.of("i.owner = ? and i.visibility = ?", project, only.word()));
        switch (only) {
          case PUBLIC, COMMUNITY -> branches.add(others(only));
          case SHARED -> branches.addAll(sharedWithCaller());
          case PRIVATE -> {}
        }
      }
      case Which.OfType(ImageType type) -> {
        branches.add(own(type));
        switch (type) {
          case GOLD -> branches.add(others(Visibility.PUBLIC));
          case SHARED -> branches.addAll(sharedWithCaller());
          case PRIVATE -> {}
        }
      }
      case Which.Received() -> branches.addAll(sharedWithCaller());
    }
    return branches;
  }

  /** Uses the partial index {@code image_by_time}, and therefore repeats its condition. */
  private static Branch ofAll(Sql condition) {
    return new Branch(
        "image i",
        condition.wrap("i.created_at > '-infinity' and ", ""),
        "i.created_at",
        "i.image_id");
  }

  /** Shared, and with a member. Uses index {@code image_member_in_order}. */
  private static final String SHARED_OUT =
      "(i.visibility = 'shared' and exists (select 1 from image_member o where o.image_id = i.image_id))";

  /** The same rule as {@link ImageType#of} (ruling 11). */
  private Branch own(ImageType type) {
    return Branch.of("i.owner = ? and " + ofType(type), project);
  }

  private static String ofType(ImageType type) {
    return switch (type) {
      case GOLD -> "i.visibility = 'public'";
      case SHARED -> SHARED_OUT;
      case PRIVATE -> "i.visibility <> 'public' and not " + SHARED_OUT;
    };
  }

  /**
   * Uses the partial index {@code image_by_visibility}, which needs the visibility as a constant.
   */
  private Branch others(Visibility visibility) {
    return Branch.of(
        "i.visibility = '" + visibility.word() + "' and i.owner is distinct from ?", project);
  }

  /** Uses index {@code image_member_by_member}, one branch for each status. */
  private List<Branch> sharedWithCaller() {
    List<Branch> branches = new ArrayList<>();
    for (MemberStatus status : query.memberStatuses()) {
      branches.add(
          new Branch(
              "image_member m join image i on i.image_id = m.image_id",
              Sql.of(
                  Membership.isOwn("m")
                      + " and m.status = ? and i.visibility = 'shared' and i.owner is distinct from ?",
                  Membership.member(caller),
                  status.word(),
                  project),
              "m.image_created_at",
              "m.image_id"));
    }
    return branches;
  }

  private Sql page(Branch branch) {
    List<Sql> conditions = new ArrayList<>();
    conditions.add(branch.condition());
    conditions.add(Sql.of(query.hidden() ? "i.hidden" : "not i.hidden"));
    query.filters().forEach(filter -> conditions.add(condition(filter)));
    if (after != null) {
      conditions.add(behind(branch, after));
    }
    return Sql.join(
        "",
        List.of(
            Sql.join(" and ", conditions)
                .wrap(
                    "(select "
                        + PostgresImages.columns(branch.imageId(), branch.createdAt())
                        + " from "
                        + branch.from()
                        + "\nwhere ",
                    "\norder by " + order(branch.createdAt(), branch.imageId())),
            limit()));
  }

  private String order(String createdAt, String imageId) {
    if (query.isNewestFirst()) {
      return createdAt + " desc, " + imageId + " desc";
    }
    List<String> keys = new ArrayList<>();
    for (Sort sort : completeSort()) {
      keys.add(sortKey(sort.attribute()) + (sort.descending() ? " desc" : ""));
    }
    return String.join(", ", keys);
  }

  /** The condition for what comes after the last image of the page before. */
  private Sql behind(Branch branch, Image last) {
    if (query.isNewestFirst()) {
      return Sql.of(
          "(" + branch.createdAt() + ", " + branch.imageId() + ") < (?, ?)",
          last.createdAt().atOffset(ZoneOffset.UTC),
          last.id().value());
    }
    List<Sql> alternatives = new ArrayList<>();
    List<Sql> equal = new ArrayList<>();
    for (Sort sort : completeSort()) {
      String key = sortKey(sort.attribute());
      Object value = sortValue(sort.attribute(), last);
      List<Sql> one = new ArrayList<>(equal);
      one.add(Sql.of(key + (sort.descending() ? " < ?" : " > ?"), value));
      alternatives.add(Sql.join(" and ", one));
      equal.add(Sql.of(key + " = ?", value));
    }
    return Sql.join(" or ", alternatives).wrap("(", ")");
  }

  /** The requested keys, then the creation time and the id. */
  private List<Sort> completeSort() {
    List<Sort> sort = new ArrayList<>(query.sort());
    for (Attribute last : List.of(Attribute.CREATED_AT, Attribute.ID)) {
      if (sort.stream().noneMatch(key -> key.attribute() == last)) {
        sort.add(new Sort(last, true));
      }
    }
    return sort;
  }

  /** A missing value counts as the lowest. */
  private static String sortKey(Attribute attribute) {
    return switch (attribute) {
      case NAME, DISK_FORMAT, CONTAINER_FORMAT -> "coalesce(" + column(attribute) + ", '')";
      case SIZE -> "coalesce(i.size, -1)";
      case STATUS -> "i.status collate \"C\"";
      case ID,
          CREATED_AT,
          UPDATED_AT,
          OWNER,
          MD5,
          SHA512,
          VIRTUAL_SIZE,
          MIN_DISK,
          MIN_RAM,
          IMAGE_SIZE,
          ACTIVE_AT ->
          column(attribute);
    };
  }

  private static Object sortValue(Attribute attribute, Image image) {
    return switch (attribute) {
      case ID -> image.id().value();
      case NAME -> orEmpty(image.name());
      case STATUS -> image.status().word();
      case DISK_FORMAT -> orEmpty(image.diskFormat());
      case CONTAINER_FORMAT -> orEmpty(image.containerFormat());
      case SIZE -> image.data() == null ? -1L : image.data().size();
      case CREATED_AT -> image.createdAt().atOffset(ZoneOffset.UTC);
      case UPDATED_AT -> image.updatedAt().atOffset(ZoneOffset.UTC);
      case OWNER, MD5, SHA512, VIRTUAL_SIZE, MIN_DISK, MIN_RAM, IMAGE_SIZE, ACTIVE_AT ->
          throw new IllegalArgumentException("no sort key: " + attribute);
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private Sql condition(Filter filter) {
    return switch (filter) {
      case Filter.OneOf(Attribute attribute, List<String> values) when attribute == Attribute.ID ->
          Sql.of(
              "i.image_id = any (?)",
              (Object)
                  values.stream()
                      .map(ImageId::of)
                      .filter(id -> id != null)
                      .map(ImageId::value)
                      .toArray(UUID[]::new));
      case Filter.OneOf(Attribute attribute, List<String> values) ->
          Sql.of(column(attribute) + " = any (?)", (Object) values.toArray(String[]::new));
      case Filter.NumberIs(Attribute attribute, Comparison comparison, long value) ->
          Sql.of(column(attribute) + operator(comparison) + "?", value);
      case Filter.TimeIs(Attribute attribute, Comparison comparison, Instant value) ->
          Sql.of(
              "date_trunc('second', " + column(attribute) + ")" + operator(comparison) + "?",
              value.atOffset(ZoneOffset.UTC));
      case Filter.Tagged(List<String> tags) ->
          Sql.of("i.tags @> ?::text[]", (Object) tags.toArray(String[]::new));
      case Filter.IsProtected(boolean value) -> Sql.of(value ? "i.protected" : "not i.protected");
      case Filter.Property(String name, String value) ->
          Sql.of("i.properties @> ?::jsonb", Properties.write(Map.of(name, value)));
      case Filter.PropertyIfAny(String name, String value) ->
          Sql.of(
              "(i.properties @> ?::jsonb or not jsonb_exists(i.properties, ?))",
              Properties.write(Map.of(name, value)),
              name);
      case Filter.InEnterpriseProjects(Set<String> projects) ->
          Sql.of(
              "(i.owner = ? and i.enterprise_project_id = any (?))",
              project,
              projects.toArray(String[]::new));
      case Filter.OutsideEnterpriseProjects(Set<String> projects) ->
          Sql.of(
              "(i.owner is distinct from ? or i.enterprise_project_id <> all (?))",
              project,
              projects.toArray(String[]::new));
      case Filter.Nothing() -> Sql.of("false");
    };
  }

  private static String column(Attribute attribute) {
    return switch (attribute) {
      case ID -> "i.image_id";
      case NAME -> "i.name";
      case STATUS -> "i.status";
      case OWNER -> "i.owner";
      case DISK_FORMAT -> "i.disk_format";
      case CONTAINER_FORMAT -> "i.container_format";
      case MD5 -> "i.md5";
      case SHA512 -> "i.sha512";
      case SIZE -> "i.size";
      case VIRTUAL_SIZE -> "i.virtual_size";
      case MIN_DISK -> "i.min_disk";
      case MIN_RAM -> "i.min_ram";
      case CREATED_AT -> "i.created_at";
      case UPDATED_AT -> "i.updated_at";
      case IMAGE_SIZE -> "coalesce(i.size, 0)";
      case ACTIVE_AT -> "i.active_at";
    };
  }

  private static String operator(Comparison comparison) {
    return switch (comparison) {
      case EQ -> " = ";
      case NEQ -> " <> ";
      case LT -> " < ";
      case LTE -> " <= ";
      case GT -> " > ";
      case GTE -> " >= ";
    };
  }
}
