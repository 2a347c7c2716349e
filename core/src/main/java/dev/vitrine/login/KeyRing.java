package dev.vitrine.login;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The generations of keys that this node knows: one signs and encrypts, all of them verify and
 * decrypt (ADR 42). {@link KeyRotation} keeps it up to date while requests use it.
 */
public final class KeyRing {
  /** The generation of the file {@code keys}, the first of every database. */
  public static final int OF_FILE = 0;

  /** Keys and their number. */
  record Generation(int number, Keys keys) {}

  private record State(Generation current, TreeMap<Integer, Keys> all) {}

  private volatile State state;

  /** With the keys of the file only. */
  public KeyRing(Keys ofFile) {
    this.state = state(OF_FILE, Map.of(OF_FILE, ofFile));
  }

  private static State state(int current, Map<Integer, Keys> all) {
    TreeMap<Integer, Keys> sorted = new TreeMap<>(all);
    Keys keys = sorted.get(current);
    if (keys == null) {
      throw new IllegalArgumentException("no generation " + current);
    }
    return new State(new Generation(current, keys), sorted);
  }

  /** Replaces all generations at once. */
  void use(int current, Map<Integer, Keys> all) {
    state = state(current, all);
  }

  /** The keys to sign and encrypt with. */
  Generation current() {
    return state.current();
  }

  /** Keys that may have signed something that is still valid. */
  public Collection<Keys> all() {
    return state.all().values();
  }

  /** As {@link #all}, by number. */
  Map<Integer, Keys> known() {
    return state.all();
  }

  /** The keys to sign with. */
  public Keys signing() {
    return state.current().keys();
  }

  /**
   * The keys of a generation; null if it is gone, or never was.
   *
   * @throws Refused {@link Refusal.Unavailable} for the generation after the newest: another node
   *     may use it already, and this one will know it shortly
   */
  @Nullable Keys find(int generation) {
    TreeMap<Integer, Keys> all = state.all();
    Keys keys = all.get(generation);
    if (keys == null && generation == all.lastKey() + 1) {
      throw new Refusal.Unavailable().asException();
    }
    return keys;
  }
}
