package dev.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.job.JobStore.Task;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.SharingStore.SharedImage;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.Visibility;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a batch is refused for as a whole, which of several reasons is told, and what an image has
 * become until its turn (rulings 12, 15 and 29; contract/ims.md 1.17).
 */
@NullMarked
class BatchRulesTest {
  private static final ProjectId ALICE = new ProjectId("alice");
  private static final ProjectId BOB = new ProjectId("bob");
  private static final MemberId CAROL = new MemberId("carol");
  private static final String FIRST = "aaaaaaaa-0000-4000-8000-000000000001";
  private static final String SECOND = "aaaaaaaa-0000-4000-8000-000000000002";
  private static final BatchRules RULES = new BatchRules(rules(false));

  private static Sharing.Rules rules(boolean encryptedToo) {
    return new Sharing.Rules(Consent.GLANCE, 128, 10, false, encryptedToo, NativeApi.GLANCE);
  }

  /** An image that Alice sees in one way; a membership is hers. */
  private static SharedImage image(
      String id,
      ProjectId owner,
      Visibility visibility,
      @Nullable MemberStatus membership,
      Traits traits) {
    return new SharedImage(ImageId.named(id), owner, visibility, membership, traits);
  }

  private static SharedImage own(String id) {
    return image(id, ALICE, Visibility.PRIVATE, null, Traits.USUAL);
  }

  private static SharedImage offered(String id, Traits traits) {
    return image(id, BOB, Visibility.SHARED, MemberStatus.PENDING, traits);
  }

  private static Batch adding(String... images) {
    return new Batch(Batch.Kind.ADD, List.of(images), List.of(CAROL), null, null, false);
  }

  private static Batch removing(String... images) {
    return new Batch(Batch.Kind.REMOVE, List.of(images), List.of(CAROL), null, null, false);
  }

  private static Batch answering(MemberStatus status, @Nullable String vault, String... images) {
    return new Batch(
        Batch.Kind.UPDATE, List.of(images), List.of(MemberId.of(ALICE)), status, vault, false);
  }

  private static Batch of(Batch.Kind kind, String... images) {
    return switch (kind) {
      case ADD -> adding(images);
      case REMOVE -> removing(images);
      case UPDATE -> answering(MemberStatus.ACCEPTED, null, images);
    };
  }

  private static Batch with(Batch batch, MemberId... members) {
    return new Batch(
        batch.kind(), batch.images(), List.of(members), batch.status(), batch.vault(), false);
  }

  private static @Nullable Refusal refusal(Batch batch, SharedImage... images) {
    return refusal(RULES, batch, images);
  }

  private static @Nullable Refusal refusal(BatchRules rules, Batch batch, SharedImage... images) {
    Map<ImageId, SharedImage> found =
        Arrays.stream(images).collect(Collectors.toMap(SharedImage::id, Function.identity()));
    Refused refused = catchThrowableOfType(Refused.class, () -> rules.check(ALICE, batch, found));
    return refused == null ? null : refused.refusal();
  }

  private static String name(@Nullable Refusal refusal) {
    return refusal == null ? "accepted" : refusal.getClass().getSimpleName();
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          visibility, owner, membership, ADD,           REMOVE,        UPDATE
          # rulings 11 and 15: one's own, private or shared already; O-25: not to its own offers
          PRIVATE,    alice, -,          accepted,      accepted,      ForeignProject
          SHARED,     alice, -,          accepted,      accepted,      ForeignProject
          SHARED,     alice, PENDING,    accepted,      accepted,      ForeignProject
          PUBLIC,     alice, -,          NotShared,     NotShared,     ForeignProject
          COMMUNITY,  alice, -,          NotShared,     NotShared,     ForeignProject
          # ruling 12: what cannot be seen is as if it were not there
          PRIVATE,    bob,   -,          ImageNotFound, ImageNotFound, ImageNotFound
          PRIVATE,    bob,   ACCEPTED,   ImageNotFound, ImageNotFound, ImageNotFound
          SHARED,     bob,   -,          ImageNotFound, ImageNotFound, ImageNotFound
          # and of what can, whose it is
          SHARED,     bob,   PENDING,    NotOwner,      NotOwner,      accepted
          SHARED,     bob,   ACCEPTED,   NotOwner,      NotOwner,      accepted
          SHARED,     bob,   REJECTED,   NotOwner,      NotOwner,      accepted
          # ruling 15: public images have no members
          PUBLIC,     bob,   -,          NotShared,     NotShared,     NotShared
          # a membership that is not there is the failure of its pair
          COMMUNITY,  bob,   -,          NotShared,     NotShared,     accepted
          """)
  void whatABatchMayBeAbout(
      Visibility visibility,
      String owner,
      @Nullable MemberStatus membership,
      String add,
      String remove,
      String update) {
    SharedImage image = image(FIRST, new ProjectId(owner), visibility, membership, Traits.USUAL);

    assertThat(name(refusal(adding(FIRST), image))).isEqualTo(add);
    assertThat(name(refusal(removing(FIRST), image))).isEqualTo(remove);
    for (MemberStatus status : new MemberStatus[] {MemberStatus.ACCEPTED, MemberStatus.REJECTED}) {
      assertThat(name(refusal(answering(status, null, FIRST), image))).isEqualTo(update);
    }
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          active, encrypted, machine,        encryptedToo, vault, ADD,          accepting
          true,   false,     NONE,           false,        -,     accepted,     accepted
          # IMG.0046, IMG.0098, IMG.0135, IMG.0184
          false,  false,     NONE,           false,        -,     NotActive,    NotActive
          true,   true,      NONE,           false,        -,     Encrypted,    Encrypted
          true,   true,      NONE,           true,         -,     accepted,     accepted
          true,   false,     WITHOUT_BACKUP, false,        v,     WholeMachine, WholeMachine
          true,   false,     IN_BACKUP,      false,        -,     accepted,     VaultMissing
          true,   false,     IN_BACKUP,      false,        v,     accepted,     accepted
          # which of several is told
          false,  true,      WITHOUT_BACKUP, false,        -,     NotActive,    WholeMachine
          false,  true,      IN_BACKUP,      false,        -,     NotActive,    VaultMissing
          false,  true,      IN_BACKUP,      false,        v,     NotActive,    NotActive
          true,   true,      WITHOUT_BACKUP, false,        v,     Encrypted,    WholeMachine
          """)
  void givingAccessAndAcceptingItAreRestrictedByWhatAnImageIs(
      boolean active,
      boolean encrypted,
      Traits.Machine machine,
      boolean encryptedToo,
      @Nullable String vault,
      String add,
      String accepting) {
    Traits traits = new Traits(active, encrypted, machine);
    SharedImage own = image(FIRST, ALICE, Visibility.PRIVATE, null, traits);
    SharedImage offered = offered(FIRST, traits);
    BatchRules rules = new BatchRules(rules(encryptedToo));

    assertThat(name(refusal(rules, adding(FIRST), own))).isEqualTo(add);
    assertThat(name(refusal(rules, answering(MemberStatus.ACCEPTED, vault, FIRST), offered)))
        .isEqualTo(accepting);
    assertThat(name(refusal(rules, answering(MemberStatus.ACCEPTED, vault, FIRST), own)))
        .as("who is no member learns nothing of what a member would need")
        .isEqualTo("ForeignProject");
    assertThat(name(refusal(rules, removing(FIRST), own)))
        .as("taking back is not")
        .isEqualTo("accepted");
    assertThat(name(refusal(rules, answering(MemberStatus.REJECTED, null, FIRST), offered)))
        .as("nor is rejecting")
        .isEqualTo("accepted");
  }

  // ---- The projects of a batch

  private static Stream<Arguments> projects() {
    MemberId alice = MemberId.of(ALICE);
    Refusal itself = new Refusal.SharedWithItself("alice");
    return Stream.of(
        // IMG.0076, of POST only: what was shared with itself by Glance can be taken back.
        arguments(with(adding(FIRST), alice), itself),
        arguments(with(adding(FIRST), CAROL, alice), itself),
        arguments(with(adding(FIRST), CAROL), null),
        arguments(with(removing(FIRST), alice), null),
        arguments(with(removing(FIRST), CAROL, alice), null),
        // An id is compared as it is.
        arguments(with(adding(FIRST), new MemberId("ALICE")), null));
  }

  @ParameterizedTest
  @MethodSource("projects")
  void nobodySharesWithItself(Batch batch, @Nullable Refusal expected) {
    assertThat(refusal(batch, own(FIRST))).isEqualTo(expected);
  }

  /** IMG.0030: a project answers for itself. */
  @Test
  void aProjectAnswersForNoOther() {
    SharedImage offered = offered(FIRST, Traits.USUAL);
    Batch batch = answering(MemberStatus.REJECTED, null, FIRST);

    assertThat(refusal(batch, offered)).isNull();
    assertThat(refusal(with(batch, CAROL), offered)).isEqualTo(new Refusal.ForeignProject("carol"));
  }

  // ---- Which is told

  @Test
  void theProjectsAreLookedAtBeforeTheImages() {
    assertThat(name(refusal(with(adding(FIRST), MemberId.of(ALICE)))))
        .isEqualTo("SharedWithItself");
    assertThat(name(refusal(with(answering(MemberStatus.ACCEPTED, null, FIRST), CAROL))))
        .isEqualTo("ForeignProject");
  }

  @Test
  void theFirstImageThatWillNotDoIsTold() {
    SharedImage hidden = image(FIRST, BOB, Visibility.PRIVATE, null, Traits.USUAL);
    SharedImage isPublic = image(SECOND, ALICE, Visibility.PUBLIC, null, Traits.USUAL);

    assertThat(refusal(adding(FIRST, SECOND), hidden, isPublic))
        .isEqualTo(new Refusal.ImageNotFound(FIRST));
    assertThat(refusal(adding(SECOND, FIRST), hidden, isPublic))
        .isEqualTo(new Refusal.NotShared(SECOND));
    assertThat(refusal(adding(SECOND, FIRST), own(SECOND), hidden))
        .as("one that will do excuses no other")
        .isEqualTo(new Refusal.ImageNotFound(FIRST));
  }

  // ---- Ids of images

  /**
   * Ruling 12: an id that is none is that of no image; refusals repeat it as the client wrote it.
   */
  @ParameterizedTest
  @EnumSource
  void whatNamesNoImageIsNotFound(Batch.Kind kind) {
    for (String id : new String[] {SECOND, SECOND.toUpperCase(Locale.ROOT), "no-uuid", ""}) {
      assertThat(refusal(of(kind, id), own(FIRST))).isEqualTo(new Refusal.ImageNotFound(id));
    }
  }

  @Test
  void anImageThatIsWrittenInTwoWaysIsOne() {
    String upper = FIRST.toUpperCase(Locale.ROOT);

    assertThat(refusal(adding(FIRST, upper), own(FIRST))).isNull();
    assertThat(refusal(adding(upper))).isEqualTo(new Refusal.ImageNotFound(upper));
  }

  // ---- When its turn has come

  private static @Nullable Outcome outcome(
      Batch.Kind kind, @Nullable SharedImage image, boolean madePrivate) {
    MemberStatus status = kind == Batch.Kind.UPDATE ? MemberStatus.ACCEPTED : null;
    return RULES.apply(
        new Task(kind, ALICE, status, null, ImageId.named(FIRST), image, madePrivate));
  }

  /** Null is written as -: carry it out. */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          visibility, owner, membership, madePrivate, ADD,        REMOVE,     UPDATE
          PRIVATE,    alice, -,          false,       -,          -,          FOREIGN_PROJECT
          SHARED,     alice, -,          false,       -,          -,          FOREIGN_PROJECT
          # ruling 29: said to be private since; taking back does not give access
          PRIVATE,    alice, -,          true,        SUPERSEDED, -,          FOREIGN_PROJECT
          # made public since
          PUBLIC,     alice, -,          false,       NOT_SHARED, NOT_SHARED, FOREIGN_PROJECT
          # given away, or made private by its owner
          PRIVATE,    bob,   -,          false,       SUPERSEDED, SUPERSEDED, SUPERSEDED
          PRIVATE,    bob,   ACCEPTED,   true,        SUPERSEDED, SUPERSEDED, SUPERSEDED
          # the offer was taken back: of which pair, the store says
          SHARED,     bob,   -,          false,       SUPERSEDED, SUPERSEDED, -
          SHARED,     bob,   PENDING,    false,       NOT_OWNER,  NOT_OWNER,  -
          SHARED,     bob,   REJECTED,   false,       NOT_OWNER,  NOT_OWNER,  -
          PUBLIC,     bob,   -,          false,       NOT_SHARED, NOT_SHARED, NOT_SHARED
          """)
  void whatAnImageHasBecome(
      Visibility visibility,
      String owner,
      @Nullable MemberStatus membership,
      boolean madePrivate,
      @Nullable Outcome add,
      @Nullable Outcome remove,
      @Nullable Outcome update) {
    SharedImage image = image(FIRST, new ProjectId(owner), visibility, membership, Traits.USUAL);

    assertThat(outcome(Batch.Kind.ADD, image, madePrivate)).isEqualTo(add);
    assertThat(outcome(Batch.Kind.REMOVE, image, madePrivate)).isEqualTo(remove);
    assertThat(outcome(Batch.Kind.UPDATE, image, madePrivate)).isEqualTo(update);
  }

  @ParameterizedTest
  @EnumSource
  void anImageThatIsGoneWasDeletedSince(Batch.Kind kind) {
    assertThat(outcome(kind, null, false)).isEqualTo(Outcome.SUPERSEDED);
  }

  @ParameterizedTest
  @CsvSource({
    "false, true,  WITHOUT_BACKUP, NOT_ACTIVE,    WHOLE_MACHINE",
    "false, false, NONE,           NOT_ACTIVE,    NOT_ACTIVE",
    "true,  true,  NONE,           ENCRYPTED,     ENCRYPTED",
    "true,  false, WITHOUT_BACKUP, WHOLE_MACHINE, WHOLE_MACHINE",
    "true,  false, IN_BACKUP,      ,              VAULT_MISSING"
  })
  void whatAnImageIsIsLookedAtAgain(
      boolean active,
      boolean encrypted,
      Traits.Machine machine,
      @Nullable Outcome add,
      Outcome accepting) {
    Traits traits = new Traits(active, encrypted, machine);
    SharedImage own = image(FIRST, ALICE, Visibility.SHARED, null, traits);

    assertThat(outcome(Batch.Kind.ADD, own, false)).isEqualTo(add);
    assertThat(outcome(Batch.Kind.REMOVE, own, false)).isNull();
    assertThat(outcome(Batch.Kind.UPDATE, offered(FIRST, traits), false)).isEqualTo(accepting);
    assertThat(
            RULES.apply(
                new Task(
                    Batch.Kind.UPDATE,
                    ALICE,
                    MemberStatus.REJECTED,
                    null,
                    ImageId.named(FIRST),
                    offered(FIRST, traits),
                    false)))
        .isNull();
  }

  @Test
  void withAVaultAMachineInABackupIsAccepted() {
    SharedImage machine = offered(FIRST, new Traits(true, false, Traits.Machine.IN_BACKUP));

    assertThat(
            RULES.apply(
                new Task(
                    Batch.Kind.UPDATE,
                    ALICE,
                    MemberStatus.ACCEPTED,
                    "vault",
                    ImageId.named(FIRST),
                    machine,
                    false)))
        .isNull();
  }

  /** Each refusal of a rule of batches is an outcome of its own; the two others are none. */
  @Test
  void aRefusalIsAnOutcome() {
    assertThat(
            Stream.<Refusal.OfSharing>of(
                    new Refusal.ImageNotFound(FIRST),
                    new Refusal.NotOwner(FIRST),
                    new Refusal.NotShared(FIRST),
                    new Refusal.NotActive(FIRST),
                    new Refusal.Encrypted(FIRST),
                    new Refusal.WholeMachine(FIRST),
                    new Refusal.VaultMissing(FIRST),
                    new Refusal.ForeignProject("alice"),
                    new Refusal.MemberNotFound(FIRST, "carol"))
                .map(Outcome::of))
        .containsExactly(
            Outcome.IMAGE_NOT_FOUND,
            Outcome.NOT_OWNER,
            Outcome.NOT_SHARED,
            Outcome.NOT_ACTIVE,
            Outcome.ENCRYPTED,
            Outcome.WHOLE_MACHINE,
            Outcome.VAULT_MISSING,
            Outcome.FOREIGN_PROJECT,
            Outcome.MEMBER_NOT_FOUND);
    assertThatThrownBy(() -> Outcome.of(new Refusal.NotAccepted(FIRST)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Outcome.of(new Refusal.NotTheMember(FIRST, "carol")))
        .isInstanceOf(IllegalStateException.class);
  }
}
