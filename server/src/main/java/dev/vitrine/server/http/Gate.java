package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;
import java.time.Duration;
import java.util.List;

/**
 * Decides what becomes of a request before its route is looked up. Only a test double has one (ADR
 * 32).
 */
@FunctionalInterface
public interface Gate {
  /** Called on the event loop, once for each well-formed request: it must not block. */
  Verdict judge(Request request);

  /** What becomes of a request. */
  sealed interface Verdict {
    /** It goes on to its route. */
    record Pass() implements Verdict {}

    /** It goes on to its route later. */
    record Delay(Duration by) implements Verdict {}

    /** It is refused, in the words of its protocol. */
    record Refuse(Refusal refusal) implements Verdict {}

    /** Its connection is closed without an answer. */
    record Drop() implements Verdict {}

    /** The gate answers it itself, when its body is complete. */
    record Answer(Handler handler) implements Verdict {}

    /** The path is the gate's own, and has other methods. */
    record WrongMethod(List<String> allowed) implements Verdict {}
  }
}
