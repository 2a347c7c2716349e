package dev.vitrine.server.start;

/** What the end of the process tells whoever started it. */
final class ExitCode {
  /** Asked to stop, and everything under way was ended. */
  static final int STOPPED = 0;

  /** It could not start. */
  static final int NOT_STARTED = 1;

  /** The command line or the settings were refused: starting again changes nothing. */
  static final int REFUSED = 2;

  /** The embedded database ended by itself; a new start recovers it. */
  static final int DATABASE_LOST = 3;

  private ExitCode() {}
}
