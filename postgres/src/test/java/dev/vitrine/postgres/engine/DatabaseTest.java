package dev.vitrine.postgres.engine;

import static java.lang.Thread.State.TIMED_WAITING;
import static java.lang.Thread.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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

  /** Of a transaction that cannot even be taken back, because its connection is gone. */
  @Test
  void theFirstFailureIsTheOneToTell() {
    assertThatThrownBy(
            () ->
                DATABASE
                    .database()
                    .inTransaction(
                        session -> {
                          int own =
                              session
                                  .all("select pg_backend_pid()", row -> row.getInt(1))
                                  .getFirst();
                          DATABASE.execute("select pg_terminate_backend(%d)".formatted(own));
                          throw new IllegalStateException("the first");
                        }))
        .hasMessage("the first")
        .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1));
  }

  @Test
  void whatGaveWayToSomebodyElseIsDoneAgain() throws Exception {
    DATABASE.execute("create table door (n int primary key, passed int not null default 0)");
    DATABASE.execute("insert into door (n) values (1), (2)");
    CyclicBarrier between = new CyclicBarrier(2);
    CompletableFuture<Boolean> one = CompletableFuture.supplyAsync(() -> pass(1, 2, between));
    CompletableFuture<Boolean> two = CompletableFuture.supplyAsync(() -> pass(2, 1, between));

    assertThat(List.of(one.get(), two.get())).containsExactly(true, true);
    assertThat(DATABASE.database().all("select passed from door order by n", row -> row.getInt(1)))
        .containsExactly(2, 2);
  }

  private static boolean pass(int first, int second, CyclicBarrier between) {
    AtomicBoolean isAgain = new AtomicBoolean();
    return DATABASE
        .database()
        .inTransaction(
            session -> {
              session.change("update door set passed = passed + 1 where n = ?", first);
              if (!isAgain.getAndSet(true)) {
                await(between);
              }
              session.change("update door set passed = passed + 1 where n = ?", second);
              return true;
            });
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void howeverManyVirtualThreadsWaitAPlatformThreadHasAConnection() {
    CountDownLatch over = new CountDownLatch(1);
    try (Database database = Database.open(DATABASE.address(), 2)) {
      Stream.generate(
              () ->
                  Thread.startVirtualThread(() -> database.inTransaction(session -> isOver(over))))
          .limit(3)
          .toList()
          .forEach(DatabaseTest::awaitItsWait);

      assertThat(database.<Integer>first("select 1", row -> row.getInt(1))).isEqualTo(1);
      over.countDown();
    }
  }

  private static boolean isOver(CountDownLatch over) {
    try {
      over.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitItsWait(Thread thread) {
    while (!EnumSet.of(WAITING, TIMED_WAITING).contains(thread.getState())) {
      Thread.onSpinWait();
    }
  }
}
