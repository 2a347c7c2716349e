package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is a bug of ours, and what a retry may mend (PostgreSQL's documentation, appendix A). */
@NullMarked
class DatabaseExceptionTest {
  @ParameterizedTest
  @CsvSource({
    // state, unavailable, lost
    "08001, true,  true", // unable to connect
    "08006, true,  true", // connection failure
    "57P01, true,  true", // admin shutdown
    "57P03, true,  true", // cannot connect now
    "40P01, true,  false", // deadlock
    "55P03, true,  false", // lock not available
    "25P03, true,  false", // idle in transaction
    "53100, true,  false", // disk full
    "57014, false, false", // query canceled
    "42601, false, false", // syntax error
    "23505, false, false", // unique violation
    "22P02, false, false", // invalid text representation
  })
  void states(String state, boolean isUnavailable, boolean isLost) {
    DatabaseException failure = new DatabaseException(new SQLException("why", state));
    assertThat(failure.isUnavailable()).isEqualTo(isUnavailable);
    assertThat(failure.isLost()).isEqualTo(isLost);
  }

  @Test
  void theEmptyPoolIsUnavailable() {
    assertThat(new DatabaseException(new SQLTransientConnectionException()).isUnavailable())
        .isTrue();
  }
}
