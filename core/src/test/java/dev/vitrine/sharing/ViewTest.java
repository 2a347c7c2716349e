package dev.vitrine.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Rule;
import dev.vitrine.refusal.Refusal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.UUID;
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
 * Who sees an image, and what each rule says to whom. A comment before some rows names their
 * source: a table of contract/glance.md, a section of contract/ims.md, a ruling, or the mission.
 */
@NullMarked
class ViewTest {
  private static final ImageId IMAGE = ImageId.named(new UUID(0, 1).toString());
  private static final ProjectId OWNER = new ProjectId("owner");
  private static final ProjectId MEMBER = new ProjectId("member");
  private static final ProjectId OUTSIDER = new ProjectId("outsider");
  private static final ProjectId ADMIN = new ProjectId("admin");
  private static final MemberId ANOTHER = new MemberId("another");

  private static final Sharing.Rules RULES = rules(Consent.GLANCE, false, NativeApi.GLANCE);
  private static final Sharing.Rules OF_IMS = rules(Consent.GLANCE, false, NativeApi.IMS);

  private static Sharing.Rules rules(Consent consent, boolean encryptedToo, NativeApi nativeApi) {
    return new Sharing.Rules(consent, 128, 10, false, encryptedToo, nativeApi);
  }

  private static View owner(Visibility visibility) {
    return new View(IMAGE, OWNER, visibility, OWNER, false, null, Traits.USUAL);
  }

  private static View admin(Visibility visibility) {
    return new View(IMAGE, OWNER, visibility, ADMIN, true, null, Traits.USUAL);
  }

  private static View member(Visibility visibility, MemberStatus status) {
    return new View(IMAGE, OWNER, visibility, MEMBER, false, status, Traits.USUAL);
  }

  private static View outsider(Visibility visibility) {
    return new View(IMAGE, OWNER, visibility, OUTSIDER, false, null, Traits.USUAL);
  }

  private static View ownerOf(Traits traits) {
    return new View(IMAGE, OWNER, Visibility.SHARED, OWNER, false, null, traits);
  }

  private static Operation operation(Rule rule) {
    return Arrays.stream(Operation.values())
        .filter(o -> o.rule() == rule)
        .findFirst()
        .orElseThrow();
  }

  private static String name(@Nullable Refusal refusal) {
    return refusal == null ? "allowed" : refusal.getClass().getSimpleName();
  }

  /** What somebody is told that asks Glance's way; "unseen" if it does not see the image. */
  private static String told(View view, Rule rule, MemberId about) {
    return view.isVisible() ? name(view.judge(operation(rule), about, RULES)) : "unseen";
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          visibility, owner, admin, pending, accepted, rejected, outsider, no project
          # Images as the consumer sees them; Match: a member sees the image in every status
          PUBLIC,     true,  true,  true,    true,     true,     true,     true
          COMMUNITY,  true,  true,  true,    true,     true,     true,     true
          SHARED,     true,  true,  true,    true,     true,     false,    false
          # Match: members are kept while the image is private, and see nothing of it
          PRIVATE,    true,  true,  false,   false,    false,    false,    false
          """)
  void whoSeesAnImage(
      Visibility visibility,
      boolean owner,
      boolean admin,
      boolean pending,
      boolean accepted,
      boolean rejected,
      boolean outsider,
      boolean unscoped) {
    assertThat(owner(visibility).isVisible()).isEqualTo(owner);
    assertThat(admin(visibility).isVisible()).isEqualTo(admin);
    assertThat(member(visibility, MemberStatus.PENDING).isVisible()).isEqualTo(pending);
    assertThat(member(visibility, MemberStatus.ACCEPTED).isVisible()).isEqualTo(accepted);
    assertThat(member(visibility, MemberStatus.REJECTED).isVisible()).isEqualTo(rejected);
    assertThat(outsider(visibility).isVisible()).isEqualTo(outsider);
    View withoutProject = new View(IMAGE, OWNER, visibility, null, false, null, Traits.USUAL);
    assertThat(withoutProject.isVisible()).isEqualTo(unscoped);
  }

  /** Owner and caller are both null: that does not make one of the other. */
  @Test
  void anImageWithoutOwnerIsNobodys() {
    View view = new View(IMAGE, null, Visibility.PRIVATE, null, false, null, Traits.USUAL);

    assertThat(view.isOwner()).isFalse();
    assertThat(view.isVisible()).isFalse();
    assertThat(View.ofOwner(IMAGE, null).isOwner()).isFalse();
    assertThat(View.ofOwner(IMAGE, OWNER).isOwner()).isTrue();
  }

  @Test
  void aCloudAdministratorOwnsNothingByThat() {
    assertThat(admin(Visibility.SHARED).isOwner()).isFalse();
    assertThat(admin(Visibility.SHARED).isOwnerOrAdmin()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          about,    owner, admin, member, outsider
          # List and show members: the owner and the administrator read all, a member its own record
          owner,    true,  true,  false,  false
          member,   true,  true,  true,   false
          another,  true,  true,  false,  false
          outsider, true,  true,  false,  true
          # ids are compared as they are
          MEMBER,   true,  true,  false,  false
          """)
  void whoReadsAMembership(
      String about, boolean owner, boolean admin, boolean member, boolean outsider) {
    MemberId id = new MemberId(about);

    assertThat(owner(Visibility.SHARED).mayRead(id)).isEqualTo(owner);
    assertThat(admin(Visibility.SHARED).mayRead(id)).isEqualTo(admin);
    for (MemberStatus status : MemberStatus.values()) {
      assertThat(member(Visibility.SHARED, status).mayRead(id)).isEqualTo(member);
    }
    assertThat(outsider(Visibility.SHARED).mayRead(id)).isEqualTo(outsider);
    View withoutProject =
        new View(IMAGE, OWNER, Visibility.PUBLIC, null, false, null, Traits.USUAL);
    assertThat(withoutProject.mayRead(id)).isFalse();
  }

  /**
   * Each rule, for each visibility: what is told to the owner, to the administrator, to a member in
   * any status (of itself, of another), and to an outsider. Operations of IMS know no administrator
   * (ruling 2): theirs is in the table for the rule alone.
   */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          rule,       visibility, owner,     admin,     of itself,    of another,     outsider
          # Images as the consumer sees them: who sees the image may show it
          SEE,           PUBLIC,    allowed,   allowed,   allowed,      allowed,        allowed
          SEE,           COMMUNITY, allowed,   allowed,   allowed,      allowed,        allowed
          SEE,           SHARED,    allowed,   allowed,   allowed,      allowed,        unseen
          SEE,           PRIVATE,   allowed,   allowed,   unseen,       unseen,         unseen
          # Match: GET file answers 200 in every status; ruling 13 without consent
          READ_BYTES,    PUBLIC,    allowed,   allowed,   allowed,      allowed,        allowed
          READ_BYTES,    COMMUNITY, allowed,   allowed,   allowed,      allowed,        allowed
          READ_BYTES,    SHARED,    allowed,   allowed,   allowed,      allowed,        unseen
          READ_BYTES,    PRIVATE,   allowed,   allowed,   unseen,       unseen,         unseen
          # glance-images.md (b): "community image, by another" is 403, "stranger" 404
          CHANGE,        PUBLIC,    allowed,   allowed,   NotOwner,     NotOwner,       NotOwner
          CHANGE,        COMMUNITY, allowed,   allowed,   NotOwner,     NotOwner,       NotOwner
          CHANGE,        SHARED,    allowed,   allowed,   NotOwner,     NotOwner,       unseen
          CHANGE,        PRIVATE,   allowed,   allowed,   unseen,       unseen,         unseen
          # Create member: only to shared images, only by the owner and the administrator
          ADD_MEMBER,    PUBLIC,    NotShared, NotShared, NotShared,    NotShared,      NotShared
          ADD_MEMBER,    COMMUNITY, NotShared, NotShared, NotShared,    NotShared,      NotShared
          ADD_MEMBER,    SHARED,    allowed,   allowed,   NotOwner,     NotOwner,       unseen
          ADD_MEMBER,    PRIVATE,   NotShared, NotShared, unseen,       unseen,         unseen
          # Delete member: the same; a member does not remove even itself
          REMOVE_MEMBER, PUBLIC,    NotShared, NotShared, NotShared,    NotShared,      NotShared
          REMOVE_MEMBER, COMMUNITY, NotShared, NotShared, NotShared,    NotShared,      NotShared
          REMOVE_MEMBER, SHARED,    allowed,   allowed,   NotOwner,     NotOwner,       unseen
          REMOVE_MEMBER, PRIVATE,   NotShared, NotShared, unseen,       unseen,         unseen
          # List and show members: "Only shared images have members."
          LIST_MEMBERS,  PUBLIC,    NotShared, NotShared, NotShared,    NotShared,      NotShared
          LIST_MEMBERS,  COMMUNITY, NotShared, NotShared, NotShared,    NotShared,      NotShared
          LIST_MEMBERS,  SHARED,    allowed,   allowed,   allowed,      allowed,        unseen
          LIST_MEMBERS,  PRIVATE,   NotShared, NotShared, unseen,       unseen,         unseen
          # List and show members: own record 200, another's 404
          SHOW_MEMBER,   PUBLIC,    allowed,   allowed,   allowed,      MemberNotFound, MemberNotFound
          SHOW_MEMBER,   COMMUNITY, allowed,   allowed,   allowed,      MemberNotFound, MemberNotFound
          SHOW_MEMBER,   SHARED,    allowed,   allowed,   allowed,      MemberNotFound, unseen
          SHOW_MEMBER,   PRIVATE,   allowed,   allowed,   unseen,       unseen,         unseen
          # Update status: the member and the administrator, not the owner
          ANSWER,        PUBLIC,    NotTheMember, allowed, allowed,     NotTheMember,   NotTheMember
          ANSWER,        COMMUNITY, NotTheMember, allowed, allowed,     NotTheMember,   NotTheMember
          ANSWER,        SHARED,    NotTheMember, allowed, allowed,     NotTheMember,   unseen
          ANSWER,        PRIVATE,   NotTheMember, allowed, unseen,      unseen,         unseen
          # ruling 11: its owner shares a private image; ims.md 1.17: only own private images
          BATCH_ADD,     PUBLIC,    NotShared, NotShared, NotShared,    NotShared,      NotShared
          BATCH_ADD,     COMMUNITY, NotShared, NotShared, NotShared,    NotShared,      NotShared
          BATCH_ADD,     SHARED,    allowed,   NotOwner,  NotOwner,     NotOwner,       unseen
          BATCH_ADD,     PRIVATE,   allowed,   NotOwner,  unseen,       unseen,         unseen
          # ims.md 1.9 has the body of 1.7, and ruling 15 its refusals
          BATCH_REMOVE,  PUBLIC,    NotShared, NotShared, NotShared,    NotShared,      NotShared
          BATCH_REMOVE,  COMMUNITY, NotShared, NotShared, NotShared,    NotShared,      NotShared
          BATCH_REMOVE,  SHARED,    allowed,   NotOwner,  NotOwner,     NotOwner,       unseen
          BATCH_REMOVE,  PRIVATE,   allowed,   NotOwner,  unseen,       unseen,         unseen
          # ims.md O-25: the owner is nobody's member; ruling 15: a public image is refused, a missing
          # membership is its pair's failure
          BATCH_ANSWER,  PUBLIC,    ForeignProject, NotShared, NotShared, NotShared,    NotShared
          BATCH_ANSWER,  COMMUNITY, ForeignProject, allowed, allowed,   allowed,        allowed
          BATCH_ANSWER,  SHARED,    ForeignProject, allowed, allowed,   allowed,        unseen
          BATCH_ANSWER,  PRIVATE,   ForeignProject, allowed, unseen,    unseen,         unseen
          """)
  void whatEachRuleSaysToWhom(
      Rule rule,
      Visibility visibility,
      String owner,
      String admin,
      String ofItself,
      String ofAnother,
      String outsider) {
    assertThat(told(owner(visibility), rule, ANOTHER)).isEqualTo(owner);
    assertThat(told(admin(visibility), rule, ANOTHER)).isEqualTo(admin);
    for (MemberStatus status : MemberStatus.values()) {
      View member = member(visibility, status);
      assertThat(told(member, rule, MemberId.of(MEMBER))).as("%s", status).isEqualTo(ofItself);
      assertThat(told(member, rule, ANOTHER)).as("%s", status).isEqualTo(ofAnother);
    }
    assertThat(told(outsider(visibility), rule, ANOTHER)).isEqualTo(outsider);
  }

  /** A new rule, or a new visibility, needs its rows. */
  @Test
  void theTableIsComplete() {
    String table =
        Arrays.stream(ViewTest.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("whatEachRuleSaysToWhom"))
            .map(method -> method.getAnnotation(CsvSource.class).textBlock())
            .findFirst()
            .orElseThrow();
    for (Rule rule : EnumSet.complementOf(EnumSet.of(Rule.NONE))) {
      for (Visibility visibility : Visibility.values()) {
        assertThat(table).containsPattern("(?m)^%s, +%s,".formatted(rule, visibility));
      }
    }
  }

  /** Create member: the owner may add itself; then it is a member as any other. */
  @Test
  void anOwnerAnswersForItselfIfItIsAMember() {
    assertThat(told(owner(Visibility.SHARED), Rule.ANSWER, MemberId.of(OWNER)))
        .isEqualTo("allowed");
    assertThat(told(owner(Visibility.SHARED), Rule.ADD_MEMBER, MemberId.of(OWNER)))
        .isEqualTo("allowed");
  }

  /** The texts of the refusals name them. */
  private static Stream<Arguments> named() {
    String image = IMAGE.toString();
    return Stream.of(
        Arguments.of(outsider(Visibility.PUBLIC), Rule.CHANGE, new Refusal.NotOwner(image)),
        Arguments.of(owner(Visibility.PRIVATE), Rule.ADD_MEMBER, new Refusal.NotShared(image)),
        Arguments.of(owner(Visibility.PRIVATE), Rule.LIST_MEMBERS, new Refusal.NotShared(image)),
        Arguments.of(owner(Visibility.PUBLIC), Rule.BATCH_ADD, new Refusal.NotShared(image)),
        Arguments.of(
            member(Visibility.SHARED, MemberStatus.PENDING),
            Rule.BATCH_REMOVE,
            new Refusal.NotOwner(image)),
        Arguments.of(
            member(Visibility.SHARED, MemberStatus.PENDING),
            Rule.SHOW_MEMBER,
            new Refusal.MemberNotFound(image, "another")),
        Arguments.of(
            owner(Visibility.SHARED), Rule.ANSWER, new Refusal.NotTheMember(image, "another")),
        Arguments.of(
            owner(Visibility.SHARED), Rule.BATCH_ANSWER, new Refusal.ForeignProject("owner")));
  }

  @ParameterizedTest
  @MethodSource("named")
  void aRefusalNamesWhatItIsAbout(View view, Rule rule, Refusal refusal) {
    assertThat(view.judge(operation(rule), ANOTHER, RULES)).isEqualTo(refusal);
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          visibility, status,   member,      owner,   admin
          # ruling 13: withheld until accepted; owner and administrator need no offer
          SHARED,     PENDING,  NotAccepted, allowed, allowed
          SHARED,     REJECTED, NotAccepted, allowed, allowed
          SHARED,     ACCEPTED, allowed,     allowed, allowed
          # what is offered to all needs no answer, not even from one that rejected an earlier offer
          PUBLIC,     REJECTED, allowed,     allowed, allowed
          COMMUNITY,  PENDING,  allowed,     allowed, allowed
          """)
  void withStrictConsentBytesAreWithheldUntilAccepted(
      Visibility visibility, MemberStatus status, String member, String owner, String admin) {
    Sharing.Rules strict = rules(Consent.STRICT, false, NativeApi.GLANCE);
    Operation reading = operation(Rule.READ_BYTES);

    assertThat(name(member(visibility, status).judge(reading, null, strict))).isEqualTo(member);
    assertThat(name(owner(visibility).judge(reading, null, strict))).isEqualTo(owner);
    assertThat(name(admin(visibility).judge(reading, null, strict))).isEqualTo(admin);
    assertThat(name(member(visibility, status).judge(operation(Rule.SEE), null, strict)))
        .as("the image itself is shown all the same")
        .isEqualTo("allowed");
  }

  /** Ruling 28: what is found of a private image, by the setting {@code native}. */
  @ParameterizedTest
  @CsvSource({
    "ADD_MEMBER,    NotShared, allowed",
    "REMOVE_MEMBER, NotShared, MemberNotFound",
    "LIST_MEMBERS,  NotShared, allowed",
    "SHOW_MEMBER,   allowed,   allowed",
    "BATCH_ADD,     allowed,   allowed",
    "BATCH_REMOVE,  allowed,   allowed",
  })
  void whoOwnsAPrivateImage(Rule rule, String ofGlance, String ofIms) {
    View view = owner(Visibility.PRIVATE);

    assertThat(name(view.judge(operation(rule), ANOTHER, RULES))).isEqualTo(ofGlance);
    assertThat(name(view.judge(operation(rule), ANOTHER, OF_IMS))).isEqualTo(ofIms);
  }

  /** Ruling 28 changes private images only. */
  @ParameterizedTest
  @EnumSource(names = {"ADD_MEMBER", "REMOVE_MEMBER", "LIST_MEMBERS"})
  void ofOtherImagesTheSettingSaysNothing(Rule rule) {
    for (Visibility visibility : EnumSet.complementOf(EnumSet.of(Visibility.PRIVATE))) {
      for (View view : new View[] {owner(visibility), admin(visibility), outsider(visibility)}) {
        assertThat(name(view.judge(operation(rule), ANOTHER, OF_IMS)))
            .isEqualTo(name(view.judge(operation(rule), ANOTHER, RULES)));
      }
    }
  }

  /** Whoever asks all the same, without seeing the image. */
  @ParameterizedTest
  @EnumSource(names = {"ADD_MEMBER", "REMOVE_MEMBER"})
  void nobodyElseChangesThePrivateImageOfIms(Rule rule) {
    assertThat(name(outsider(Visibility.PRIVATE).judge(operation(rule), ANOTHER, OF_IMS)))
        .isEqualTo("NotOwner");
    assertThat(name(admin(Visibility.PRIVATE).judge(operation(rule), ANOTHER, OF_IMS)))
        .isNotEqualTo("NotOwner");
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          active, encrypted, machine,        encryptedToo, native,       batch
          # ims.md 1.17, and O-2 for encrypted images. Create member: a queued image can be offered
          true,   false,     NONE,           false,        allowed,      allowed
          false,  false,     NONE,           false,        allowed,      NotActive
          true,   true,      NONE,           false,        Encrypted,    Encrypted
          true,   true,      NONE,           true,         allowed,      allowed
          true,   false,     IN_BACKUP,      false,        allowed,      allowed
          true,   false,     WITHOUT_BACKUP, false,        WholeMachine, WholeMachine
          true,   false,     WITHOUT_BACKUP, true,         WholeMachine, WholeMachine
          # which of several is told
          false,  true,      WITHOUT_BACKUP, false,        Encrypted,    NotActive
          true,   true,      WITHOUT_BACKUP, false,        Encrypted,    Encrypted
          true,   true,      WITHOUT_BACKUP, true,         WholeMachine, WholeMachine
          """)
  void whatIsUselessToOthersIsNotOffered(
      boolean active,
      boolean encrypted,
      Traits.Machine machine,
      boolean encryptedToo,
      String ofNative,
      String ofBatch) {
    Traits traits = new Traits(active, encrypted, machine);
    Sharing.Rules rules = rules(Consent.GLANCE, encryptedToo, NativeApi.GLANCE);

    View owner = ownerOf(traits);
    assertThat(name(owner.judge(operation(Rule.ADD_MEMBER), ANOTHER, rules))).isEqualTo(ofNative);
    assertThat(name(owner.judge(operation(Rule.BATCH_ADD), ANOTHER, rules))).isEqualTo(ofBatch);

    View member =
        new View(IMAGE, OWNER, Visibility.SHARED, MEMBER, false, MemberStatus.ACCEPTED, traits);
    for (Rule adding : new Rule[] {Rule.ADD_MEMBER, Rule.BATCH_ADD}) {
      assertThat(name(member.judge(operation(adding), ANOTHER, rules)))
          .as("who may not add learns nothing of why it could not be added")
          .isEqualTo("NotOwner");
    }
    for (Rule other : new Rule[] {Rule.REMOVE_MEMBER, Rule.BATCH_REMOVE, Rule.LIST_MEMBERS}) {
      assertThat(name(owner.judge(operation(other), ANOTHER, rules)))
          .as("taking back is never refused for what an image is: %s", other)
          .isEqualTo("allowed");
    }
    assertThat(name(member.judge(operation(Rule.READ_BYTES), null, rules))).isEqualTo("allowed");
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          status,   active, encrypted, machine,        vault, native,       batch
          # ims.md 1.8 and 1.17: a vault, if it is of a whole machine and accepted
          ACCEPTED, true,   false,     NONE,           -,     allowed,      allowed
          ACCEPTED, true,   false,     NONE,           v,     allowed,      allowed
          ACCEPTED, true,   false,     IN_BACKUP,      -,     VaultMissing, VaultMissing
          ACCEPTED, true,   false,     IN_BACKUP,      v,     allowed,      allowed
          ACCEPTED, true,   false,     WITHOUT_BACKUP, -,     WholeMachine, WholeMachine
          ACCEPTED, true,   false,     WITHOUT_BACKUP, v,     WholeMachine, WholeMachine
          # ruling 15: in a batch, only what could be shared now is accepted
          ACCEPTED, false,  false,     NONE,           -,     allowed,      NotActive
          ACCEPTED, true,   true,      NONE,           -,     allowed,      Encrypted
          ACCEPTED, false,  true,      NONE,           -,     allowed,      NotActive
          ACCEPTED, false,  true,      IN_BACKUP,      -,     VaultMissing, VaultMissing
          # what is not accepted needs nothing
          REJECTED, false,  true,      WITHOUT_BACKUP, -,     allowed,      allowed
          REJECTED, true,   false,     IN_BACKUP,      -,     allowed,      allowed
          PENDING,  false,  true,      WITHOUT_BACKUP, -,     allowed,      allowed
          """)
  void whatAnAnswerNeeds(
      MemberStatus status,
      boolean active,
      boolean encrypted,
      Traits.Machine machine,
      @Nullable String vault,
      String ofNative,
      String ofBatch) {
    View view =
        new View(
            IMAGE,
            OWNER,
            Visibility.SHARED,
            MEMBER,
            false,
            MemberStatus.PENDING,
            new Traits(active, encrypted, machine));

    assertThat(name(view.answering(status, vault))).isEqualTo(ofNative);
    assertThat(name(view.answeringInBatch(status, vault, RULES))).isEqualTo(ofBatch);
  }

  @Test
  void anEncryptedImageIsAcceptedInABatchWhereTheOperatorLetsItBeShared() {
    View view = ownerOf(new Traits(true, true, Traits.Machine.NONE));
    Sharing.Rules encryptedToo = rules(Consent.GLANCE, true, NativeApi.GLANCE);

    assertThat(view.answeringInBatch(MemberStatus.ACCEPTED, null, encryptedToo)).isNull();
  }

  /** What {@link Sharing} takes for likely is no more than its caller may claim. */
  @Test
  void aLikelyViewIsThatOfAnOwnerOrOfAMember() {
    View ofMember = View.ofMember(IMAGE, MEMBER);

    assertThat(told(View.ofOwner(IMAGE, OWNER), Rule.ADD_MEMBER, ANOTHER)).isEqualTo("allowed");
    assertThat(told(View.ofOwner(IMAGE, null), Rule.ADD_MEMBER, ANOTHER)).isEqualTo("unseen");
    assertThat(told(ofMember, Rule.ANSWER, MemberId.of(MEMBER))).isEqualTo("allowed");
    assertThat(told(ofMember, Rule.ANSWER, ANOTHER)).isEqualTo("NotTheMember");
    assertThat(told(ofMember, Rule.REMOVE_MEMBER, MemberId.of(MEMBER))).isEqualTo("NotOwner");
    assertThat(told(View.ofMember(IMAGE, null), Rule.ANSWER, ANOTHER)).isEqualTo("NotTheMember");
  }

  @ParameterizedTest
  @EnumSource(names = {"SHOW_MEMBER", "ANSWER"})
  void aRuleOfAMemberAllowsNothingWithoutOne(Rule rule) {
    for (View view : new View[] {owner(Visibility.SHARED), admin(Visibility.SHARED)}) {
      assertThat(view.judge(operation(rule), null, RULES))
          .isEqualTo(new Refusal.MemberNotFound(IMAGE.toString(), ""));
    }
  }

  @Test
  void anOperationOnNoImageIsNotAllowedByTheRulesOfImages() {
    View view = View.ofOwner(IMAGE, OWNER);

    assertThatThrownBy(() -> view.judge(Operation.LIST_PROJECTS, null, RULES))
        .isInstanceOf(IllegalStateException.class);
  }
}
