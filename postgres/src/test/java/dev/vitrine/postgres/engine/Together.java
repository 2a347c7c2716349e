package dev.vitrine.postgres.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/** Executions that wait at the same time, because the one before them is held up. */
@NullMarked
final class Together {
  private Together() {}

  /**
   * Returns what will be the results, of threads that wait by now.
   *
   * @param holdUp carries out what is given to it where those to come must wait for it
   */
  static <A, T> List<CompletableFuture<T>> run(
      Consumer<Runnable> holdUp, List<A> of, Function<A, T> work) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Thread.startVirtualThread(
        () ->
            holdUp.accept(
                () -> {
                  begun.countDown();
                  await(over);
                }));
    await(begun);
    List<Thread> threads = new ArrayList<>();
    List<CompletableFuture<T>> outcomes = new ArrayList<>();
    of.forEach(
        one -> {
          CompletableFuture<T> outcome = new CompletableFuture<>();
          outcomes.add(outcome);
          threads.add(
              Thread.ofPlatform()
                  .daemon()
                  .start(() -> outcome.completeAsync(() -> work.apply(one), Runnable::run)));
        });
    while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
      Thread.onSpinWait();
    }
    over.countDown();
    return outcomes;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
