package dev.vitrine.login;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replaces the keys of a running cluster (ADR 42). A new generation is in the database before any
 * node signs with it: each node looks every {@link #POLL}, and all of them begin after {@link
 * #DELAY}. An old generation still verifies until everything that it signed has expired, and
 * decrypts until no secret is encrypted with it.
 */
public final class KeyRotation {
  private static final System.Logger LOG = System.getLogger(KeyRotation.class.getName());

  /** How often a node looks for new generations. */
  public static final Duration POLL = Duration.ofSeconds(5);

  /** From the making of a generation until nodes sign with it. */
  public static final Duration DELAY = Duration.ofMinutes(1);

  /** Secrets that are encrypted again between two looks. */
  private static final int BATCH = 100;

  private final Keys ofFile;
  private final KeyRing ring;
  private final KeyGenerationStore generations;
  private final List<SecretStore> secrets;
  private final Duration tokenLifetime;
  private final SecretCipher cipher;

  /**
   * True at a start, because an earlier process may have been killed before it had encrypted all
   * secrets again.
   */
  private boolean mayEncryptAgain = true;

  /**
   * @param secrets all stores of secrets
   * @param tokenLifetime of the tokens that this node issues
   */
  public KeyRotation(
      Keys ofFile,
      KeyRing ring,
      KeyGenerationStore generations,
      List<SecretStore> secrets,
      Duration tokenLifetime) {
    this.ofFile = ofFile;
    this.ring = ring;
    this.generations = generations;
    this.secrets = List.copyOf(secrets);
    this.tokenLifetime = tokenLifetime;
    this.cipher = new SecretCipher(ring);
  }

  /**
   * Makes a generation of new keys, and encrypts it.
   *
   * @param ofFile the keys of the file
   * @return whether it was added; not if there is one of that number
   */
  public static boolean make(KeyGenerationStore generations, Keys ofFile, int generation) {
    WrappedKeys wrapped = WrappedKeys.wrap(ofFile, generation, Keys.random());
    return generations.add(generation, wrapped, DELAY);
  }

  /**
   * Looks for new generations once, as the task of a {@link dev.vitrine.work.Worker}.
   *
   * @return whether there is more to do at once
   */
  public boolean next() {
    boolean isOther = refresh();
    boolean should = mayEncryptAgain || isOther;
    mayEncryptAgain = false; // If this fails, sweep() goes on in its own time.
    mayEncryptAgain = should && encryptAgain();
    return mayEncryptAgain;
  }

  /**
   * Brings the ring up to date. Before this node signs with a generation, it notes how long its
   * tokens live.
   *
   * @return whether another generation signs now
   */
  public boolean refresh() {
    List<KeyGenerationStore.Row> rows = generations.all();
    int current =
        rows.stream()
            .filter(KeyGenerationStore.Row::hasBegun)
            .mapToInt(KeyGenerationStore.Row::generation)
            .max()
            .orElse(rows.getFirst().generation()); // A test has set the clock back.
    if (rows.stream()
        .anyMatch(
            row ->
                row.generation() >= current && row.longestToken().compareTo(tokenLifetime) < 0)) {
      generations.noteTokenLifetime(current, tokenLifetime);
    }
    Map<Integer, Keys> known = ring.known();
    Map<Integer, Keys> all = new HashMap<>();
    for (KeyGenerationStore.Row row : rows) {
      Keys keys = known.get(row.generation());
      all.put(row.generation(), keys == null ? unwrap(row) : keys);
    }
    boolean isOther = ring.current().number() != current;
    ring.use(current, all);
    return isOther;
  }

  /**
   * Encrypts secrets with the keys that sign now.
   *
   * @return whether there may be more of them
   */
  public boolean encryptAgain() {
    boolean isMore = false;
    for (SecretStore store : secrets) {
      isMore |= encryptAgain(store);
    }
    return isMore;
  }

  private boolean encryptAgain(SecretStore store) {
    Map<String, EncryptedSecret> some = store.encryptedOtherwise(ring.current().number(), BATCH);
    int replaced = 0;
    for (Map.Entry<String, EncryptedSecret> one : some.entrySet()) {
      replaced += encryptAgain(store, one.getKey(), one.getValue()) ? 1 : 0;
    }
    return replaced > 0 && some.size() == BATCH;
  }

  /** Whether it could be decrypted. One that is damaged does not stop the others. */
  private boolean encryptAgain(SecretStore store, String id, EncryptedSecret old) {
    try {
      store.replaceSecret(id, old.generation(), cipher.encrypt(id, cipher.decrypt(id, old)));
      return true;
    } catch (IllegalStateException e) {
      LOG.log(
          Level.WARNING,
          "The secret {0}, of an access key or a webhook, cannot be decrypted, so it is of no use; delete it: {1}",
          id,
          e.getMessage());
      return false;
    }
  }

  /**
   * Removes generations that nothing needs any more. Before that, encrypts secrets again, because a
   * node that had not yet looked may have encrypted some with an old one.
   */
  public void sweep() {
    while (encryptAgain()) {}
    generations.removeUnused(Tokens.EXPIRED_WINDOW);
  }

  private Keys unwrap(KeyGenerationStore.Row row) {
    WrappedKeys wrapped = row.wrapped();
    return wrapped == null ? ofFile : wrapped.unwrap(ofFile, row.generation());
  }
}
