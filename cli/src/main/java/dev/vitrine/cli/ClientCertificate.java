package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What a server gets that asks who its client is: a certificate, and the proof that the client has
 * its private key.
 *
 * @param certificate PEM file: the certificate, then those that lead to an authority, if the server
 *     may not have these
 * @param key PEM file of the private key; it may be the same file
 */
record ClientCertificate(Path certificate, Path key) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  /** What is between two lines of a PEM file. */
  private record Block(String type, String text) {
    boolean isKey() {
      return type.endsWith("PRIVATE KEY");
    }

    /** The older forms say so in a header. */
    boolean isEncrypted() {
      return type.startsWith("ENCRYPTED") || text.contains(",ENCRYPTED");
    }

    byte[] bytes() {
      return Base64.getMimeDecoder().decode(text);
    }
  }

  /** For TLS. */
  KeyManager[] managers() throws GeneralSecurityException {
    X509Certificate[] chain = chain();
    return new KeyManager[] {new Only(chain, privateKey(chain[0]))};
  }

  private X509Certificate[] chain() throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try {
      X509Certificate[] chain =
          blocks(certificate, "cert").stream()
              .filter(block -> block.type().equals("CERTIFICATE"))
              .map(block -> certificate(factory, block))
              .toArray(X509Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (IllegalArgumentException e) {
      // The same problem.
    }
    throw new Problem(ExitCode.USAGE, "cloud.cert", certificate);
  }

  private static X509Certificate certificate(CertificateFactory factory, Block block) {
    try {
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes()));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private PrivateKey privateKey(X509Certificate of) throws GeneralSecurityException {
    Block block =
        blocks(key, "key").stream()
            .filter(Block::isKey)
            .findFirst()
            .orElseThrow(() -> new Problem(ExitCode.USAGE, "cloud.key", key));
    if (block.isEncrypted()) {
      throw new Problem(ExitCode.USAGE, "cloud.keyEncrypted", key);
    }
    PublicKey publicKey = of.getPublicKey();
    try {
      byte[] bytes = block.bytes();
      byte[] pkcs8 = block.type().equals("PRIVATE KEY") ? bytes : pkcs8(publicKey, bytes);
      PrivateKey found =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (isPair(publicKey, found)) {
        return found;
      }
    } catch (IllegalArgumentException | InvalidKeySpecException e) {
      // The key of another certificate, or of none.
    }
    throw new Problem(ExitCode.USAGE, "cloud.keyOther", key, certificate);
  }

  /**
   * The older forms of RSA and EC keys do not name the algorithm. PKCS#8 is the same bytes beside
   * the algorithm, which the certificate names: the first field of its public key.
   */
  private static byte[] pkcs8(PublicKey publicKey, byte[] old) {
    byte[] info = publicKey.getEncoded();
    int start = info[1] >= 0 ? 2 : 2 + (info[1] & 0x7f);
    byte[] algorithm = Arrays.copyOfRange(info, start, start + 2 + info[start + 1]);
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, old));
  }

  /** At most 65,535 bytes. */
  private static byte[] der(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length > 0xff) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length > 0x7f) {
      out.write(0x81);
    }
    out.write(length);
    Arrays.stream(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  /** Signs with the one, and verifies with the other. */
  private static boolean isPair(PublicKey publicKey, PrivateKey privateKey)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (publicKey.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> publicKey.getAlgorithm();
            });
    try {
      signature.initSign(privateKey);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      return false;
    }
  }

  /**
   * The blocks of a PEM file.
   *
   * @param setting that names the file
   */
  private static List<Block> blocks(Path file, String setting) {
    try {
      return BLOCK
          .matcher(Files.readString(file, ISO_8859_1))
          .results()
          .map(found -> new Block(found.group(1), found.group(2)))
          .toList();
    } catch (NoSuchFileException e) {
      throw new Problem(ExitCode.USAGE, "cloud.noFile", setting, file);
    } catch (IOException e) {
      throw new Problem(ExitCode.USAGE, "cloud.file", file, e);
    }
  }

  /**
   * Shows the certificate to each server that asks, whichever authorities it names, as OpenSSL
   * does.
   */
  private static final class Only extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";

    private final X509Certificate[] chain;
    private final PrivateKey key;

    Only(X509Certificate[] chain, PrivateKey key) {
      this.chain = chain;
      this.key = key;
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }
  }
}
