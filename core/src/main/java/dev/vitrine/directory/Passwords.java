package dev.vitrine.directory;

import dev.vitrine.refusal.Refusal;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Slow salted hashes of passwords: {@code pbkdf2-sha512$iterations$salt$hash}, the last two in
 * base64.
 *
 * <p>Hashing runs on its own threads, half as many as there are cores: however many logins arrive,
 * the other cores stay free for other requests.
 */
public final class Passwords implements AutoCloseable {
  /** The number of iterations of a new hash (OWASP's recommendation for this function). */
  public static final int ITERATIONS = 210_000;

  /** What NIST SP 800-132 asks for at least; it protects against few. */
  public static final int MIN_ITERATIONS = 1_000;

  /** More takes a login longer than its client waits. */
  public static final int MAX_ITERATIONS = 5_000_000;

  private static final String SCHEME = "pbkdf2-sha512";
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  /** Maximum length of the queue. Logins beyond it would wait longer than their clients do. */
  private static final int WAITING = 100;

  private static final int SALT = 16;
  private static final int HASH = 64;

  private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getDecoder();

  private final int iterations;
  private final String nobody;
  private final SecureRandom random = new SecureRandom();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().name("passwords-", 0).daemon().factory());

  /**
   * @param iterations of new hashes
   */
  public Passwords(int iterations) {
    this.iterations = iterations;
    this.nobody = text(iterations, new byte[SALT], new byte[HASH]);
  }

  /** A new hash of the password. */
  public String hash(String password) {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    return text(iterations, salt, derive(password, iterations, salt));
  }

  private static String text(int iterations, byte[] salt, byte[] hash) {
    return String.join(
        "$",
        SCHEME,
        Integer.toString(iterations),
        ENCODER.encodeToString(salt),
        ENCODER.encodeToString(hash));
  }

  /**
   * Whether the hash is the password's.
   *
   * @param hash null: no user; the answer is no, after the same time
   */
  public boolean verify(String password, @Nullable String hash) {
    String[] parts = (hash == null ? nobody : hash).split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(SCHEME)) {
      throw new IllegalArgumentException("not a password hash of ours");
    }
    byte[] derived = derive(password, Integer.parseInt(parts[1]), DECODER.decode(parts[2]));
    return MessageDigest.isEqual(derived, DECODER.decode(parts[3])) && hash != null;
  }

  /**
   * Refuses at once what {@link #hash} and {@link #verify} would refuse. Call it before the
   * database is asked.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.Busy} if no more hashes may wait
   */
  public void requireRoom() {
    if (threads.getQueue().remainingCapacity() == 0) {
      throw new Refusal.Busy().asException();
    }
  }

  private byte[] derive(String password, int iterations, byte[] salt) {
    Future<byte[]> derived =
        submit(
            () -> {
              PBEKeySpec spec =
                  new PBEKeySpec(password.toCharArray(), salt, iterations, HASH * Byte.SIZE);
              return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                  .generateSecret(spec)
                  .getEncoded();
            });
    try {
      return derived.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private Future<byte[]> submit(Callable<byte[]> hash) {
    try {
      return threads.submit(hash);
    } catch (RejectedExecutionException tooMany) {
      throw new Refusal.Busy().asException();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
