package dev.vitrine.postgres.login;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Caller.Scope;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.AccessKey;
import dev.vitrine.login.AccessKeyStore;
import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.postgres.directory.AccessEventRecorder;
import dev.vitrine.postgres.directory.AccessEventRecorder.Subject;
import dev.vitrine.postgres.directory.Identities;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.refusal.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Access keys in table {@code access_key}. */
public final class PostgresAccessKeys implements AccessKeyStore {
  private static final String COLUMNS = "access_key_id, user_id, description, enabled, created_at";

  private final Database database;
  private final EncryptedSecrets secrets;

  public PostgresAccessKeys(Database database) {
    this.database = database;
    this.secrets = new EncryptedSecrets(database, "access_key", "access_key_id");
  }

  /** Locks the user in one statement and counts its keys in the next, which sees them all. */
  @Override
  public @Nullable AccessKey add(
      AccessKeyId id, UserId user, String description, EncryptedSecret secret, int maximum) {
    return database.inTransaction(
        session -> {
          if (session.first(
                  "select from user_account where user_id = ? for no key update",
                  row -> true,
                  user.value())
              == null) {
            throw new Refusal.Absent("user", user.value()).asException();
          }
          return AccessEventRecorder.recording(
              session,
              same ->
                  same.first(
                      """
              insert into access_key
                (access_key_id, user_id, description, encrypted_secret, secret_generation)
              select ?, ?, ?, ?, ?
              where (select count(*) from access_key where user_id = ?) < ?
              returning %s
              """
                          .formatted(COLUMNS),
                      PostgresAccessKeys::key,
                      id.value(),
                      user.value(),
                      description,
                      secret.bytes(),
                      secret.generation(),
                      user.value(),
                      maximum),
              Subject.ACCESS_KEY.at(id.value()));
        });
  }

  @Override
  public @Nullable AccessKey find(AccessKeyId id) {
    return database.first(
        "select %s from access_key where access_key_id = ?".formatted(COLUMNS),
        PostgresAccessKeys::key,
        id.value());
  }

  /** Uses index {@code access_key_by_user}. */
  @Override
  public List<AccessKey> ofUser(UserId user) {
    return database.all(
        "select %s from access_key where user_id = ? order by created_at, access_key_id"
            .formatted(COLUMNS),
        PostgresAccessKeys::key,
        user.value());
  }

  @Override
  public @Nullable AccessKey update(AccessKeyId id, UnaryOperator<AccessKey> change) {
    return Identities.update(
        database,
        Subject.ACCESS_KEY,
        "select %s from access_key where access_key_id = ? for no key update".formatted(COLUMNS),
        PostgresAccessKeys::key,
        id.value(),
        change,
        (session, old, changed) ->
            session.change(
                "update access_key set description = ?, enabled = ? where access_key_id = ?",
                changed.description(),
                changed.enabled(),
                changed.id().value()));
  }

  @Override
  public void delete(AccessKeyId id) {
    database.inTransaction(
        session -> {
          session.first(
              "select from access_key where access_key_id = ? for update", row -> true, id.value());
          return AccessEventRecorder.recording(
              session,
              same -> same.change("delete from access_key where access_key_id = ?", id.value()),
              Subject.ACCESS_KEY.at(id.value()));
        });
  }

  /** Uses index {@code access_key_by_secret_generation}. */
  @Override
  public Map<String, EncryptedSecret> encryptedOtherwise(int generation, int limit) {
    return secrets.encryptedOtherwise(generation, limit);
  }

  @Override
  public void replaceSecret(String id, int old, EncryptedSecret fresh) {
    secrets.replaceSecret(id, old, fresh);
  }

  /** The owner of an access key, with the scope that its user may have. Uses primary keys. */
  private static String signer(String scope) {
    return """
    select k.user_id, k.encrypted_secret, k.secret_generation, clock_timestamp() as read_at, (%s) as scope
    from access_key k
    join user_account u on u.user_id = k.user_id and u.enabled
    join domain own on own.domain_id = u.domain_id and own.enabled
    where k.access_key_id = ? and k.enabled
    """
        .formatted(scope);
  }

  private static final String OF_SIGNER = PostgresLogins.PROJECTS.formatted("k.user_id");

  public static final String SIGNER_IN_PROJECT = signer(OF_SIGNER + "and p.project_id = ?");

  public static final String SIGNER_IN_DOMAIN =
      signer(PostgresLogins.DOMAINS.formatted("k.user_id") + "and d.domain_id = ?");

  private static final String SIGNER_ANYWHERE = signer(defaultOrOnly(OF_SIGNER));

  /** The user's default project if the user may scope to it, else its only project. */
  private static String defaultOrOnly(String projects) {
    return """
    coalesce(
      (%s and p.project_id = u.default_project_id),
      (select case when count(*) = 1 then min(project_id) end from (%s limit 2) projects))
    """
        .formatted(projects, projects);
  }

  @Override
  public @Nullable Signer signer(AccessKeyId id, Scope asked) {
    return first(
        SIGNER_IN_PROJECT,
        SIGNER_IN_DOMAIN,
        SIGNER_ANYWHERE,
        asked,
        (row, place) ->
            new Signer(new UserId(row.getString("user_id")), EncryptedSecrets.secret(row), place),
        id.value());
  }

  /**
   * The same for the user of a login token, if the token is valid. Values: the requested scope if
   * there is one, the user, then those of {@link CallerState#ofStanding}.
   */
  private static String holder(String scope) {
    return """
    select clock_timestamp() as read_at, (%s) as scope
    from user_account u
    where u.user_id = ? and exists (%s)
    """
        .formatted(scope, CallerState.STANDING);
  }

  private static final String OF_HOLDER = PostgresLogins.PROJECTS.formatted("u.user_id");

  public static final String HOLDER_IN_PROJECT = holder(OF_HOLDER + "and p.project_id = ?");

  private static final String HOLDER_IN_DOMAIN =
      holder(PostgresLogins.DOMAINS.formatted("u.user_id") + "and d.domain_id = ?");

  private static final String HOLDER_ANYWHERE = holder(defaultOrOnly(OF_HOLDER));

  @Override
  public @Nullable Place place(Caller source, Scope asked) {
    return first(
        HOLDER_IN_PROJECT,
        HOLDER_IN_DOMAIN,
        HOLDER_ANYWHERE,
        asked,
        (row, place) -> place,
        forHolder(source));
  }

  public static @Nullable Object[] forHolder(Caller source) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(source.user().value());
    values.addAll(Arrays.asList(CallerState.ofStanding(source)));
    return values.toArray();
  }

  /** Converts a row and its scope. */
  @FunctionalInterface
  private interface AtPlace<T> {
    T read(ResultSet row, Place place) throws SQLException;
  }

  /**
   * @param values those after the requested scope's
   */
  private <T> @Nullable T first(
      String inProject,
      String inDomain,
      String anywhere,
      Scope asked,
      AtPlace<T> made,
      @Nullable Object... values) {
    return switch (asked) {
      case Scope.InProject(ProjectId project) ->
          first(inProject, PostgresAccessKeys::project, made, before(project.value(), values));
      case Scope.InDomain(DomainId domain) ->
          first(
              inDomain,
              scope -> new Scope.InDomain(new DomainId(scope)),
              made,
              before(domain.value(), values));
      case Scope.Unscoped() -> first(anywhere, PostgresAccessKeys::project, made, values);
    };
  }

  private <T> @Nullable T first(
      String sql, Function<String, Scope> scope, AtPlace<T> made, @Nullable Object... values) {
    return database.first(
        sql,
        row ->
            made.read(
                row,
                new Place(Rows.mapIfAny(row.getString("scope"), scope), Rows.time(row, "read_at"))),
        values);
  }

  private static @Nullable Object[] before(String first, @Nullable Object[] rest) {
    @Nullable Object[] all = new @Nullable Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private static Scope project(String id) {
    return new Scope.InProject(new ProjectId(id));
  }

  private static AccessKey key(ResultSet row) throws SQLException {
    return new AccessKey(
        new AccessKeyId(row.getString("access_key_id")),
        new UserId(row.getString("user_id")),
        row.getString("description"),
        row.getBoolean("enabled"),
        Rows.time(row, "created_at"));
  }
}
