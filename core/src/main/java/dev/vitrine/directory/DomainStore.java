package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where domains are kept. A name that is taken is refused by {@link
 * dev.vitrine.refusal.Refusal.NameTaken}. Lists are in the order of names.
 */
public interface DomainStore {
  void add(Domain domain);

  @Nullable Domain find(DomainId id);

  List<Domain> list(Filter filter);

  /**
   * The enabled domains that the user may scope to (ruling 4), and its own domain if that has an
   * account user (ruling 32).
   */
  List<Domain> ofUser(UserId user);

  /**
   * The domains whose names the user knows: its own, and the domains of all scopes that it may use.
   * Its tokens contain these names.
   */
  List<Domain> knownTo(UserId user, Filter filter);

  /** Changes a domain under a lock; disabling ends all tokens in it. Null: it is gone. */
  @Nullable Domain update(DomainId id, UnaryOperator<Domain> change);

  /**
   * Removes a domain and all that is in it, if it is disabled and not immutable.
   *
   * @return whether it was removed
   */
  boolean delete(DomainId id);
}
