package dev.vitrine.login;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the generations of keys are kept, encrypted with the keys of the file {@code keys} (ADR
 * 42).
 */
public interface KeyGenerationStore {
  /**
   * A generation.
   *
   * @param wrapped its keys, encrypted; null for that of the file
   * @param signsFrom the time from which nodes sign with it, until that of the next generation
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

  /** How many secrets of access keys are encrypted with each generation that has any. */
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
   * Removes the generations that are no longer needed: nothing that they may have signed is still
   * valid, and no secret is encrypted with them.
   *
   * @param window how long a service may still present a token after the token has expired
   * @return how many
   */
  int removeUnused(Duration window);
}
