package dev.vitrine.server.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.history.RefusedRequests.First;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.Batch;
import dev.vitrine.job.JobStore;
import dev.vitrine.job.Outcome;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.TestServer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many rows refused requests take, whoever sends how many of them. */
@NullMarked
class RefusalAuditTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Operation[] OPERATIONS = Operation.values();

  @BeforeEach
  void forget() {
    SERVER.refusals().store();
    SERVER.execute("truncate refused_request");
  }

  private static void refuse(@Nullable String user, int operation) {
    Caller caller =
        user == null
            ? null
            : new Caller(
                new UserId(user),
                new Caller.Scope.InProject(new ProjectId("p")),
                "token",
                Instant.EPOCH,
                Instant.MAX,
                List.of("password"));
    SERVER
        .refusals()
        .count(caller, OPERATIONS[operation], "NotPermitted", () -> new First(null, "req", "::1"));
  }

  private static List<String> rows(String condition) {
    return SERVER.look(
        "select count(*) || ' rows, ' || coalesce(sum(count), 0) || ' requests' from refused_request where "
            + condition);
  }

  @Test
  void oneUserTakesAFewRowsAndTheRestIsSummed() {
    for (int i = 0; i < 100; i++) {
      refuse("loud", i);
    }
    refuse("quiet", 0);

    SERVER.refusals().store();

    assertThat(rows("user_id = 'loud'")).containsExactly("11 rows, 100 requests");
    assertThat(rows("user_id = 'loud' and operation is null"))
        .containsExactly("1 rows, 90 requests");
    assertThat(rows("user_id = 'quiet' and operation is not null"))
        .containsExactly("1 rows, 1 requests");
  }

  /** Those that a request for the pair alone would be refused with, because of who asks. */
  @Test
  void pairsOfBatchesCountAsRequests() {
    refuse("batcher", 0);
    for (int i = 0; i < 2; i++) {
      SERVER
          .refusals()
          .failed(
              new JobStore.Failed(
                  new UserId("batcher"),
                  new ProjectId("p"),
                  Batch.Kind.ADD,
                  ImageId.named("5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11"),
                  "req-of-the-batch",
                  Map.of(Outcome.NOT_OWNER, 3L, Outcome.MEMBER_LIMIT, 5L, Outcome.SUPERSEDED, 7L)));
    }

    SERVER.refusals().store();

    assertThat(
            SERVER.look(
                """
                select concat_ws(' ', operation, reason, count, request_id, target, address, project_id)
                from refused_request order by reason
                """))
        .containsExactly(
            "BATCH_ADD_MEMBERS NotOwner 6 req-of-the-batch 5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11 p",
            OPERATIONS[0] + " NotPermitted 1 req ::1 p");
  }

  @Test
  void manyUsersTakeABoundedNumberOfRows() {
    for (int user = 0; user < 200; user++) {
      for (int i = 0; i < 100; i++) {
        refuse("user-" + user, i);
      }
    }
    SERVER.refusals().store();

    assertThat(rows("true")).containsExactly("551 rows, 20000 requests");
    assertThat(rows("user_id is null")).containsExactly("1 rows, 15000 requests");
  }

  /** Whoever has no token takes no row from those that have one. */
  @Test
  void strangersTakeNoRowsOfUsers() {
    for (int i = 0; i < 100; i++) {
      refuse(null, i);
    }
    for (int user = 0; user < RefusalAudit.USERS; user++) {
      refuse("user-" + user, 0);
    }
    refuse(null, 0);
    SERVER.refusals().store();

    assertThat(rows("user_id is null")).containsExactly("11 rows, 101 requests");
    assertThat(rows("user_id is not null")).containsExactly("50 rows, 50 requests");
  }

  @Test
  void whatIsStoredIsCountedAnew() {
    refuse("one", 0);
    SERVER.refusals().store();
    SERVER.refusals().store();
    refuse("one", 0);
    SERVER.refusals().close();

    assertThat(rows("true")).containsExactly("2 rows, 2 requests");
  }
}
