package dev.vitrine.job;

import dev.vitrine.identity.Ids;
import org.jspecify.annotations.Nullable;

/** A job's id: 32 lower-case hexadecimal digits. */
public record JobId(String value) {
  /** Null if the text has not the form of one: no job has it. */
  static @Nullable JobId of(String text) {
    return Ids.isGenerated(text) ? new JobId(text) : null;
  }

  /** A random one. */
  static JobId next() {
    return new JobId(Ids.next());
  }

  @Override
  public String toString() {
    return value;
  }
}
