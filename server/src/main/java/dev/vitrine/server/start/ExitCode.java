package dev.vitrine.server.start;

/** The exit codes of the process. */
final class ExitCode {
  /** Stopped on request, after the requests in progress. */
  static final int STOPPED = 0;

  /** The start failed. */
  static final int NOT_STARTED = 1;

  /** The command line or the settings were refused: a retry does not help. */
  static final int REFUSED = 2;

  /** The embedded database ended unexpectedly; a new start recovers it. */
  static final int DATABASE_LOST = 3;

  private ExitCode() {}
}
