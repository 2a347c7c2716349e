package dev.vitrine.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Authorities that an operator names: servers whose certificates they signed, and no others. */
public final class Authorities {
  private Authorities() {}

  /**
   * For connections to such servers. It does not compare the name of the host: connections do.
   *
   * @param file PEM, one or more certificates
   * @throws InvalidCertificateException if the file cannot be read or used
   */
  public static SSLContext read(Path file) {
    Collection<? extends Certificate> certificates = certificates(file);
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate certificate : certificates) {
        trusted.setCertificateEntry(String.valueOf(trusted.size()), certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    byte[] bytes = CertificateFiles.read(file).getBytes();
    Collection<? extends Certificate> found;
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw new InvalidCertificateException(
          "%s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
    if (found.isEmpty()) {
      throw new InvalidCertificateException(file + " has no certificate in PEM", null);
    }
    return List.copyOf(found);
  }
}
