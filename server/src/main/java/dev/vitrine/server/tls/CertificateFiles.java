package dev.vitrine.server.tls;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the certificate is: in two PEM files, or in one PKCS#12 file.
 *
 * @param certificate PEM: the certificate, then its chain; or a PKCS#12 file with these and the key
 * @param key PEM, the private key, not encrypted; null: {@code certificate} is a PKCS#12 file
 * @param password of the PKCS#12 file; null: none
 */
public record CertificateFiles(Path certificate, @Nullable Path key, @Nullable String password) {

  /** The contents of the files at one time. */
  record Contents(Buffer certificate, @Nullable Buffer key) {}

  /**
   * @throws InvalidCertificateException if a file cannot be read
   */
  Contents contents() {
    return new Contents(read(certificate), key == null ? null : read(key));
  }

  static Buffer read(Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new InvalidCertificateException("there is no file " + file, e);
    } catch (IOException e) {
      throw new InvalidCertificateException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  @Override
  public String toString() {
    return certificate.toString();
  }
}
