package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullMarked
class SchemaTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  @Test
  void tablesOfANewerVersionAreRefusedAndLeftAlone() {
    assertThat(new Schema().migrate(DATABASE.database())).isZero();
    DATABASE.execute(
        """
        insert into flyway_schema_history
          (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
        select max(installed_rank) + 1, '999', 'later', 'SQL', 'V999__later.sql', 1, 'test', 0, true
        from flyway_schema_history
        """);

    assertThatThrownBy(() -> new Schema().migrate(DATABASE.database()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a newer Vitrine has used it")
        .hasMessageContaining("999");
  }
}
