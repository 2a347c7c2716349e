package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which servers of {@code https} URLs are believed to be those that they say they are, and how they
 * know who their client is.
 *
 * @param isVerified false: all
 * @param authorities PEM file of certificates: what they have signed is believed, and nothing else.
 *     Null: those that the Java runtime knows
 * @param client null: servers that ask for a certificate get none
 */
record Trust(boolean isVerified, @Nullable Path authorities, @Nullable ClientCertificate client) {

  /**
   * Of a cloud as {@code clouds.yaml} describes it, by the rules of openstacksdk and its command
   * line: {@code insecure} goes before {@code verify}, both before {@code cacert}; {@code cert} has
   * the key, too, unless {@code key} names its file. OS_CACERT, OS_CERT and OS_KEY count for any
   * cloud. Only {@code true} is true, and only {@code false} false: everything else leaves the
   * check of certificates on.
   */
  static Trust of(JsonNode cloud, Shell shell) {
    boolean isInsecure = cloud.path("insecure").asText().equalsIgnoreCase("true");
    boolean isOff = cloud.path("verify").asText().equalsIgnoreCase("false");
    Path certificate = file(cloud, "cert", shell);
    Path key = file(cloud, "key", shell);
    ClientCertificate client =
        certificate == null
            ? null
            : new ClientCertificate(certificate, Objects.requireNonNullElse(key, certificate));
    return isInsecure || isOff
        ? new Trust(false, null, client)
        : new Trust(true, file(cloud, "cacert", shell), client);
  }

  /** That the variable names, else the setting; null: none. */
  private static @Nullable Path file(JsonNode cloud, String setting, Shell shell) {
    String given = shell.variable("OS_" + setting.toUpperCase(Locale.ROOT));
    String file = given != null ? given : Account.text(cloud, setting);
    return file == null ? null : shell.directory().resolve(atHome(file, shell));
  }

  private static String atHome(String file, Shell shell) {
    String home = shell.variable("HOME");
    return file.startsWith("~/") && home != null ? home + file.substring(1) : file;
  }

  /** For connections to such servers. */
  SSLContext tls() {
    try {
      if (isVerified && authorities == null && client == null) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(client == null ? null : client.managers(), trusted(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Null: those of the Java runtime. */
  private TrustManager @Nullable [] trusted() throws GeneralSecurityException {
    if (!isVerified) {
      return all();
    }
    return authorities == null ? null : signedBy(authorities);
  }

  private static TrustManager[] signedBy(Path file) throws GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      trusted.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(file)) {
        trusted.setCertificateEntry(String.valueOf(number++), certificate);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(bytes);
      if (!found.isEmpty()) {
        return found;
      }
    } catch (IOException e) {
      throw new Problem(ExitCode.USAGE, "cloud.file", file, e);
    } catch (CertificateException e) {
      // The same problem.
    }
    throw new Problem(ExitCode.USAGE, "cloud.cacert", file);
  }

  private static TrustManager[] all() {
    return new TrustManager[] {
      // An extended one is also trusted with the comparison of the host's name.
      new X509ExtendedTrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      }
    };
  }
}
