package dev.vitrine.server.start;

/** The program cannot start; the message tells an operator why, in one plain sentence. */
final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartFailure(String message) {
    super(message);
  }

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
