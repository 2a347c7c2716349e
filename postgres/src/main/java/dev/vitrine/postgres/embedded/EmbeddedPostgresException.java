package dev.vitrine.postgres.embedded;

import java.io.Serial;

/** The embedded database failed; the message explains the cause to an operator. */
public final class EmbeddedPostgresException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  EmbeddedPostgresException(String message) {
    super(message);
  }

  EmbeddedPostgresException(String message, Throwable cause) {
    super(message, cause);
  }
}
