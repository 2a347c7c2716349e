package dev.vitrine.postgres.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQL that reads the caller's state, within the statement that reads the subject (ruling 3).
 *
 * <p>Hot statements read only the authorization version: the sum of the versions of two domains,
 * the user's own (groups, the user itself) and its scope's (grants, the project). Every change that
 * ends a token, or alters what a caller may do, increments one of them in its own transaction (ADR
 * 13). Both only grow, so the sum changes with either.
 */
public final class CallerState {
  /** A select of one column, {@code version}. Values: {@link #values}. */
  public static final String VERSION =
      """
      select own.authorization_version + scope.authorization_version as version
      from domain own
      join domain scope on scope.domain_id = ?
      where own.domain_id = ?
      """;

  /**
   * The same column, but no row if the token is not valid. Values: {@link #ofStanding}. Uses the
   * primary keys of six small tables.
   */
  public static final String STANDING =
      """
      select own.authorization_version
        + coalesce(scope.authorization_version, own.authorization_version) as version
      from user_account u
      join domain own on own.domain_id = u.domain_id
      left join project p on p.project_id = ?
      left join domain scope on scope.domain_id = coalesce(p.domain_id, ?)
      where u.user_id = ? and u.enabled and own.enabled
        and (? or (scope.enabled and p.enabled is not false))
        and greatest(u.tokens_valid_from, own.tokens_valid_from,
                     scope.tokens_valid_from, p.tokens_valid_from) <= ?
        and not exists (select 1 from revoked_token r where r.audit_id = ?)
        and (?::text is null or exists (
          select 1 from application_credential a where a.application_credential_id = ?))
      """;

  private static final String DOMAINS =
      """
      select u.domain_id, coalesce(p.domain_id, ?, u.domain_id)
      from user_account u
      left join project p on p.project_id = ?
      where u.user_id = ? and (?::text is null or p.project_id is not null)
      """;

  private static final int KEPT = 50_000;

  private final Database database;
  private final Cache<Place, Domains> domains = Caffeine.newBuilder().maximumSize(KEPT).build();

  CallerState(Database database) {
    this.database = database;
  }

  private record Place(UserId user, Caller.Scope scope) {}

  /**
   * The domains of a user and of its scope; without a scope, the user's twice. Users and projects
   * never change domain, so an entry never becomes stale.
   */
  private record Domains(String own, String scope) {}

  /**
   * The values of {@link #VERSION}, then {@code more}. Queries the database once for each caller.
   */
  public @Nullable Object[] values(Caller caller, @Nullable Object... more) {
    Domains of = domains(caller);
    @Nullable Object[] values = new @Nullable Object[more.length + 2];
    values[0] = of == null ? null : of.scope();
    values[1] = of == null ? null : of.own();
    System.arraycopy(more, 0, values, 2, more.length);
    return values;
  }

  /** Null if the user or the project does not exist. */
  private @Nullable Domains domains(Caller caller) {
    Place place = new Place(caller.user(), caller.scope());
    Domains known = domains.getIfPresent(place);
    if (known != null) {
      return known;
    }
    Domains read =
        database.first(
            DOMAINS,
            row -> new Domains(row.getString(1), row.getString(2)),
            domain(caller),
            project(caller),
            caller.user().value(),
            project(caller));
    if (read != null) {
      domains.put(place, read);
    }
    return read;
  }

  /** The values of {@link #STANDING}, then {@code more}. */
  public static @Nullable Object[] ofStanding(Caller caller, @Nullable Object... more) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(project(caller));
    values.add(domain(caller));
    values.add(caller.user().value());
    values.add(caller.project() == null && caller.domain() == null);
    values.add(caller.issuedAt().atOffset(ZoneOffset.UTC));
    values.add(caller.auditId());
    values.add(application(caller));
    values.add(application(caller));
    values.addAll(Arrays.asList(more));
    return values.toArray();
  }

  public static @Nullable String project(Caller caller) {
    return caller.project() == null ? null : caller.project().value();
  }

  public static @Nullable String domain(Caller caller) {
    return caller.domain() == null ? null : caller.domain().value();
  }

  public static @Nullable String application(Caller caller) {
    return caller.application() == null ? null : caller.application().credential().value();
  }

  /**
   * Whether a role counts for a caller: an application credential has only some of its user's
   * roles. Values: {@link #application}, twice.
   */
  public static String isGiven(String role) {
    return """
    (?::text is null or exists (select 1 from application_credential_role given
      where given.application_credential_id = ? and given.role_id = %s))
    """
        .formatted(role);
  }

  public static Standing standing(ResultSet row) throws SQLException {
    return new Standing(row.getLong("version"));
  }
}
