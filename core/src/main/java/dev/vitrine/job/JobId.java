package dev.vitrine.job;

import dev.vitrine.identity.Ids;

/** A job's id: 32 lower-case hexadecimal digits. */
public record JobId(String value) {
  /** A random one. */
  static JobId next() {
    return new JobId(Ids.next());
  }

  @Override
  public String toString() {
    return value;
  }
}
