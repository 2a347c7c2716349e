package dev.vitrine.login;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.directory.LoginThrottle;
import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.Reference;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Issues, explains and revokes tokens. All methods throw {@link Refused}.
 *
 * <p>A login with a wrong password or secret is {@link Refusal.Unauthenticated} after the time of
 * one hash, so it does not reveal whether a user exists, is disabled, or has a password. After
 * several of them it is {@link Refusal.TooManyRequests} at once ({@link LoginThrottle}).
 */
public final class Login {
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String APPLICATION = "application_credential";

  private final LoginStore store;
  private final ApplicationCredentialStore applications;
  private final Access access;
  private final Tokens tokens;
  private final Passwords passwords;
  private final ApplicationSecrets secrets;
  private final LoginThrottle throttle;
  private final Duration lifetime;

  /** A new token, and what it says. */
  public record Issued(String token, TokenDetails details) {}

  /**
   * @param lifetime of a token
   */
  public Login(
      LoginStore store,
      ApplicationCredentialStore applications,
      Access access,
      Tokens tokens,
      Passwords passwords,
      LoginThrottle throttle,
      Duration lifetime) {
    this.store = store;
    this.applications = applications;
    this.access = access;
    this.tokens = tokens;
    this.passwords = passwords;
    this.secrets = new ApplicationSecrets(passwords);
    this.throttle = throttle;
    this.lifetime = lifetime;
  }

  /**
   * Logs a user in. Only a client that knows the password learns, by {@link
   * Refusal.PasswordExpired}, that it has expired.
   *
   * @param origin the network address by which the limits identify the client
   */
  public Issued withPassword(Reference user, String password, RequestedScope scope, String origin) {
    Reference resolved = store.resolve(user);
    LoginStore.Candidate candidate =
        attempt(
            resolved,
            origin,
            () -> store.candidate(resolved),
            found -> passwords.verify(password, found == null ? null : found.passwordHash()));
    if (candidate.hasExpired()) {
      throw new Refusal.PasswordExpired(candidate.user()).asException();
    }
    Instant issuedAt = candidate.readAt();
    return issue(
        candidate.user(), scope, issuedAt, issuedAt.plus(lifetime), List.of("password"), null);
  }

  /**
   * Logs in with an application credential, scoped to the credential's project. The user must still
   * have all the credential's roles there.
   *
   * @param origin the network address by which the limits identify the client
   */
  public Issued withApplicationCredential(
      ApplicationCredentialStore.Reference reference, String secret, String origin) {
    ApplicationCredentialStore.Reference resolved =
        switch (reference) {
          case ApplicationCredentialStore.Reference.ById _ -> reference;
          case ApplicationCredentialStore.Reference.ByName(String name, Reference user) ->
              new ApplicationCredentialStore.Reference.ByName(name, store.resolve(user));
        };
    ApplicationCredentialStore.Candidate candidate =
        attempt(
            resolved,
            origin,
            () -> applications.candidate(resolved),
            found -> secrets.verify(secret, found == null ? null : found.secretHash()));
    Instant issuedAt = candidate.readAt();
    Instant end = issuedAt.plus(lifetime);
    if (candidate.expiresAt() != null && candidate.expiresAt().isBefore(end)) {
      end = candidate.expiresAt();
    }
    if (!end.isAfter(issuedAt)) {
      throw new Refusal.Unauthenticated().asException();
    }
    Issued issued =
        issue(
            candidate.user(),
            new RequestedScope.ForProject(new Reference.ById(candidate.project().value())),
            issuedAt,
            end,
            List.of(APPLICATION),
            candidate.application());
    if (issued.details().roles().size() < candidate.roles()) {
      throw new Refusal.Unauthenticated().asException();
    }
    return issued;
  }

  /**
   * Finds who claims to log in, and checks the secret.
   *
   * @param isRight whether the secret is right; also called with null, so that the answer takes
   *     equally long when nobody is found
   */
  private <C> C attempt(
      Object claimed,
      String origin,
      Supplier<@Nullable C> candidate,
      Predicate<@Nullable C> isRight) {
    @Nullable C found =
        throttle.attempt(
            claimed,
            origin,
            () -> {
              passwords.requireRoom();
              @Nullable C one = candidate.get();
              return isRight.test(one) ? one : null;
            });
    if (found == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return found;
  }

  /** Changes a token's scope; the new token ends when the old one does. */
  public Issued withToken(String token, RequestedScope scope) {
    Caller old = tokens.verify(token);
    LoginStore.Candidate candidate = store.candidate(new Reference.ById(old.user().value()));
    // The order matters. If the old token ended before the candidate was read, this finds it. If it
    // ends later, the new token ends with it, because it counts as issued when the candidate was
    // read.
    if (candidate == null || store.details(old) == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    List<String> methods =
        Stream.concat(old.methods().stream(), Stream.of("token")).distinct().toList();
    return issue(
        candidate.user(),
        old.application() == null ? scope : own(old, scope),
        candidate.readAt(),
        old.expiresAt(),
        methods,
        old.application());
  }

  /** A token of an application credential can only be exchanged for one with the same project. */
  private RequestedScope own(Caller old, RequestedScope asked) {
    boolean isOwn =
        switch (asked) {
          case RequestedScope.Unspecified() -> true;
          case RequestedScope.ForProject _ -> old.scope().equals(store.scope(old.user(), asked));
          case RequestedScope.ForDomain _, RequestedScope.Unscoped _ -> false;
        };
    ProjectId project = old.project();
    if (!isOwn || project == null) {
      throw new Refusal.Forbidden("Application credentials cannot request another scope.")
          .asException();
    }
    return new RequestedScope.ForProject(new Reference.ById(project.value()));
  }

  private Issued issue(
      UserId user,
      RequestedScope requested,
      Instant issuedAt,
      Instant expiresAt,
      List<String> methods,
      Caller.@Nullable ByApplication application) {
    Caller.@Nullable Scope scope = store.scope(user, requested);
    if (scope == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    Caller caller = new Caller(user, scope, auditId(), issuedAt, expiresAt, methods, application);
    TokenDetails details = store.details(caller);
    if (details == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return new Issued(tokens.issue(caller), details);
  }

  /**
   * Explains a token to its own user, to a service or to a cloud administrator.
   *
   * @param operation the caller's: to validate or to check a token
   * @param allowExpired also one that has expired within {@link Tokens#EXPIRED_WINDOW}
   * @throws Refused {@link Refusal.NotFound} if the token is not valid
   */
  public TokenDetails explain(
      Caller caller, Operation operation, String token, boolean allowExpired) {
    Authorization authorization = access.require(caller, operation);
    return explain(caller, authorization.mayValidateTokens(), token, allowExpired);
  }

  private TokenDetails explain(
      Caller caller, boolean mayForeign, String token, boolean allowExpired) {
    Caller subject;
    try {
      subject = allowExpired ? tokens.verifyAllowingExpired(token) : tokens.verify(token);
    } catch (Refused refused) {
      throw refused.refusal() instanceof Refusal.Unauthenticated ? noSuchToken() : refused;
    }
    if (!subject.user().equals(caller.user()) && !mayForeign) {
      throw new Refusal.NotCloudAdmin("identity:validate_token").asException();
    }
    TokenDetails details = store.details(subject);
    if (details == null) {
      throw noSuchToken();
    }
    return details;
  }

  /** Ends a token: its own user may, or a cloud administrator. */
  public void revoke(Caller caller, String token) {
    Authorization authorization = access.require(caller, Operation.REVOKE_TOKEN);
    store.revoke(explain(caller, authorization.cloudAdmin(), token, false).caller());
  }

  private static Refused noSuchToken() {
    return new Refusal.NotFound("Could not find the token.").asException();
  }

  /** 128 random bits, as Keystone writes them. */
  private static String auditId() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
