package dev.vitrine.login;

import dev.vitrine.directory.Reference;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What logging in reads and writes. */
public interface LoginStore {
  /**
   * A user about to log in.
   *
   * @param passwordHash null: it has no password
   * @param hasExpired whether the password must be changed before it serves to log in
   * @param readAt when this was read, by the database's clock
   */
  record Candidate(
      UserId user, @Nullable String passwordHash, boolean hasExpired, Instant readAt) {}

  /**
   * The same user by its id. If there is none of that name: by the name and the id of the domain,
   * if that exists. So failed logins count together, however a client names the user.
   */
  Reference resolve(Reference user);

  /**
   * The user of that name, null if there is none. Waits until a change of the password that is in
   * progress has ended. So the hash is valid as of {@code readAt}, and every later change ends the
   * tokens issued with {@code readAt}.
   */
  @Nullable Candidate candidate(Reference user);

  /**
   * The scope, if it is there and enabled and the user may have it (ruling 4), else null. The
   * result is never null for {@link RequestedScope.Unspecified}.
   */
  Caller.@Nullable Scope scope(UserId user, RequestedScope requested);

  /**
   * Names and roles of a token; null if it is not valid: it is revoked; or its user, project or
   * domain is missing or disabled; or all tokens of one of these were ended after this token was
   * issued.
   */
  @Nullable TokenDetails details(Caller caller);

  /** Ends a token for good. */
  void revoke(Caller token);

  /** Removes what is kept of tokens that have expired. */
  void sweep();
}
