package dev.vitrine.server.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** A certificate with its private key, which was verified to belong to it. */
public final class Certificate {
  private static final List<String> KEY_TYPES = List.of("EC", "RSA");

  private static final Set<String> VERSIONS = Set.of("TLSv1.3", "TLSv1.2");

  private final CertificateFiles.Contents contents;
  private final KeyCertOptions keys;
  private final X509Certificate first;

  private Certificate(
      CertificateFiles.Contents contents, KeyCertOptions keys, X509Certificate first) {
    this.contents = contents;
    this.keys = keys;
    this.first = first;
  }

  /**
   * Reads and verifies the files. An expired certificate is valid here: clients decide about it.
   *
   * @throws InvalidCertificateException if a file cannot be read or used, or the key belongs to
   *     another certificate
   */
  public static Certificate read(Vertx vertx, CertificateFiles files) {
    return of(vertx, files, files.contents());
  }

  static Certificate of(Vertx vertx, CertificateFiles files, CertificateFiles.Contents contents) {
    KeyCertOptions keys = options(files, contents);
    X509KeyManager manager = manager(vertx, files, keys);
    for (String type : KEY_TYPES) {
      String[] aliases = manager.getServerAliases(type, null);
      if (aliases != null) {
        String alias = aliases[0];
        X509Certificate first = manager.getCertificateChain(alias)[0];
        requirePair(files, first, manager.getPrivateKey(alias));
        return new Certificate(contents, keys, first);
      }
    }
    throw new InvalidCertificateException(
        "%s has no certificate with an RSA or EC key".formatted(files.certificate()), null);
  }

  private static KeyCertOptions options(
      CertificateFiles files, CertificateFiles.Contents contents) {
    Buffer key = contents.key();
    if (key == null) {
      String password = files.password();
      return new PfxOptions()
          .setValue(contents.certificate())
          .setPassword(password == null ? "" : password);
    }
    if (files.password() != null) {
      throw new InvalidCertificateException(
          "tls.password is for a PKCS#12 file; with tls.key, the key must not be encrypted", null);
    }
    return new PemKeyCertOptions().addCertValue(contents.certificate()).addKeyValue(key);
  }

  private static X509KeyManager manager(Vertx vertx, CertificateFiles files, KeyCertOptions keys) {
    try {
      for (KeyManager manager : keys.getKeyManagerFactory(vertx).getKeyManagers()) {
        if (manager instanceof X509KeyManager found) {
          return found;
        }
      }
      throw new IllegalStateException("the JDK has no manager of X.509 keys");
    } catch (Exception e) {
      String names = files.key() == null ? files.toString() : files + " with " + files.key();
      throw new InvalidCertificateException(
          "%s cannot be used: %s".formatted(names, e.getMessage()), e);
    }
  }

  /** Signs with the key and verifies with the certificate. */
  private static void requirePair(
      CertificateFiles files, X509Certificate certificate, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(algorithm(key));
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      if (signature.verify(signed)) {
        return;
      }
    } catch (InvalidKeyException | SignatureException e) {
      // A key of another type or size.
    } catch (GeneralSecurityException e) {
      throw new InvalidCertificateException(
          "%s cannot be used: %s".formatted(files, e.getMessage()), e);
    }
    throw new InvalidCertificateException(
        "the private key does not belong to the first certificate in " + files, null);
  }

  private static String algorithm(PrivateKey key) {
    return key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
  }

  /** Makes a listener use it: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN. */
  public void applyTo(HttpServerOptions options) {
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(keys)
        .setEnabledSecureTransportProtocols(VERSIONS);
  }

  /** For a listener that uses another certificate so far. */
  public ServerSSLOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    applyTo(options);
    return options.getSslOptions();
  }

  /** Whether the files still have the contents that it was read from. */
  boolean isOf(CertificateFiles.Contents other) {
    return contents.equals(other);
  }

  /** The subject's distinguished name. */
  public String subject() {
    return first.getSubjectX500Principal().getName();
  }

  /** When it expires. */
  public Instant expires() {
    return first.getNotAfter().toInstant();
  }
}
