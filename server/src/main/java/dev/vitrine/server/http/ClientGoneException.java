package dev.vitrine.server.http;

import java.io.IOException;

/** The client closed the connection before the whole request or answer was transferred. */
final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGoneException(Throwable cause) {
    super("the client went away", cause);
  }
}
