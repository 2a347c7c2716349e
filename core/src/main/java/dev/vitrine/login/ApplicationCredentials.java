package dev.vitrine.login;

import dev.vitrine.access.Access;
import dev.vitrine.directory.Authority;
import dev.vitrine.directory.Named;
import dev.vitrine.directory.UserStore;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Application credentials. Users create their own, with roles that their token has; administrators
 * list and delete those of their domain's users. All methods throw {@link
 * dev.vitrine.refusal.Refused}.
 */
public final class ApplicationCredentials {
  private final ApplicationCredentialStore store;
  private final LoginStore logins;
  private final UserStore users;
  private final Access access;
  private final ApplicationSecrets secrets;
  private final InstantSource clock;

  /**
   * @param clock to refuse an expiry time that has passed
   */
  public ApplicationCredentials(
      ApplicationCredentialStore store,
      LoginStore logins,
      UserStore users,
      Access access,
      ApplicationSecrets secrets,
      InstantSource clock) {
    this.store = store;
    this.logins = logins;
    this.users = users;
    this.access = access;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** A new credential; its secret is shown this once. */
  public record Created(ApplicationCredential credential, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return credential.toString();
    }
  }

  /**
   * What a client asks for when it creates a credential.
   *
   * @param secret null: one is made
   * @param roles null: all that the token has
   */
  public record Draft(
      String name,
      @Nullable String description,
      @Nullable String secret,
      @Nullable List<WantedRole> roles,
      boolean unrestricted,
      @Nullable Instant expiresAt) {}

  /** A role by its id, its name or both. */
  public record WantedRole(@Nullable String id, @Nullable String name) {
    boolean is(Named role) {
      return (id == null || id.equals(role.id())) && (name == null || name.equals(role.name()));
    }
  }

  /**
   * Creates a credential for the caller in the project of its token, with roles that the caller has
   * there.
   */
  public Created create(Caller caller, UserId user, Draft draft) {
    Authority.refuseRestricted(caller);
    access.require(caller, Operation.CREATE_APPLICATION_CREDENTIAL);
    if (!caller.user().equals(user)) {
      throw new Refusal.NotCloudAdmin("identity:create_application_credential").asException();
    }
    if (caller.isTemporary()) {
      throw new Refusal.Forbidden("A temporary access key cannot make a credential.").asException();
    }
    ProjectId project = caller.project();
    if (project == null) {
      throw invalid("An application credential is for one project: ask with a token for it.");
    }
    if (draft.expiresAt() != null && !draft.expiresAt().isAfter(clock.instant())) {
      throw invalid("expires_at must be in the future.");
    }
    TokenDetails details = logins.details(caller);
    if (details == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    ApplicationCredential credential =
        new ApplicationCredential(
            new ApplicationCredentialId(Ids.next()),
            user,
            project,
            draft.name(),
            draft.description(),
            roles(details.roles(), draft.roles()),
            draft.unrestricted(),
            draft.expiresAt());
    String secret = draft.secret() == null ? secrets.next() : draft.secret();
    store.add(
        credential,
        draft.secret() == null
            ? ApplicationSecrets.hashOfOurs(secret)
            : secrets.hashOfChosen(secret));
    return new Created(credential, secret);
  }

  private static List<Named> roles(List<Named> held, @Nullable List<WantedRole> wanted) {
    Stream<Named> roles =
        wanted == null
            ? held.stream()
            : wanted.stream()
                .map(
                    role ->
                        held.stream()
                            .filter(role::is)
                            .findFirst()
                            .orElseThrow(() -> absent("role", role)));
    List<Named> distinct = roles.distinct().toList();
    if (distinct.isEmpty()) {
      throw invalid("An application credential needs a role that its user has in the project.");
    }
    return distinct;
  }

  private static RuntimeException absent(String kind, WantedRole role) {
    String named = role.id() == null ? role.name() : role.id();
    return new Refusal.Absent(kind, Objects.requireNonNullElse(named, "")).asException();
  }

  /**
   * Lists those of a user.
   *
   * @param name null: any
   */
  public List<ApplicationCredential> list(Caller caller, UserId user, @Nullable String name) {
    require(
        caller,
        Operation.LIST_APPLICATION_CREDENTIALS,
        user,
        new Refusal.Absent("user", user.value()));
    return store.ofUser(user, name);
  }

  public ApplicationCredential show(Caller caller, UserId user, ApplicationCredentialId id) {
    require(caller, Operation.SHOW_APPLICATION_CREDENTIAL, user, absent(id));
    ApplicationCredential credential = store.find(user, id);
    if (credential == null) {
      throw absent(id).asException();
    }
    return credential;
  }

  /** Deletes one; its tokens end with it. */
  public void delete(Caller caller, UserId user, ApplicationCredentialId id) {
    Authority.refuseRestricted(caller);
    Authority authority =
        require(caller, Operation.DELETE_APPLICATION_CREDENTIAL, user, absent(id));
    if (authority != null) {
      authority.requireOver(user, users);
    }
    if (!store.delete(user, id)) {
      throw absent(id).asException();
    }
  }

  private @Nullable Authority require(
      Caller caller, Operation operation, UserId owner, Refusal absent) {
    return Authority.requireUnlessOwner(access, users, caller, operation, owner, absent);
  }

  private static Refusal absent(ApplicationCredentialId id) {
    return new Refusal.Absent("application credential", id.value());
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
