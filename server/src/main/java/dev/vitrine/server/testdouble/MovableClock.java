package dev.vitrine.server.testdouble;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that runs like the system's, some time before or after it. */
public final class MovableClock implements InstantSource {
  private volatile Duration by = Duration.ZERO;

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plus(by);
  }

  /** Sets how far it is from the system's clock; negative: behind it. */
  public void moveBy(Duration by) {
    this.by = by;
  }

  /** How far it is from the system's clock. */
  Duration by() {
    return by;
  }
}
