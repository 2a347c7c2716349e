package dev.vitrine.server.http;

import java.io.IOException;

/** The client closed the connection before its request, or all of the answer, had passed. */
final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGoneException(Throwable cause) {
    super("the client went away", cause);
  }
}
