package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Condition.Quantifier;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a condition's operators compare, and what requests are asked for. */
@NullMarked
class OperatorTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Circumstances ABSENT =
      new Circumstances(NOON, new UserId("u"), null, null, null);

  @ParameterizedTest
  @CsvSource({
    "StringEquals, alice, alice, true",
    "StringEquals, alice, Alice, false",
    "StringNotEquals, alice, Alice, true",
    "StringNotEquals, alice, alice, false",
    "StringEqualsIgnoreCase, alice, ALICE, true",
    "StringEqualsIgnoreCase, alice, alic, false",
    "StringNotEqualsIgnoreCase, alice, ALICE, false",
    "StringNotEqualsIgnoreCase, alice, bob, true",
    "StringMatch, alice, a*e, true",
    "StringMatch, alice, ?l?c?, true",
    "StringMatch, alice, a?e, false",
    "StringMatch, alice, A*, false",
    "StringMatch, alice, alice*, true",
    "StringMatch, alice, alice**, true",
    "StringMatch, alice, alice*?, false",
    "StringMatch, ababac, *abac, true",
    "StringMatch, alice, *, true",
    "StringMatch, alice, ali, false",
    "StringMatch, ali, alice, false",
    "StringNotMatch, alice, a*, false",
    "StringNotMatch, alice, b*, true",
    "StringStartWith, alice, ali, true",
    "StringStartWith, alice, lic, false",
    "StringEndWith, alice, ice, true",
    "StringEndWith, alice, lic, false",
    "NumberEquals, 5.0, 5, true",
    "NumberEquals, 5, 6, false",
    "NumberNotEquals, 5.0, 5, false",
    "NumberNotEquals, 5, 6, true",
    "NumberLessThan, 5, 5, false",
    "NumberLessThan, 5, 5.1, true",
    "NumberLessThan, 10, 9, false",
    "NumberLessThanEquals, 5, 5, true",
    "NumberLessThanEquals, 6, 5, false",
    "NumberGreaterThan, 5, 5, false",
    "NumberGreaterThan, 10, 9, true",
    "NumberGreaterThanEquals, 5, 5, true",
    "NumberGreaterThanEquals, 5, 6, false",
    "Bool, true, TRUE, true",
    "Bool, true, false, false",
    // A name is no number, nor a time: then nothing is true of it.
    "NumberEquals, alice, 5, false",
    "NumberNotEquals, alice, 5, false",
    "NumberLessThan, 1e999999999, 5, false",
    "NumberGreaterThan, 1e999999999, 5, false",
    "NumberNotEquals, 11111111111111111111111111111111111111111, 5, false",
    "DateLessThan, alice, 2026-11-24T12:00:00Z, false",
    "DateGreaterThan, 2026-11-24T13:00+00:00, 2026-11-24T12:00:00Z, true",
    "Bool, alice, true, false"
  })
  void oneValueIsCompared(String operator, String actual, String value, boolean holds) {
    assertThat(holds(operator, "g:UserName", named(actual), value)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({
    "DateLessThan, 11:59:59Z, false",
    "DateLessThan, 12:00:00Z, false",
    "DateLessThan, 12:00:01Z, true",
    "DateLessThan, 13:00:00+01:00, false",
    "DateLessThanEquals, 12:00:00Z, true",
    "DateLessThanEquals, 13:00:00+01:00, true",
    "DateLessThanEquals, 11:59:59Z, false",
    "DateGreaterThan, 12:00:00Z, false",
    "DateGreaterThan, 11:59:59Z, true",
    "DateGreaterThanEquals, 12:00:00Z, true",
    "DateGreaterThanEquals, 12:00:01Z, false"
  })
  void theTimeIsCompared(String operator, String value, boolean holds) {
    assertThat(holds(operator, "g:CurrentTime", ABSENT, "2026-11-24T" + value)).isEqualTo(holds);
  }

  @Test
  void ofSeveralValuesOneMustMatchAndNoneMayWhereItNegates() {
    assertThat(holds("StringEquals", "g:UserName", named("bob"), "alice", "bob")).isTrue();
    assertThat(holds("StringNotEquals", "g:UserName", named("bob"), "alice", "bob")).isFalse();
    assertThat(holds("StringNotEquals", "g:UserName", named("bob"), "alice", "carol")).isTrue();
  }

  @Test
  void aKeyThatIsAbsentFailsUnlessItNeedNotBeThere() {
    for (Operator operator : Operator.values()) {
      if (operator != Operator.NULL) {
        assertThat(absent(operator, Quantifier.NONE, false)).as("%s", operator).isFalse();
        assertThat(absent(operator, Quantifier.ANY, false)).as("%s", operator).isFalse();
        assertThat(absent(operator, Quantifier.ALL, false)).as("%s", operator).isTrue();
        for (Quantifier quantifier : Quantifier.values()) {
          assertThat(absent(operator, quantifier, true)).as("%s", operator).isTrue();
        }
      }
    }
  }

  private static boolean absent(Operator operator, Quantifier quantifier, boolean ifExists) {
    return new Condition(quantifier, operator, ifExists, "g:MFAAge", List.of("5"))
        .holds(ABSENT, "ims");
  }

  @Test
  void nullAsksWhetherAKeyIsAbsent() {
    assertThat(holds("Null", "g:UserName", ABSENT, "true")).isTrue();
    assertThat(holds("Null", "g:UserName", ABSENT, "False")).isFalse();
    assertThat(holds("Null", "g:UserName", named("alice"), "TRUE")).isFalse();
    assertThat(holds("Null", "g:UserName", named("alice"), "false")).isTrue();
  }

  @Test
  void requestsAreAskedForIamsKeys() {
    Circumstances all =
        new Circumstances(NOON, new UserId("an-id"), "a user", "a domain", "a project");

    assertThat(
            Circumstances.KEYS.keySet().stream()
                .map(key -> key + "=" + all.value(key, "a service")))
        .containsExactlyInAnyOrder(
            "g:CurrentTime=2026-11-24T12:00:00Z",
            "g:DomainName=a domain",
            "g:MFAPresent=false",
            "g:MFAAge=null",
            "g:ProjectName=a project",
            "g:ServiceName=a service",
            "g:UserId=an-id",
            "g:UserName=a user");
  }

  @ParameterizedTest
  @CsvSource({
    "ims:*:*:*:*, true",
    "ims:**:*:***:*, true",
    "iam:*:*:*:*, false",
    "*:*:*:*:*, false",
    "ims:region-1:*:*:*, false",
    "ims:*:d:*:*, false",
    "ims:*:*:image:*, false",
    "ims:*:*:*:x, false",
    "ims:*:*:*:*:*, false"
  })
  void aResourceCountsOnlyIfItTakesInAllOfTheService(String resource, boolean all) {
    ResourcePattern pattern = new ResourcePattern(resource);

    assertThat(pattern.takesInAll("ims")).isEqualTo(all);
    assertThat(pattern).hasToString(resource);
  }

  private static Circumstances named(String user) {
    return new Circumstances(NOON, new UserId("u"), user, null, null);
  }

  private static boolean holds(
      String operator, String key, Circumstances circumstances, String... values) {
    for (Operator one : Operator.values()) {
      if (one.word().equals(operator)) {
        return new Condition(Quantifier.NONE, one, false, key, List.of(values))
            .holds(circumstances, "ims");
      }
    }
    throw new IllegalArgumentException(operator);
  }
}
