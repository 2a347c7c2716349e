package dev.vitrine.directory;

import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.UserId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where users are kept. A name that is taken is refused by {@link
 * dev.vitrine.refusal.Refusal.NameTaken}. Lists are in the order of names.
 */
public interface UserStore {
  /**
   * Stores a new user. Refused by {@link dev.vitrine.refusal.Refusal.Absent} if its domain does not
   * exist (any more).
   */
  void add(User user, @Nullable String passwordHash);

  @Nullable User find(UserId id);

  List<User> list(Filter filter);

  List<User> inGroup(GroupId group, Filter filter);

  /**
   * The user's hash; null if the user cannot log in: it has no password, does not exist, or is
   * disabled.
   */
  @Nullable String passwordHash(UserId id);

  /**
   * Whether it is the account user of a domain, or is granted a role of {@link Role#PRIVILEGED}
   * somewhere.
   */
  boolean isPrivileged(UserId id);

  /**
   * Changes a user under a lock; disabling it or giving it a password ends its tokens.
   *
   * @param passwordHash null: it keeps what it has
   * @return null: it is gone
   */
  @Nullable User update(UserId id, UnaryOperator<User> change, @Nullable String passwordHash);

  /**
   * Replaces a password, unless another change came first; ends the user's tokens.
   *
   * @return whether it was replaced
   */
  boolean replacePassword(UserId id, String oldHash, String newHash);

  /** Removes a user, its memberships and what is granted to it; its tokens end. */
  void delete(UserId id);
}
