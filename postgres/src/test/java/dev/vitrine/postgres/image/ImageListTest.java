package dev.vitrine.postgres.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Attribute;
import dev.vitrine.image.ImageQuery.Sort;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.Premise;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists against a naive reading of the rules, over images made at random. */
@NullMarked
class ImageListTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final int IMAGES = 300;
  private static final Random RANDOM = new Random(20261124);

  private static Tenants tenants;
  private static PostgresImages images;

  /** An image and what bob made of it, null if it is not shared with him. */
  private record Made(Image image, @Nullable MemberStatus bob) {}

  private static final List<Made> MADE = new ArrayList<>();

  @BeforeAll
  static void fill() {
    tenants = Tenants.in(DATABASE.database());
    images = new PostgresImages(DATABASE.database());
    PostgresMembers members = new PostgresMembers(DATABASE.database());
    for (int i = 0; i < IMAGES; i++) {
      Image image = Objects.requireNonNull(tenants.insert(images, random()));
      MemberStatus bob = RANDOM.nextInt(3) == 0 ? null : pick(MemberStatus.values());
      if (bob != null) {
        MemberId id = new MemberId(Tenants.project(tenants.bob()).value());
        Premise owners = Tenants.premise(members.find(tenants.alice(), image.id()));
        members.add(
            tenants.alice(),
            image.id(),
            id,
            owners,
            new Rules(Consent.GLANCE, -1, -1, false, false, NativeApi.GLANCE),
            new Cause("test", null));
        Premise bobs = Tenants.premise(members.find(tenants.bob(), image.id()));
        members.setStatus(tenants.bob(), image.id(), id, bob, null, bobs, new Cause("test", null));
      }
      MADE.add(new Made(image, bob));
    }
  }

  static Stream<Caller> callers() {
    return Stream.of(tenants.alice(), tenants.bob());
  }

  /** Pages of three, followed to the end, are the whole list, each image once, in order. */
  @ParameterizedTest
  @MethodSource("callers")
  void pagesAreWhatTheRulesSay(Caller caller) {
    for (Which which : whiches()) {
      for (Set<MemberStatus> statuses :
          List.of(
              EnumSet.of(MemberStatus.ACCEPTED),
              EnumSet.of(MemberStatus.PENDING),
              EnumSet.allOf(MemberStatus.class))) {
        for (List<Sort> sort : sorts()) {
          ImageQuery query = new ImageQuery(which, statuses, false, List.of(), sort, 3);
          assertThat(allPages(caller, query))
              .as("%s %s %s", which, statuses, sort)
              .isEqualTo(naive(caller, query));
        }
      }
    }
  }

  @Test
  void aCloudAdminListsEverything() {
    ImageQuery query = new ImageQuery(new Which.All(), Set.of(), false, List.of(), List.of(), 1000);
    assertThat(images.list(tenants.admin(), true, query, null).images())
        .hasSize((int) MADE.stream().filter(made -> !made.image().hidden()).count());
  }

  private static List<ImageId> allPages(Caller caller, ImageQuery query) {
    List<ImageId> all = new ArrayList<>();
    @Nullable Image after = null;
    while (true) {
      List<Image> page = images.list(caller, false, query, after).images();
      page.forEach(image -> all.add(image.id()));
      if (page.size() < query.limit()) {
        return all;
      }
      after = page.getLast();
    }
  }

  private static List<ImageId> naive(Caller caller, ImageQuery query) {
    ProjectId project = Tenants.project(caller);
    boolean isBob = caller.equals(tenants.bob());
    return MADE.stream()
        .filter(made -> !made.image().hidden())
        .filter(
            made -> {
              Image image = made.image();
              boolean own = project.equals(image.owner());
              boolean shared =
                  isBob
                      && image.visibility() == Visibility.SHARED
                      && made.bob() != null
                      && query.memberStatuses().contains(made.bob());
              boolean visible =
                  own
                      || shared
                      || image.visibility() == Visibility.PUBLIC
                      || image.visibility() == Visibility.COMMUNITY;
              return visible
                  && switch (query.visibility()) {
                    case Which.Usual() -> own || image.visibility() != Visibility.COMMUNITY;
                    case Which.All() -> true;
                    case Which.Only(Visibility only) -> image.visibility() == only;
                    case Which.OfType(ImageType type) ->
                        ImageType.of(image.visibility(), made.bob() != null) == type
                            && (own || image.visibility() != Visibility.COMMUNITY);
                    case Which.Received() -> shared && !own;
                  };
            })
        .map(Made::image)
        .sorted(order(query.sort()))
        .map(Image::id)
        .toList();
  }

  private static Comparator<Image> order(List<Sort> sort) {
    Comparator<Image> order = (_, _) -> 0;
    for (Sort key : sort) {
      Comparator<Image> by =
          switch (key.attribute()) {
            case NAME ->
                Comparator.comparing(image -> Objects.requireNonNullElse(image.name(), ""));
            case STATUS -> Comparator.comparing(image -> image.status().word());
            case DISK_FORMAT ->
                Comparator.comparing(image -> Objects.requireNonNullElse(image.diskFormat(), ""));
            case CREATED_AT -> Comparator.comparing(Image::createdAt);
            case ID -> Comparator.comparing(image -> image.id().toString());
            default -> throw new IllegalArgumentException(key.toString());
          };
      order = order.thenComparing(key.descending() ? by.reversed() : by);
    }
    return order
        .thenComparing(Comparator.comparing(Image::createdAt).reversed())
        .thenComparing(Comparator.comparing((Image image) -> image.id().toString()).reversed());
  }

  private static List<Which> whiches() {
    List<Which> all = new ArrayList<>(List.of(new Which.Usual(), new Which.All()));
    for (Visibility visibility : Visibility.values()) {
      all.add(new Which.Only(visibility));
    }
    for (ImageType type : ImageType.values()) {
      all.add(new Which.OfType(type));
    }
    all.add(new Which.Received());
    return all;
  }

  private static List<List<Sort>> sorts() {
    return List.of(
        List.of(),
        List.of(new Sort(Attribute.CREATED_AT, false)),
        List.of(new Sort(Attribute.NAME, false)),
        List.of(new Sort(Attribute.NAME, true), new Sort(Attribute.STATUS, false)),
        List.of(new Sort(Attribute.DISK_FORMAT, false), new Sort(Attribute.ID, false)));
  }

  private static Image random() {
    boolean alice = RANDOM.nextInt(3) > 0;
    return new Image(
        ImageId.next(),
        Tenants.project(alice ? tenants.alice() : tenants.admin()),
        RANDOM.nextInt(4) == 0 ? null : "n" + RANDOM.nextInt(5),
        ImageStatus.QUEUED,
        pick(Visibility.values()),
        false,
        RANDOM.nextInt(10) == 0,
        0,
        0,
        RANDOM.nextBoolean() ? "raw" : null,
        null,
        null,
        List.of(),
        Map.of(),
        Image.DEFAULT_ENTERPRISE_PROJECT,
        Instant.EPOCH,
        Instant.EPOCH,
        null);
  }

  private static <T> T pick(T[] values) {
    return values[RANDOM.nextInt(values.length)];
  }
}
