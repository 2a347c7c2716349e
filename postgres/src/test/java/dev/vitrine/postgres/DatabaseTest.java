package dev.vitrine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  @Test
  void aFailedTransactionLeavesNothing() {
    Database database = DATABASE.database();
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    session -> {
                      session.change("insert into domain (domain_id, name) values ('d', 'd')");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    List<String> left =
        database.all("select name from domain where domain_id = 'd'", row -> row.getString(1));
    assertThat(left).isEmpty();
  }
}
