package dev.vitrine.server.start;

/** The program cannot start; the message explains the cause to an operator in one sentence. */
final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartFailure(String message) {
    super(message);
  }

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
