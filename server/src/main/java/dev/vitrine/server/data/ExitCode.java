package dev.vitrine.server.data;

/** The exit codes of the process. */
public final class ExitCode {
  /** Stopped on request, after the requests in progress. */
  public static final int STOPPED = 0;

  /** The start failed. */
  public static final int NOT_STARTED = 1;

  /** The command line or the settings were refused: a retry does not help. */
  public static final int REFUSED = 2;

  /** The embedded database ended unexpectedly; a new start recovers it. */
  public static final int DATABASE_LOST = 3;

  /** Done, but images without their bytes, or changes of the history, were found. */
  public static final int DAMAGED = 4;

  private ExitCode() {}
}
