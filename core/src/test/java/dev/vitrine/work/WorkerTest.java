package dev.vitrine.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private static Worker worker(Duration poll, Worker.Task task) {
    return new Worker("worker-under-test", poll, "failed, as the test wants", task);
  }

  @Test
  void doesOnePieceAfterTheOtherWhileThereAreAny() throws Exception {
    AtomicInteger left = new AtomicInteger(5);
    CountDownLatch done = new CountDownLatch(1);
    Worker.Task task =
        () -> {
          if (left.decrementAndGet() == 0) {
            done.countDown();
          }
          return left.get() > 0;
        };
    try (Worker _ = worker(NEVER, task)) {
      done.await();
    }
    assertThat(left).hasValue(0);
  }

  @Test
  void looksAgainWhenItIsWoken() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    try (Worker worker = worker(NEVER, () -> !looks.add(1))) {
      looks.take();
      worker.wake();
      looks.take();
    }
  }

  @Test
  void doesNotMissASignalThatComesWhileItLooks() throws Exception {
    SynchronousQueue<String> steps = new SynchronousQueue<>();
    AtomicInteger looks = new AtomicInteger();
    Worker.Task task =
        () -> {
          if (looks.incrementAndGet() == 1) {
            put(steps, "looking");
            put(steps, "go on");
          } else {
            put(steps, "again");
          }
          return false;
        };
    try (Worker worker = worker(NEVER, task)) {
      assertThat(steps.take()).isEqualTo("looking");
      worker.wake();
      assertThat(steps.take()).isEqualTo("go on");
      assertThat(steps.take()).isEqualTo("again");
    }
  }

  @Test
  void looksAgainAfterThePollInterval() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    try (Worker _ = worker(Duration.ofMillis(10), () -> !looks.add(1))) {
      looks.take();
      looks.take();
    }
  }

  @Test
  void doesNotLookAgainWithoutAReason() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    try (Worker _ = worker(NEVER, () -> !looks.add(1))) {
      looks.take();
      assertThat(looks.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void goesOnAfterAFailure() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    Worker.Task failing =
        () -> {
          looks.add(1);
          throw new StackOverflowError("as the test wants");
        };
    try (Worker _ = worker(Duration.ofMillis(10), failing)) {
      looks.take();
      looks.take();
    }
  }

  @Test
  void pausesAfterAFailureAlsoIfItIsWoken() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    Worker.Task failing =
        () -> {
          looks.add(1);
          throw new IllegalStateException("as the test wants");
        };
    try (Worker worker = worker(NEVER, failing)) {
      looks.take();
      worker.wake();
      assertThat(looks.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void closingWaitsForThePieceInProgress() throws Exception {
    SynchronousQueue<String> steps = new SynchronousQueue<>();
    AtomicInteger ended = new AtomicInteger();
    Worker worker =
        worker(
            NEVER,
            () -> {
              put(steps, "begun");
              put(steps, "go on");
              return ended.incrementAndGet() > 0;
            });
    steps.take();
    Thread closing = Thread.ofVirtual().start(worker::close);
    assertThat(closing.join(Duration.ofMillis(100))).isFalse();
    steps.take();
    closing.join();
    assertThat(ended).hasValue(1);
  }

  private static void put(SynchronousQueue<String> queue, String step) {
    try {
      queue.put(step);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
