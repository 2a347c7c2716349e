package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Users, for their administrators and for each user itself. All methods throw {@link
 * dev.vitrine.refusal.Refused}.
 */
public final class Users {
  private final UserStore store;
  private final Access access;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final LoginThrottle throttle;

  public Users(
      UserStore store,
      Access access,
      Passwords passwords,
      PasswordRules rules,
      LoginThrottle throttle) {
    this.store = store;
    this.access = access;
    this.passwords = passwords;
    this.rules = rules;
    this.throttle = throttle;
  }

  /**
   * Makes a user.
   *
   * @param domain null: the one of the caller's scope
   * @param draft builds the user from its new id and its domain
   * @param password null: it cannot log in
   */
  public User create(
      Caller caller, @Nullable DomainId domain, Draft draft, @Nullable String password) {
    Authority authority = Authority.require(access, caller, Operation.CREATE_USER);
    User user = draft.of(new UserId(Ids.next()), authority.domain(domain));
    store.add(user, hash(password));
    return user;
  }

  /** A user without its id and its domain. */
  @FunctionalInterface
  public interface Draft {
    User of(UserId id, DomainId domain);
  }

  /**
   * Lists the users of all domains, or of one; every user finds itself ({@link Authority#list}).
   */
  public List<User> list(Caller caller, Filter filter) {
    return Authority.list(
        access,
        caller,
        Operation.LIST_USERS,
        filter,
        store::list,
        named ->
            store.list(named).stream().filter(user -> user.id().equals(caller.user())).toList(),
        true);
  }

  /** Shows a user to its administrators and to itself. */
  public User show(Caller caller, UserId id) {
    if (caller.user().equals(id)) {
      access.authorization(caller);
      return found(id, store.find(id));
    }
    return Authority.show(
        access,
        caller,
        Operation.SHOW_USER,
        store.find(id),
        User::domain,
        user -> false,
        absent(id));
  }

  /**
   * Changes a user; its domain stays.
   *
   * @param password null: it keeps the one it has
   */
  public User update(
      Caller caller, UserId id, UnaryOperator<User> change, @Nullable String password) {
    if (password != null && caller.user().equals(id)) {
      Authority.refuseRestricted(caller);
    }
    Authority authority = Authority.require(access, caller, Operation.UPDATE_USER);
    administered(authority, id);
    requirePrivilege(caller, authority, id);
    User updated =
        store.update(
            id,
            old -> {
              User changed = change.apply(old);
              Authority.refuseMove(old.domain(), changed.domain());
              return password == null ? changed : changed.passwordExpiringAt(null);
            },
            hash(password));
    return found(id, updated);
  }

  /**
   * Changes a user's own password; all of its tokens end. The old password is the only proof
   * needed, as in Keystone, because the user's token may have ended, and an expired password does
   * not give a new one. A wrong user or old password is {@link Refusal.Unauthenticated} after the
   * time of one hash, as for a login. The change is {@link Refusal.Invalid} if the new password
   * breaks a rule, or if the user has {@link UserOption#LOCK_PASSWORD}. Several failures delay the
   * next attempt, together with those of logins ({@link LoginThrottle}).
   *
   * @param origin the network address by which the limits identify the client
   */
  public void changeOwnPassword(UserId id, String original, String password, String origin) {
    String old =
        throttle.attempt(
            new Reference.ById(id.value()),
            origin,
            () -> {
              String hash = store.passwordHash(id);
              return passwords.verify(original, hash) ? hash : null;
            });
    if (old == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    User user = store.find(id);
    if (user != null && user.has(UserOption.LOCK_PASSWORD)) {
      throw new Refusal.Invalid(
              "You cannot change your password: the resource option \"lock_password\" is set.")
          .asException();
    }
    rules.check(password);
    if (user != null && user.passwordExpiresAt() != null && password.equals(original)) {
      throw new Refusal.Invalid("The new password cannot be identical to a previous password.")
          .asException();
    }
    if (!store.replacePassword(id, old, passwords.hash(password))) {
      throw new Refusal.Unauthenticated().asException();
    }
  }

  public void delete(Caller caller, UserId id) {
    Authority authority = Authority.require(access, caller, Operation.DELETE_USER);
    administered(authority, id);
    requirePrivilege(caller, authority, id);
    store.delete(id);
  }

  private void requirePrivilege(Caller caller, Authority authority, UserId id) {
    if (!caller.user().equals(id)) {
      authority.requireOver(id, store);
    }
  }

  private User administered(Authority authority, UserId id) {
    User user = found(id, store.find(id));
    return found(id, authority.extendsTo(user.domain()) ? user : null);
  }

  private static User found(UserId id, @Nullable User user) {
    if (user == null) {
      throw absent(id).asException();
    }
    return user;
  }

  private static Refusal absent(UserId id) {
    return new Refusal.Absent("user", id.value());
  }

  private @Nullable String hash(@Nullable String password) {
    if (password == null) {
      return null;
    }
    rules.check(password);
    return passwords.hash(password);
  }
}
