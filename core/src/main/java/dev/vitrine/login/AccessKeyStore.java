package dev.vitrine.login;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where access keys are kept; their secrets encrypted. */
public interface AccessKeyStore {
  /**
   * Stores a new, enabled key.
   *
   * @return null if the user already has {@code maximum} keys, also under concurrent calls
   * @throws dev.vitrine.refusal.Refused {@link dev.vitrine.refusal.Refusal.Absent} if its user does
   *     not exist (any more)
   */
  @Nullable AccessKey add(
      AccessKeyId id, UserId user, String description, EncryptedSecret secret, int maximum);

  @Nullable AccessKey find(AccessKeyId id);

  /** The oldest first. */
  List<AccessKey> ofUser(UserId user);

  /** Changes a key's description and whether it is enabled, under a lock. Null: it is gone. */
  @Nullable AccessKey update(AccessKeyId id, UnaryOperator<AccessKey> change);

  void delete(AccessKeyId id);

  /**
   * At most {@code limit} access keys whose secrets are encrypted with the keys of a generation
   * other than this one.
   */
  Map<AccessKeyId, EncryptedSecret> encryptedOtherwise(int generation, int limit);

  /**
   * Replaces the encrypted form of a secret.
   *
   * @param old the generation that it was encrypted with; if it is another one by now, or the key
   *     is gone, nothing changes
   */
  void replaceSecret(AccessKeyId id, int old, EncryptedSecret fresh);

  /**
   * The scope in which a signer acts, read in one round trip with the state of key and user.
   *
   * @param scope null if it does not exist, is disabled, or is not available to the user (ruling 4)
   * @param readAt when this was read, by the database's clock
   */
  record Place(Caller.@Nullable Scope scope, Instant readAt) {}

  /** Who signs with a permanent key. */
  record Signer(UserId user, EncryptedSecret secret, Place place) {}

  /**
   * The signer of that key, null unless the key, the user and the user's domain exist and are
   * enabled.
   *
   * @param asked the requested scope. If the request names none (unscoped), the scope is the user's
   *     default project, if the user may use it, or else the user's only project, if there is
   *     exactly one (ruling 4)
   */
  @Nullable Signer signer(AccessKeyId id, Caller.Scope asked);

  /**
   * The scope of the holder of a temporary key; null if the login token from which it was made is
   * no longer valid.
   *
   * @param source the caller of that token
   * @param asked as for {@link #signer}
   */
  @Nullable Place place(Caller source, Caller.Scope asked);
}
