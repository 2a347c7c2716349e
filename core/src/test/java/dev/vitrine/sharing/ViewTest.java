package dev.vitrine.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Rule;
import dev.vitrine.refusal.Refusal;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rules, of somebody who sees an image and owns nothing of it (contract/glance.md, members).
 */
class ViewTest {
  private static final ImageId IMAGE = ImageId.named(new UUID(0, 1).toString());
  private static final ProjectId OWNER = new ProjectId("owner");
  private static final ProjectId MEMBER = new ProjectId("member");
  private static final Sharing.Rules RULES =
      new Sharing.Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE);
  private static final Sharing.Rules OF_IMS =
      new Sharing.Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.IMS);

  private static @Nullable Refusal judge(
      Rule rule, Visibility visibility, @Nullable MemberStatus membership, ProjectId of) {
    View view = new View(IMAGE, OWNER, visibility, MEMBER, false, membership, Traits.USUAL);
    return view.judge(operation(rule), new MemberId(of.value()), RULES);
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

  @ParameterizedTest
  @CsvSource({
    "SEE,          allowed,        allowed,        allowed",
    "READ_BYTES,   allowed,        allowed,        allowed",
    "CHANGE,       NotOwner,       NotOwner,       NotOwner",
    "ADD_MEMBER,   NotShared,      NotOwner,       NotOwner",
    "REMOVE_MEMBER,NotShared,      NotOwner,       NotOwner",
    "LIST_MEMBERS, NotShared,      allowed,        allowed",
    "SHOW_MEMBER,  MemberNotFound, allowed,        MemberNotFound",
    "ANSWER,       NotTheMember,   allowed,        NotTheMember",
    "BATCH_ADD,    NotShared,      NotOwner,       NotOwner",
    "BATCH_REMOVE, NotShared,      NotOwner,       NotOwner",
    "BATCH_ANSWER, allowed,        allowed,        allowed",
  })
  void whoOwnsNothing(Rule rule, String ofPublic, String aboutItself, String aboutAnother) {
    ProjectId another = new ProjectId("another");

    assertThat(name(judge(rule, Visibility.PUBLIC, null, another))).isEqualTo(ofPublic);
    assertThat(name(judge(rule, Visibility.SHARED, MemberStatus.ACCEPTED, MEMBER)))
        .isEqualTo(aboutItself);
    assertThat(name(judge(rule, Visibility.SHARED, MemberStatus.ACCEPTED, another)))
        .isEqualTo(aboutAnother);
  }

  /** Ruling 28: what an owner finds of its private image, by the setting {@code native}. */
  @ParameterizedTest
  @CsvSource({
    "ADD_MEMBER,    NotShared, allowed",
    "REMOVE_MEMBER, NotShared, MemberNotFound",
    "LIST_MEMBERS,  NotShared, allowed",
    "BATCH_ADD,     allowed,   allowed",
    "BATCH_REMOVE,  allowed,   allowed",
  })
  void whoOwnsAPrivateImage(Rule rule, String ofGlance, String ofIms) {
    View view = new View(IMAGE, OWNER, Visibility.PRIVATE, OWNER, false, null, Traits.USUAL);
    MemberId member = new MemberId("another");

    assertThat(name(view.judge(operation(rule), member, RULES))).isEqualTo(ofGlance);
    assertThat(name(view.judge(operation(rule), member, OF_IMS))).isEqualTo(ofIms);
  }

  /** Of images that can be seen by everybody, IMS shares none either. */
  @ParameterizedTest
  @EnumSource(names = {"PUBLIC", "COMMUNITY"})
  void whoOwnsAnImageForAll(Visibility visibility) {
    View view = new View(IMAGE, OWNER, visibility, OWNER, false, null, Traits.USUAL);
    for (Rule rule : new Rule[] {Rule.ADD_MEMBER, Rule.REMOVE_MEMBER, Rule.LIST_MEMBERS}) {
      assertThat(view.judge(operation(rule), new MemberId("another"), OF_IMS))
          .isInstanceOf(Refusal.NotShared.class);
    }
  }

  /** IMS: 镜像共享的约束限制; a machine is shared by way of its backup, by whichever protocol. */
  @ParameterizedTest
  @EnumSource(names = {"ADD_MEMBER", "BATCH_ADD"})
  void aMachineThatIsInNoBackupIsNotShared(Rule rule) {
    for (Traits.Machine machine : Traits.Machine.values()) {
      View view =
          new View(
              IMAGE,
              OWNER,
              Visibility.SHARED,
              OWNER,
              false,
              null,
              new Traits(true, false, machine));
      assertThat(name(view.judge(operation(rule), new MemberId("another"), RULES)))
          .isEqualTo(machine == Traits.Machine.WITHOUT_BACKUP ? "WholeMachine" : "allowed");
      assertThat(name(view.answering(MemberStatus.ACCEPTED, "vault")))
          .isEqualTo(machine == Traits.Machine.WITHOUT_BACKUP ? "WholeMachine" : "allowed");
      assertThat(name(view.answering(MemberStatus.REJECTED, null))).isEqualTo("allowed");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHOW_MEMBER", "ANSWER"})
  void aRuleOfAMemberAllowsNothingWithoutOne(Rule rule) {
    View view = View.ofOwner(IMAGE, OWNER);

    assertThat(view.judge(operation(rule), null, RULES)).isInstanceOf(Refusal.MemberNotFound.class);
  }

  @Test
  void anOperationOnNoImageIsNotAllowedByTheRulesOfImages() {
    View view = View.ofOwner(IMAGE, OWNER);

    assertThatThrownBy(() -> view.judge(Operation.LIST_PROJECTS, null, RULES))
        .isInstanceOf(IllegalStateException.class);
  }
}
