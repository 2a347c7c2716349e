package dev.vitrine.login;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the generations of keys are kept, encrypted with those of the file (ADR 42). */
public interface KeyGenerationStore {
  /**
   * A generation.
   *
   * @param wrapped its keys, encrypted; null for that of the file
   * @param signsFrom from when on nodes sign with it, until the next one's time
   * @param hasBegun whether that time has come, by the database's clock
   * @param longestToken the longest lifetime of a token that it may have signed
   */
  record Row(
      int generation,
      @Nullable WrappedKeys wrapped,
      Instant createdAt,
      Instant signsFrom,
      boolean hasBegun,
      Duration longestToken) {}

  /** All of them, the oldest first; never empty. */
  List<Row> all();

  /** How many secrets, of access keys and webhooks, each generation has encrypted, if any. */
  Map<Integer, Long> secrets();

  /** Notes that this generation and later ones may sign tokens that live so long. */
  void noteTokenLifetime(int from, Duration lifetime);

  /**
   * Adds a generation.
   *
   * @param delay until nodes sign with it
   * @return whether it was added; not if there is one of that number
   */
  boolean add(int generation, WrappedKeys wrapped, Duration delay);

  /**
   * Removes those that can have signed nothing that is still valid, and that no secret is encrypted
   * with.
   *
   * @param window how long after its end a token may still be shown
   * @return how many
   */
  int removeUnused(Duration window);
}
