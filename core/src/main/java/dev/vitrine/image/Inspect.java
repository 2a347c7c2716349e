package dev.vitrine.image;

/** What is done about bytes that are not what they are declared to be, or not safe to open. */
public enum Inspect {
  /** They are refused. */
  STRICT,
  /** They are stored, and the log says so. */
  WARN,
  /** They are stored. */
  OFF
}
