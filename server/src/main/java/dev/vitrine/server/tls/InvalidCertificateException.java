package dev.vitrine.server.tls;

import org.jspecify.annotations.Nullable;

/** A certificate that cannot be used; the message tells the operator why. */
public final class InvalidCertificateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InvalidCertificateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
