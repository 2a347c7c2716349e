package dev.vitrine.identity;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who changes rights on the current thread, and by which request; stored with each change (ADR 49).
 * It is bound to the thread, not a parameter: what calls a store must not be able to forget it.
 *
 * @param user null: not a user, but a command on the machine, or the start of the server; or the
 *     request is not authenticated
 * @param cause null: unknown
 */
public record Author(@Nullable UserId user, @Nullable Cause cause) {
  private static final Author UNKNOWN = new Author(null, null);

  private static final ScopedValue<Supplier<Author>> CURRENT = ScopedValue.newInstance();

  /** The start of a server, or a command on its machine, by its name. */
  public static Author named(String name) {
    return new Author(null, new Cause(name, null));
  }

  /** The author of the changes that the current thread makes. */
  public static Author current() {
    return CURRENT.isBound() ? CURRENT.get().get() : UNKNOWN;
  }

  /**
   * Carries out work whose changes have this author.
   *
   * @param author asked at each change, because the sender of a signed request is known only once
   *     its body has been read
   */
  public static <T extends @Nullable Object, X extends Throwable> T during(
      Supplier<Author> author, ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, author).call(work);
  }
}
