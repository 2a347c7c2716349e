package dev.vitrine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperationTest {
  private static final Set<Rule> OF_BATCHES =
      EnumSet.of(Rule.BATCH_ADD, Rule.BATCH_REMOVE, Rule.BATCH_ANSWER);

  @ParameterizedTest
  @EnumSource
  void whatIsOnAnImageHasARuleAndNothingElseHas(Operation operation) {
    boolean isOnAnImage =
        operation.path().contains("{image_id}") || OF_BATCHES.contains(operation.rule());

    assertThat(operation.rule() != Rule.NONE).isEqualTo(isOnAnImage);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadByAGetChangesNothing(Operation operation) {
    boolean isRead = operation.method().equals("GET") || operation.method().equals("HEAD");
    Set<Rule> reading =
        EnumSet.of(Rule.NONE, Rule.SEE, Rule.READ_BYTES, Rule.LIST_MEMBERS, Rule.SHOW_MEMBER);

    if (isRead) {
      assertThat(reading).contains(operation.rule());
    } else {
      assertThat(EnumSet.of(Rule.SEE, Rule.READ_BYTES, Rule.LIST_MEMBERS, Rule.SHOW_MEMBER))
          .doesNotContain(operation.rule());
    }
  }
}
