package dev.vitrine.login;

import dev.vitrine.access.Access;
import dev.vitrine.directory.Authority;
import dev.vitrine.directory.UserStore;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Access keys. Users manage their own; administrators manage those of their domain's users (IAM:
 * 访问密钥管理). All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class AccessKeys {
  /** IAM's limit for one user. */
  static final int MAX_PER_USER = 2;

  private static final int ID_LENGTH = 20;
  private static final int SECRET_LENGTH = 40;
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final String ALPHANUMERIC = UPPER + "abcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AccessKeyStore store;
  private final UserStore users;
  private final Access access;
  private final SecretCipher cipher;

  public AccessKeys(AccessKeyStore store, UserStore users, Access access, KeyRing ring) {
    this.store = store;
    this.users = users;
    this.access = access;
    this.cipher = new SecretCipher(ring);
  }

  /** A new key; its secret is shown this once. */
  public record Created(AccessKey key, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return key.toString();
    }
  }

  public Created create(Caller caller, UserId user, String description) {
    requireChange(caller, Operation.CREATE_ACCESS_KEY, user, absent(user));
    if (caller.isTemporary()) {
      throw new Refusal.Forbidden("A temporary access key cannot make a permanent one.")
          .asException();
    }
    AccessKeyId id = new AccessKeyId(random(ID_LENGTH, UPPER));
    String secret = random(SECRET_LENGTH, ALPHANUMERIC);
    AccessKey key = store.add(id, user, description, cipher.encrypt(id, secret), MAX_PER_USER);
    if (key == null) {
      throw new Refusal.Invalid("akSkNumExceed").asException();
    }
    return new Created(key, secret);
  }

  /**
   * Lists the keys of a user.
   *
   * @param user null: the caller's own
   */
  public List<AccessKey> list(Caller caller, @Nullable UserId user) {
    UserId whose = user == null ? caller.user() : user;
    require(caller, Operation.LIST_ACCESS_KEYS, whose, absent(whose));
    return store.ofUser(whose);
  }

  public AccessKey show(Caller caller, AccessKeyId id) {
    AccessKey key = store.find(id);
    require(caller, Operation.SHOW_ACCESS_KEY, owner(key), absent(id));
    return found(id, key);
  }

  /**
   * Changes the description of a key, or whether it is enabled. The next request sees the change.
   */
  public AccessKey update(Caller caller, AccessKeyId id, UnaryOperator<AccessKey> change) {
    requireChange(caller, Operation.UPDATE_ACCESS_KEY, owner(store.find(id)), absent(id));
    return found(id, store.update(id, change));
  }

  public void delete(Caller caller, AccessKeyId id) {
    requireChange(caller, Operation.DELETE_ACCESS_KEY, owner(store.find(id)), absent(id));
    store.delete(id);
  }

  private void requireChange(
      Caller caller, Operation operation, @Nullable UserId owner, Refusal absent) {
    Authority.refuseRestricted(caller);
    Authority authority = require(caller, operation, owner, absent);
    if (authority != null && owner != null) {
      authority.requireOver(owner, users);
    }
  }

  private @Nullable Authority require(
      Caller caller, Operation operation, @Nullable UserId owner, Refusal absent) {
    return Authority.requireUnlessOwner(access, users, caller, operation, owner, absent);
  }

  private static @Nullable UserId owner(@Nullable AccessKey key) {
    return key == null ? null : key.user();
  }

  private static AccessKey found(AccessKeyId id, @Nullable AccessKey key) {
    if (key == null) {
      throw absent(id).asException();
    }
    return key;
  }

  private static Refusal absent(UserId user) {
    return new Refusal.Absent("user", user.value());
  }

  private static Refusal absent(AccessKeyId id) {
    return new Refusal.Absent("credential", id.value());
  }

  private static String random(int length, String alphabet) {
    return RANDOM
        .ints(length, 0, alphabet.length())
        .mapToObj(i -> String.valueOf(alphabet.charAt(i)))
        .collect(Collectors.joining());
  }
}
