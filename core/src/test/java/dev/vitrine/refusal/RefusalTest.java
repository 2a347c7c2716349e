package dev.vitrine.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefusalTest {
  /** Access logs, traces and rows of the history hold these: add one, rename none. */
  private static final List<String> REASONS =
      List.of(
          "Absent",
          "BadSignature",
          "Busy",
          "Conflict",
          "DuplicateMember",
          "Encrypted",
          "Forbidden",
          "ForeignOwner",
          "ForeignProject",
          "HeaderTooLarge",
          "ImageNotFound",
          "ImageQuota",
          "Invalid",
          "InvalidCustomPolicy",
          "InvalidEnterpriseProject",
          "InvalidParameter",
          "InvalidPolicy",
          "JobNotFound",
          "MemberLimit",
          "MemberNotFound",
          "NameTaken",
          "NoBatches",
          "NotAccepted",
          "NotActive",
          "NotCloudAdmin",
          "NotFound",
          "NotOwner",
          "NotPermitted",
          "NotShared",
          "NotTheMember",
          "PasswordExpired",
          "PropertyConflict",
          "Protected",
          "RangeNotSatisfiable",
          "SharedWithItself",
          "StorageQuota",
          "TooLarge",
          "TooManyRequests",
          "TooSlow",
          "Unauthenticated",
          "Unavailable",
          "UnfitContent",
          "UnknownProject",
          "UnsupportedMediaType",
          "VaultMissing",
          "WholeMachine");

  @Test
  void reasonsThatOperatorsSearchForStay() {
    assertThat(refusals(Refusal.class).map(Refusal::reason).distinct())
        .containsExactlyInAnyOrderElementsOf(REASONS);
  }

  private static Stream<Class<? extends Refusal>> refusals(Class<? extends Refusal> type) {
    return type.isRecord()
        ? Stream.of(type)
        : Stream.of(type.getPermittedSubclasses())
            .flatMap(each -> refusals(each.asSubclass(Refusal.class)));
  }
}
