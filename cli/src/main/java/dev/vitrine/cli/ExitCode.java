package dev.vitrine.cli;

/** How the program ends. Scripts rely on the numbers. */
enum ExitCode {
  OK(0),
  /** The server refused the request for what it asks, or a part of it failed. */
  FAILED(1),
  /** The command itself cannot be understood. */
  USAGE(2),
  NOT_FOUND(3),
  /** Not signed in, or not allowed. */
  FORBIDDEN(4),
  /** No answer. */
  UNREACHABLE(5);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** The end after a request that the server did not carry out. */
  static ExitCode ofStatus(int status) {
    return switch (status) {
      case 401, 403 -> FORBIDDEN;
      case 404, 410 -> NOT_FOUND;
      default -> FAILED;
    };
  }
}
