package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of statements in traces: the tables, by what is done with them. */
@NullMarked
class StatementSpanTest {
  static Stream<Arguments> statements() {
    return Stream.of(
        Arguments.of("commit", "COMMIT"),
        Arguments.of("select 1", "SELECT"),
        Arguments.of("select name from image i where i.image_id = ?", "SELECT image"),
        Arguments.of(
            "select from image i left join image_member m on m.image_id = i.image_id",
            "SELECT image image_member"),
        Arguments.of(
            "insert into job (job_id) values (?) on conflict (job_id) do update set a = 1",
            "INSERT job"),
        Arguments.of("select from job for update skip locked", "SELECT job"),
        Arguments.of("delete from deleted_image where key = any (?)", "DELETE deleted_image"),
        Arguments.of(
            """
            with caller as (select version from user_account u cross join unnest(?) n),
            gone as (delete from image_member m where m.image_id = ? returning *)
            insert into member_event select from gone where gone.a is distinct from m.b
            """,
            "SELECT user_account DELETE image_member INSERT member_event"),
        Arguments.of(
            "update job j set ended_at = (select max(i.done_at) from job_image i) from done d",
            "UPDATE job SELECT job_image done"));
  }

  @ParameterizedTest
  @MethodSource("statements")
  void aSummaryNamesTables(String sql, String summary) {
    assertThat(StatementSpan.summary(sql)).isEqualTo(summary);
  }
}
