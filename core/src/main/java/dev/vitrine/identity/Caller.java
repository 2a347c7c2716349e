package dev.vitrine.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as its token or its access key says: proven by a signature, not yet by the
 * database. The statement that reads the resource of the request also returns the caller's {@link
 * Standing}, which says whether the token is still valid.
 *
 * @param auditId the token's own name, by which it is revoked; or the access key's id
 * @param issuedAt microseconds, by the database's clock
 * @param application null: the user acts directly, without an application credential
 * @param methods how the user proved who it is: {@code password}, {@code token}, {@code
 *     application_credential}, {@code access_key}, {@code temporary_access_key}
 */
public record Caller(
    UserId user,
    Scope scope,
    String auditId,
    Instant issuedAt,
    Instant expiresAt,
    List<String> methods,
    @Nullable ByApplication application) {

  /** A caller without an application credential. */
  public Caller(
      UserId user,
      Scope scope,
      String auditId,
      Instant issuedAt,
      Instant expiresAt,
      List<String> methods) {
    this(user, scope, auditId, issuedAt, expiresAt, methods, null);
  }

  /**
   * The application credential that acts for its user. It may do what its user may do, and no more
   * than its own roles allow.
   *
   * @param unrestricted whether it may create, change and delete its user's credentials
   */
  public record ByApplication(ApplicationCredentialId credential, boolean unrestricted) {}

  /** The scope of a token: what it may be used for (ruling 4). */
  public sealed interface Scope {
    /** One project. */
    record InProject(ProjectId project) implements Scope {}

    /** One domain: identity operations only. */
    record InDomain(DomainId domain) implements Scope {}

    /** Nothing but asking for another token. */
    record Unscoped() implements Scope {}
  }

  /**
   * Whether the caller is a restricted application credential, which may not create anything that
   * outlives it.
   */
  public boolean isRestricted() {
    return application != null && !application.unrestricted();
  }

  public static final String TEMPORARY_ACCESS_KEY = "temporary_access_key";

  /**
   * Whether the caller uses a temporary access key, with which it may not create credentials that
   * live longer.
   */
  public boolean isTemporary() {
    return methods.contains(TEMPORARY_ACCESS_KEY);
  }

  /** The project of the scope, null if the scope is not a project. */
  public @Nullable ProjectId project() {
    return scope instanceof Scope.InProject in ? in.project() : null;
  }

  /** The domain of the scope, null if the scope is not a domain. */
  public @Nullable DomainId domain() {
    return scope instanceof Scope.InDomain in ? in.domain() : null;
  }
}
