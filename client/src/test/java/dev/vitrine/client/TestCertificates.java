package dev.vitrine.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates for 127.0.0.1, made by the JDK's keytool. */
public final class TestCertificates {
  /** Of each store. Nothing else has this text in it, and some of it is written in several ways. */
  public static final String PASSWORD = UUID.randomUUID().toString().replace("-", "") + "/+ =";

  private TestCertificates() {}

  /**
   * Makes {@code NAME.p12}, and from it {@code NAME.pem} and {@code NAME.key}.
   *
   * @param options of keytool, such as the algorithm
   * @return the PKCS#12 file
   */
  public static Path make(Path directory, String name, String... options) {
    Path store = directory.resolve(name + ".p12");
    try {
      Files.deleteIfExists(store);
      run(
          Stream.concat(
                  Stream.of(
                      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                      // Half of the time.
                      "-J-XX:TieredStopAtLevel=1",
                      "-J-XX:+UseSerialGC",
                      "-genkeypair",
                      "-alias",
                      "server",
                      "-storetype",
                      "PKCS12",
                      "-keystore",
                      store.toString(),
                      "-storepass",
                      PASSWORD,
                      "-dname",
                      "CN=" + name,
                      "-ext",
                      "san=ip:127.0.0.1,dns:localhost"),
                  Stream.of(options))
              .toList());
      KeyStore keys = open(store);
      pem(directory.resolve(name + ".pem"), "CERTIFICATE", certificate(keys).getEncoded());
      Key key = keys.getKey("server", PASSWORD.toCharArray());
      pem(directory.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded());
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return store;
  }

  /** The TLS of a client that knows the certificate of a store. */
  public static SSLContext clientOf(Path store) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trust(store));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a client trusts that knows the certificate of a store. */
  public static KeyStore trust(Path store) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("server", certificate(open(store)));
      return trusted;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The TLS of a server that has the certificate of a store. */
  public static SSLContext serverOf(Path store) {
    return serverOf(store, store);
  }

  /**
   * The TLS of a server that has the certificate of a store.
   *
   * @param client the store of a client that it accepts, if it asks for certificates
   */
  public static SSLContext serverOf(Path store, Path client) {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(open(store), PASSWORD.toCharArray());
      TrustManagerFactory clients =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      clients.init(trust(client));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), clients.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore open(Path store) {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate certificate(KeyStore keys) throws GeneralSecurityException {
    return keys.getCertificate("server");
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
  }

  private static void pem(Path file, String type, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), type));
  }
}
