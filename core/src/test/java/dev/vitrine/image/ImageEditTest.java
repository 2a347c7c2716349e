package dev.vitrine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.View;
import dev.vitrine.sharing.Visibility;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may become of each attribute of an image (contract/glance-images.md (b), PATCH, unless a
 * test says otherwise).
 */
@NullMarked
class ImageEditTest {
  private static final ProjectId ALICE = new ProjectId("alice");
  private static final ProjectId BOB = new ProjectId("bob");
  private static final EnterpriseProjectId DEPARTMENT = new EnterpriseProjectId("department");
  private static final StoredData DATA = new StoredData("key", 3, null, "md5", "sha512");
  private static final List<String> SIGNATURE =
      List.of(
          "img_signature",
          "img_signature_hash_method",
          "img_signature_key_type",
          "img_signature_certificate_uuid");

  private static final int MAX = 128;
  private static final int MAX_VALUE = 65_535;

  /** An image of Alice's. */
  private record Before(
      ImageStatus status,
      Visibility visibility,
      @Nullable StoredData data,
      List<String> tags,
      Map<String, String> properties,
      String enterpriseProject) {
    static final Before QUEUED =
        new Before(
            ImageStatus.QUEUED,
            Visibility.SHARED,
            null,
            List.of("a", "b"),
            Map.of("custom", "1"),
            DEPARTMENT.value());

    Before with(ImageStatus status) {
      return new Before(status, visibility, data, tags, properties, enterpriseProject);
    }

    Before with(Visibility visibility) {
      return new Before(status, visibility, data, tags, properties, enterpriseProject);
    }

    Before with(StoredData data) {
      return new Before(status, visibility, data, tags, properties, enterpriseProject);
    }

    Before with(List<String> tags) {
      return new Before(status, visibility, data, tags, properties, enterpriseProject);
    }

    Before with(Map<String, String> properties) {
      return new Before(status, visibility, data, tags, properties, enterpriseProject);
    }

    Image image() {
      return new Image(
          ImageId.named("00000000-0000-0000-0000-000000000001"),
          ALICE,
          "name",
          status,
          visibility,
          false,
          false,
          1,
          2,
          "raw",
          "bare",
          data,
          tags,
          properties,
          enterpriseProject,
          Instant.EPOCH.plusSeconds(1),
          Instant.EPOCH.plusSeconds(2),
          null);
    }
  }

  private static ImageEdit edit(Image image, boolean cloudAdmin, boolean isNew) {
    View view =
        new View(
            image.id(), image.owner(), image.visibility(), ALICE, cloudAdmin, null, Traits.USUAL);
    return new ImageEdit(image, view, isNew);
  }

  private static ImageEdit change(Before before) {
    return edit(before.image(), false, false);
  }

  private static ImageEdit creation() {
    return edit(Before.QUEUED.with(Map.of()).image(), false, true);
  }

  private static Image after(Before before, ImageEdit.Change... changes) {
    ImageEdit edit = change(before);
    for (ImageEdit.Change change : changes) {
      change.applyTo(edit);
    }
    return edit.result();
  }

  private static @Nullable Refusal refusal(ImageEdit edit, ImageEdit.Change change) {
    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () -> {
              change.applyTo(edit);
              edit.result();
            });
    return refused == null ? null : refused.refusal();
  }

  /** The attributes in which two images differ. */
  private static List<String> differences(Image before, Image after) {
    return Arrays.stream(Image.class.getRecordComponents())
        .filter(attribute -> !Objects.equals(value(attribute, before), value(attribute, after)))
        .map(RecordComponent::getName)
        .toList();
  }

  private static @Nullable Object value(RecordComponent attribute, Image image) {
    try {
      return attribute.getAccessor().invoke(image);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> properties(int number, String value) {
    return IntStream.range(0, number)
        .boxed()
        .collect(Collectors.toMap(i -> "p" + i, i -> value, (a, b) -> a, LinkedHashMap::new));
  }

  private static List<String> tags(int number) {
    return IntStream.range(0, number).mapToObj(i -> "t" + i).toList();
  }

  private static Arguments replacing(
      String attribute, ImageEdit.Change change, @Nullable Object value) {
    return argumentSet(attribute + " = " + value, attribute, change, value);
  }

  private static Stream<Arguments> replaced() {
    return Stream.of(
        replacing("name", edit -> edit.name("other"), "other"),
        replacing("name", edit -> edit.name(null), null),
        replacing("visibility", edit -> edit.visibility(Visibility.PRIVATE), Visibility.PRIVATE),
        replacing(
            "visibility", edit -> edit.visibility(Visibility.COMMUNITY), Visibility.COMMUNITY),
        replacing("isProtected", edit -> edit.protect(true), true),
        replacing("hidden", edit -> edit.hide(true), true),
        replacing("minDisk", edit -> edit.minDisk(7), 7L),
        replacing("minRam", edit -> edit.minRam(7), 7L),
        replacing("diskFormat", edit -> edit.diskFormat("qcow2"), "qcow2"),
        replacing("diskFormat", edit -> edit.diskFormat(null), null),
        replacing("containerFormat", edit -> edit.containerFormat("ovf"), "ovf"),
        replacing("containerFormat", edit -> edit.containerFormat(null), null),
        replacing("tags", edit -> edit.tags(List.of("c", "a", "c")), List.of("c", "a")),
        replacing("tags", edit -> edit.tags(List.of()), List.of()),
        replacing("tags", edit -> edit.tags(List.of("b", "a")), List.of("b", "a")),
        replacing("tags", edit -> edit.addTag("c"), List.of("a", "b", "c")),
        replacing("tags", edit -> edit.removeTag("a"), List.of("b")),
        replacing("properties", edit -> edit.property("custom", "2"), Map.of("custom", "2")),
        replacing("properties", edit -> edit.property("custom", ""), Map.of("custom", "")),
        replacing(
            "properties", edit -> edit.property("new", "2"), Map.of("custom", "1", "new", "2")),
        replacing(
            "properties",
            edit -> edit.addNewProperty("new", "2"),
            Map.of("custom", "1", "new", "2")),
        replacing("properties", edit -> edit.replaceProperty("custom", "2"), Map.of("custom", "2")),
        replacing("properties", edit -> edit.removeProperty("custom"), Map.of()),
        replacing(
            "enterpriseProject", edit -> edit.moveTo(new EnterpriseProjectId("other")), "other"));
  }

  @ParameterizedTest
  @MethodSource("replaced")
  void aChangeChangesItsAttributeAlone(
      String attribute, ImageEdit.Change change, @Nullable Object value) {
    Image before = Before.QUEUED.image();
    Image after = after(Before.QUEUED, change);

    assertThat(differences(before, after)).containsExactly(attribute);
    RecordComponent changed =
        Arrays.stream(Image.class.getRecordComponents())
            .filter(component -> component.getName().equals(attribute))
            .findFirst()
            .orElseThrow();
    assertThat(value(changed, after)).isEqualTo(value);
  }

  private static Stream<Arguments> ofNothing() {
    return Stream.<Map.Entry<String, ImageEdit.Change>>of(
            Map.entry("no change", edit -> {}),
            Map.entry("name", edit -> edit.name("name")),
            Map.entry("visibility", edit -> edit.visibility(Visibility.SHARED)),
            Map.entry("protected", edit -> edit.protect(false)),
            Map.entry("hidden", edit -> edit.hide(false)),
            Map.entry("min_disk", edit -> edit.minDisk(1)),
            Map.entry("min_ram", edit -> edit.minRam(2)),
            Map.entry("disk_format", edit -> edit.diskFormat("raw")),
            Map.entry("container_format", edit -> edit.containerFormat("bare")),
            Map.entry("tags", edit -> edit.tags(List.of("a", "b", "a"))),
            Map.entry("a tag that is there", edit -> edit.addTag("a")),
            Map.entry("property", edit -> edit.property("custom", "1")),
            Map.entry("replaced property", edit -> edit.replaceProperty("custom", "1")),
            Map.entry("enterprise project", edit -> edit.moveTo(DEPARTMENT)),
            Map.entry(
                "add, replace, remove in one",
                edit -> {
                  edit.property("q1", "1");
                  edit.replaceProperty("q1", "2");
                  edit.removeProperty("q1");
                }),
            Map.entry(
                "there and back",
                edit -> {
                  edit.name("other");
                  edit.name("name");
                  edit.addTag("c");
                  edit.removeTag("c");
                }))
        .map(change -> argumentSet(change.getKey(), change.getValue()));
  }

  @ParameterizedTest
  @MethodSource("ofNothing")
  void aChangeOfNothingLeavesTheImageAsItWas(ImageEdit.Change change) {
    assertThat(after(Before.QUEUED, change)).isEqualTo(Before.QUEUED.image());
  }

  /** Glance (b): "second op fails: is the first kept"; it is not. */
  @Test
  void whatIsRefusedLeavesTheImageAsItWas() {
    Image image = Before.QUEUED.image();
    ImageEdit edit = edit(image, false, false);

    assertThat(
            refusal(
                edit,
                changed -> {
                  changed.name("other");
                  changed.addTag("c");
                  changed.property("newp", "1");
                  changed.replaceProperty("nope", "x");
                }))
        .isEqualTo(new Refusal.PropertyConflict("Property nope does not exist."));
    assertThat(image).isEqualTo(Before.QUEUED.image());
  }

  // ---- Properties

  @Test
  void whatIsNotThereIsNeitherReplacedNorRemoved() {
    Refusal absent = new Refusal.PropertyConflict("Property nope does not exist.");

    assertThat(refusal(change(Before.QUEUED), edit -> edit.replaceProperty("nope", "x")))
        .isEqualTo(absent);
    assertThat(refusal(change(Before.QUEUED), edit -> edit.removeProperty("nope")))
        .isEqualTo(absent);
    assertThat(refusal(change(Before.QUEUED), edit -> edit.replaceProperty("CUSTOM", "x")))
        .as("case counts")
        .isEqualTo(new Refusal.PropertyConflict("Property CUSTOM does not exist."));
    assertThat(refusal(change(Before.QUEUED), edit -> edit.removeTag("nope")))
        .isEqualTo(new Refusal.NotFound("The resource could not be found."));
  }

  /** Worth knowing, 5: patches of version 2.0 add what is not there yet. */
  @Test
  void whatIsThereIsNotAddedAsNew() {
    assertThat(refusal(change(Before.QUEUED), edit -> edit.addNewProperty("custom", "2")))
        .isEqualTo(new Refusal.PropertyConflict("Property custom already present."));
    Before whole = Before.QUEUED.with(Map.of("__whole_image", "true"));
    assertThat(refusal(change(whole), edit -> edit.addNewProperty("__whole_image", "x")))
        .as("as patches of version 2.1 are told")
        .isEqualTo(reserved("__whole_image"));
  }

  /** One way to set a property each, and to remove it. */
  private static Stream<ImageEdit.Change> touching(String property) {
    return Stream.of(
        edit -> edit.property(property, "x"),
        edit -> edit.addNewProperty(property, "x"),
        edit -> edit.replaceProperty(property, "x"),
        edit -> edit.removeProperty(property));
  }

  private static Refusal reserved(String attribute) {
    return new Refusal.Forbidden("Attribute '" + attribute + "' is reserved.");
  }

  /** Ruling 18: derived, read-only. */
  @ParameterizedTest
  @ValueSource(strings = {"__imagetype", "__isregistered", "__image_size", "__data_origin"})
  void nobodySetsWhatImsDerives(String property) {
    assertThat(touching(property))
        .allSatisfy(
            touch -> {
              assertThat(refusal(change(Before.QUEUED), touch)).isEqualTo(reserved(property));
              assertThat(refusal(creation(), touch)).isEqualTo(reserved(property));
              assertThat(refusal(edit(Before.QUEUED.image(), true, false), touch))
                  .as("not even a cloud administrator")
                  .isEqualTo(reserved(property));
            });
  }

  /** Ruling 18: set at creation only. */
  @ParameterizedTest
  @ValueSource(strings = {"__system__cmkid", "__whole_image", "__backup_id"})
  void whatAnImageIsMadeOfIsSetAtCreationOnly(String property) {
    assertThat(touching(property))
        .allSatisfy(
            touch ->
                assertThat(refusal(change(Before.QUEUED), touch)).isEqualTo(reserved(property)));

    ImageEdit creation = creation();
    creation.property(property, "x");
    assertThat(creation.result().properties()).containsExactly(Map.entry(property, "x"));

    Before made = Before.QUEUED.with(Map.of(property, "x"));
    for (ImageEdit.Change change :
        List.<ImageEdit.Change>of(
            edit -> edit.property(property, "x"),
            edit -> edit.replaceProperty(property, "x"),
            edit -> edit.removeProperty(property))) {
      assertThat(refusal(change(made), change)).isEqualTo(reserved(property));
    }
    assertThat(after(made, edit -> edit.name("other")).properties())
        .as("it stays")
        .containsKey(property);
  }

  @Test
  void otherNamesOfImsAreTheClients() {
    assertThat(after(Before.QUEUED, edit -> edit.property("__x", "1")).properties())
        .containsEntry("__x", "1");
    assertThat(after(Before.QUEUED, edit -> edit.property("__IMAGETYPE", "1")).properties())
        .containsEntry("__IMAGETYPE", "1");
  }

  // ---- Limits

  private static Refusal tooMany(int attempted, String what) {
    return new Refusal.TooLarge(
        Limit.IMAGE,
        "The limit has been exceeded on the number of allowed image %s. Attempted: %d, Maximum: 128"
            .formatted(what, attempted));
  }

  /** "over 128 properties" is 413. */
  @Test
  void anImageHasAtMost128Properties() {
    Before full = Before.QUEUED.with(properties(MAX, "v"));

    assertThat(refusal(change(full), edit -> edit.property("p0", "other"))).isNull();
    assertThat(refusal(change(full), edit -> edit.property("more", "v")))
        .isEqualTo(tooMany(MAX + 1, "properties"));
    assertThat(
            refusal(
                change(full),
                edit -> {
                  edit.property("more", "v");
                  edit.removeProperty("p0");
                }))
        .as("what counts is the end")
        .isNull();
  }

  /** (d), tags: the 129th is 413. */
  @Test
  void anImageHasAtMost128Tags() {
    Before full = Before.QUEUED.with(tags(MAX));

    assertThat(refusal(change(full), edit -> edit.addTag("t0"))).isNull();
    assertThat(refusal(change(full), edit -> edit.addTag("more")))
        .isEqualTo(tooMany(MAX + 1, "tags"));
    assertThat(refusal(change(full), edit -> edit.tags(tags(MAX + 72))))
        .isEqualTo(tooMany(MAX + 72, "tags"));
    List<String> twice = IntStream.range(0, 2 * MAX).mapToObj(i -> "t" + i % MAX).toList();
    assertThat(refusal(change(Before.QUEUED), edit -> edit.tags(twice)))
        .as("repetitions count once")
        .isNull();
  }

  /** Worth knowing, 2: over 65535 characters is a 500 in Glance. */
  @Test
  void aValueHasAtMost65535Characters() {
    String longest = "v".repeat(MAX_VALUE);
    Refusal tooLong = new Refusal.Invalid("Value of property 'custom' is over 65535 characters.");

    for (boolean replaced : new boolean[] {false, true}) {
      assertThat(refusal(change(Before.QUEUED), setting(replaced, longest))).isNull();
      assertThat(refusal(change(Before.QUEUED), setting(replaced, longest + "v")))
          .isEqualTo(tooLong);
    }
    String longestOfEmoji = "\ud83d\ude00".repeat(MAX_VALUE);
    assertThat(refusal(change(Before.QUEUED), setting(true, longestOfEmoji))).isNull();
    assertThat(
            refusal(
                change(Before.QUEUED.with(Map.of())),
                edit -> edit.addNewProperty("custom", longest + "v")))
        .isEqualTo(tooLong);
  }

  private static ImageEdit.Change setting(boolean replaced, String value) {
    return replaced
        ? edit -> edit.replaceProperty("custom", value)
        : edit -> edit.property("custom", value);
  }

  @Test
  void allValuesTogetherHaveAtMostFourTimesThat() {
    Before full = Before.QUEUED.with(properties(4, "v".repeat(MAX_VALUE)));

    assertThat(refusal(change(full), edit -> edit.property("empty", ""))).isNull();
    assertThat(refusal(change(full), edit -> edit.property("one", "v")))
        .isEqualTo(
            new Refusal.TooLarge(
                Limit.IMAGE,
                "The properties of an image hold at most 262140 characters together; these are"
                    + " 262141."));
    assertThat(
            refusal(
                change(full),
                edit -> {
                  edit.property("one", "v");
                  edit.property("p0", "v".repeat(MAX_VALUE - 1));
                }))
        .as("what counts is the end")
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"min_disk", "min_ram"})
  void aMinimumIsFromNothingToTheLargestInteger(String attribute) {
    String negative = "Invalid value '%d' for parameter '%s': Cannot be a negative value";
    String large = "'%2$s' value out of range, must not exceed 2147483647.";
    Stream.of(
            arguments(0L, null),
            arguments(2_147_483_647L, null),
            arguments(-1L, negative),
            arguments(Long.MIN_VALUE, negative),
            arguments(2_147_483_648L, large),
            arguments(Long.MAX_VALUE, large))
        .map(Arguments::get)
        .forEach(
            row -> {
              long value = (long) row[0];
              ImageEdit.Change change =
                  attribute.equals("min_disk")
                      ? edit -> edit.minDisk(value)
                      : edit -> edit.minRam(value);
              String message = (String) row[1];
              assertThat(refusal(change(Before.QUEUED), change))
                  .isEqualTo(
                      message == null
                          ? null
                          : new Refusal.Invalid(message.formatted(value, attribute)));
            });
  }

  // ---- Who may

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          isNew, cloudAdmin, owner, allowed
          # ruling 2; "Owner can't be updated by non admin.", even to the same value
          false, false,      alice, false
          false, false,      bob,   false
          false, false,      -,     false
          false, true,       alice, true
          false, true,       bob,   true
          false, true,       -,     true
          # (a): at its creation it may be said whose it is anyway
          true,  false,      alice, true
          true,  false,      bob,   false
          true,  false,      -,     false
          true,  true,       bob,   true
          true,  true,       -,     true
          """)
  void onlyACloudAdministratorGivesAnImageAway(
      boolean isNew, boolean cloudAdmin, @Nullable String owner, boolean allowed) {
    ProjectId project = owner == null ? null : new ProjectId(owner);
    ImageEdit edit = edit(Before.QUEUED.image(), cloudAdmin, isNew);
    Refusal refusal = refusal(edit, changed -> changed.owner(project));

    assertThat(refusal).isEqualTo(allowed ? null : new Refusal.ForeignOwner(owner, isNew));
    assertThat(edit.result().owner()).isEqualTo(allowed ? project : ALICE);
  }

  @ParameterizedTest
  @EnumSource
  void onlyACloudAdministratorPublishesAnImage(Visibility visibility) {
    boolean isPublic = visibility == Visibility.PUBLIC;
    for (Visibility old : Visibility.values()) {
      Image image = Before.QUEUED.with(old).image();
      for (boolean isNew : new boolean[] {false, true}) {
        assertThat(refusal(edit(image, false, isNew), edit -> edit.visibility(visibility)))
            .as("%s", old)
            .isEqualTo(isPublic ? new Refusal.NotCloudAdmin("publicize_image") : null);
      }
      ImageEdit byAdmin = edit(image, true, false);
      byAdmin.visibility(visibility);
      assertThat(byAdmin.result().visibility()).isEqualTo(visibility);
    }
  }

  /** Ruling 29: what is said is an intent, also if it was so before. */
  @Test
  void whoSaysPrivateMeansIt() {
    ImageEdit edit = change(Before.QUEUED.with(Visibility.PRIVATE));
    assertThat(edit.saysPrivate()).as("nothing is said").isFalse();
    edit.visibility(Visibility.PRIVATE);
    assertThat(edit.saysPrivate()).isTrue();
    edit.visibility(Visibility.SHARED);
    assertThat(edit.saysPrivate()).as("the last word counts").isFalse();
  }

  /** Worth knowing, 6: even to the same value. */
  @ParameterizedTest
  @EnumSource
  void aFormatChangesWhileTheImageIsQueued(ImageStatus status) {
    for (String value : new String[] {"raw", "bare", "vhd"}) {
      assertThat(refusal(change(Before.QUEUED.with(status)), edit -> edit.diskFormat(value)))
          .isEqualTo(unlessQueued(status, "disk_format"));
      assertThat(refusal(change(Before.QUEUED.with(status)), edit -> edit.containerFormat(value)))
          .isEqualTo(unlessQueued(status, "container_format"));
    }
    assertThat(refusal(change(Before.QUEUED.with(status)), edit -> edit.diskFormat(null)))
        .isEqualTo(unlessQueued(status, "disk_format"));
  }

  private static @Nullable Refusal unlessQueued(ImageStatus status, String attribute) {
    return status == ImageStatus.QUEUED
        ? null
        : new Refusal.Forbidden(
            "Attribute " + attribute + " can be only replaced for a queued image.");
  }

  // ---- Enterprise projects

  /** Ruling 8. */
  @Test
  void anEnterpriseProjectIsSetAtCreation() {
    ImageEdit creation = creation();
    creation.enterpriseProject(new EnterpriseProjectId("other"));

    assertThat(creation.result().enterpriseProject()).isEqualTo("other");
    assertThat(refusal(change(Before.QUEUED), edit -> edit.enterpriseProject(DEPARTMENT)))
        .isEqualTo(reserved("enterprise_project_id"));
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          isNew, owner, enterpriseProject
          false, alice, department
          false, bob,   0
          false, -,     0
          # it is of the owner that is said
          true,  bob,   department
          """)
  void anImageThatIsGivenAwayLeavesItsEnterpriseProject(
      boolean isNew, @Nullable String owner, String enterpriseProject) {
    ImageEdit edit = edit(Before.QUEUED.image(), true, isNew);
    edit.owner(owner == null ? null : new ProjectId(owner));

    assertThat(edit.result().enterpriseProject()).isEqualTo(enterpriseProject);
  }

  @Test
  void anImageThatIsGivenAwayAndBackStaysWhereItIs() {
    ImageEdit edit = edit(Before.QUEUED.image(), true, false);
    edit.owner(BOB);
    edit.owner(ALICE);

    assertThat(edit.result()).isEqualTo(Before.QUEUED.image());
  }

  // ---- Signatures of images

  private static Map<String, String> signed(int names) {
    return SIGNATURE.stream().limit(names).collect(Collectors.toMap(name -> name, name -> "x"));
  }

  private static ImageEdit.Change completing() {
    return edit -> edit.property("img_signature_certificate_uuid", "x");
  }

  /** A client must not believe that a signature is verified; each of the four makes it complete. */
  @Test
  void aSignatureIsNotPromisedToBeVerified() {
    for (String last : SIGNATURE) {
      Map<String, String> three = new LinkedHashMap<>(signed(4));
      three.remove(last);
      Before before = Before.QUEUED.with(three);

      assertThat(refusal(change(before), edit -> edit.name("other"))).isNull();
      assertThat(refusal(change(before), edit -> edit.property(last, "x")))
          .isInstanceOfSatisfying(
              Refusal.Invalid.class,
              invalid ->
                  assertThat(invalid.message())
                      .startsWith("Signatures of images are not verified here: img_signature, "));
    }
    assertThat(refusal(creation(), edit -> SIGNATURE.forEach(name -> edit.property(name, "x"))))
        .isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void aSignatureWithoutPromiseIsKept() {
    assertThat(refusal(change(Before.QUEUED.with(signed(3)).with(DATA)), completing()))
        .as("its data are there: nothing would be verified")
        .isNull();
    Before promised = Before.QUEUED.with(signed(4));
    assertThat(refusal(change(promised), edit -> edit.name("other")))
        .as("it was there before this was refused")
        .isNull();
    assertThat(refusal(change(promised), completing())).isNull();
  }

  // ---- What no change reaches

  @ParameterizedTest
  @EnumSource
  void statusDataAndTimesAreNobodysToSet(ImageStatus status) {
    Before before = Before.QUEUED.with(status).with(DATA);
    Image after =
        after(
            before,
            edit -> edit.name("other"),
            edit -> edit.visibility(Visibility.PRIVATE),
            edit -> edit.property("status", "x"),
            edit -> edit.tags(List.of()));

    assertThat(differences(before.image(), after))
        .containsExactly("name", "visibility", "tags", "properties");
  }
}
