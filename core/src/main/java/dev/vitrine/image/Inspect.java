package dev.vitrine.image;

/**
 * Setting {@code images.inspect}: what happens to bytes that do not match the declared format or
 * are unsafe to open.
 */
public enum Inspect {
  /** They are refused. */
  STRICT,
  /** They are stored, and the log says so. */
  WARN,
  /** They are stored. */
  OFF
}
