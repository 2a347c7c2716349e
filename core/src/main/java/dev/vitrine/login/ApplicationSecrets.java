package dev.vitrine.login;

import dev.vitrine.digest.Sha256;
import dev.vitrine.directory.Passwords;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of the secrets of application credentials. One that we make has 512 random bits, which
 * cannot be guessed, so a fast hash will do; one that a user chose is hashed like a password.
 */
public final class ApplicationSecrets {
  private static final String FAST = "sha256$";
  private static final int BYTES = 64;

  private final SecureRandom random = new SecureRandom();
  private final Passwords passwords;

  public ApplicationSecrets(Passwords passwords) {
    this.passwords = passwords;
  }

  /** A new secret. */
  String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String hashOfOurs(String secret) {
    return FAST + Sha256.hex(secret.getBytes(StandardCharsets.UTF_8));
  }

  String hashOfChosen(String secret) {
    return passwords.hash(secret);
  }

  /**
   * Whether the hash is the secret's. Every mismatch takes the time of a slow hash, even if there
   * is no such credential, so that the time reveals nothing.
   *
   * @param hash null: there is no such credential
   */
  boolean verify(String secret, @Nullable String hash) {
    if (hash == null || !hash.startsWith(FAST)) {
      return passwords.verify(secret, hash);
    }
    return MessageDigest.isEqual(
            hash.getBytes(StandardCharsets.US_ASCII),
            hashOfOurs(secret).getBytes(StandardCharsets.US_ASCII))
        || passwords.verify(secret, null);
  }
}
