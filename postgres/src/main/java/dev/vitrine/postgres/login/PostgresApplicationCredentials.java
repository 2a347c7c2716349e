package dev.vitrine.postgres.login;

import dev.vitrine.directory.Named;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.ApplicationCredential;
import dev.vitrine.login.ApplicationCredentialStore;
import dev.vitrine.postgres.directory.AccessEventRecorder;
import dev.vitrine.postgres.directory.Identities;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.engine.SqlState;
import dev.vitrine.refusal.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables {@code application_credential} and {@code application_credential_role}. */
public final class PostgresApplicationCredentials implements ApplicationCredentialStore {
  private final Database database;

  public PostgresApplicationCredentials(Database database) {
    this.database = database;
  }

  @Override
  public void add(ApplicationCredential credential, String secretHash) {
    database.inTransaction(
        session ->
            AccessEventRecorder.recording(
                session,
                same -> {
                  insert(same, credential, secretHash);
                  for (Named role : credential.roles()) {
                    same.change(
                        "insert into application_credential_role values (?, ?)",
                        credential.id().value(),
                        role.id());
                  }
                  return null;
                },
                AccessEventRecorder.Subject.APPLICATION_CREDENTIAL.at(credential.id().value())));
  }

  private static void insert(
      Database.Session session, ApplicationCredential credential, String secretHash)
      throws SQLException {
    Instant end = credential.expiresAt();
    try {
      session.change(
          """
          insert into application_credential (application_credential_id, user_id, project_id, name,
            description, secret_hash, unrestricted, expires_at)
          values (?, ?, ?, ?, ?, ?, ?, ?::timestamptz)
          """,
          credential.id().value(),
          credential.user().value(),
          credential.project().value(),
          credential.name(),
          credential.description(),
          secretHash,
          credential.unrestricted(),
          end == null ? null : end.atOffset(ZoneOffset.UTC));
    } catch (SQLException e) {
      if (SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw new Refusal.NameTaken("application_credential", credential.name(), null)
            .asException();
      }
      if (SqlState.FOREIGN_KEY_VIOLATION.equals(e.getSQLState())) {
        throw new Refusal.Unauthenticated().asException();
      }
      throw e;
    }
  }

  /** One row for each role, or one row without a role. Uses primary and unique keys. */
  private static final String FIND =
      """
      select a.application_credential_id, a.user_id, a.project_id, a.name, a.description,
        a.unrestricted, a.expires_at, r.role_id, r.name as role_name
      from application_credential a
      left join application_credential_role given using (application_credential_id)
      left join role r on r.role_id = given.role_id
      where a.user_id = ? and (?::text is null or a.application_credential_id = ?)
        and (?::text is null or a.name = ?)
      order by a.created_at, a.application_credential_id, r.name
      """;

  @Override
  public @Nullable ApplicationCredential find(UserId user, ApplicationCredentialId id) {
    return find(user, id.value(), null).findFirst().orElse(null);
  }

  @Override
  public List<ApplicationCredential> ofUser(UserId user, @Nullable String name) {
    return find(user, null, name).toList();
  }

  private Stream<ApplicationCredential> find(
      UserId user, @Nullable String id, @Nullable String name) {
    Map<String, ApplicationCredential> found = new LinkedHashMap<>();
    Map<String, List<Named>> roles = new LinkedHashMap<>();
    database.all(
        FIND,
        row -> {
          String key = row.getString("application_credential_id");
          List<Named> given = roles.computeIfAbsent(key, k -> new ArrayList<>());
          if (row.getString("role_id") != null) {
            given.add(new Named(row.getString("role_id"), row.getString("role_name")));
          }
          return found.put(key, credential(row, given));
        },
        user.value(),
        id,
        id,
        name,
        name);
    return found.values().stream();
  }

  private static ApplicationCredential credential(ResultSet row, List<Named> roles)
      throws SQLException {
    return new ApplicationCredential(
        new ApplicationCredentialId(row.getString("application_credential_id")),
        new UserId(row.getString("user_id")),
        new ProjectId(row.getString("project_id")),
        row.getString("name"),
        row.getString("description"),
        roles,
        row.getBoolean("unrestricted"),
        end(row));
  }

  private static @Nullable Instant end(ResultSet row) throws SQLException {
    return row.getObject("expires_at") == null ? null : Rows.time(row, "expires_at");
  }

  @Override
  public boolean delete(UserId user, ApplicationCredentialId id) {
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "user_account", "user_id", user.value());
          int deleted =
              AccessEventRecorder.recording(
                  session,
                  same ->
                      same.change(
                          """
                          delete from application_credential
                          where application_credential_id = ? and user_id = ?
                          """,
                          id.value(),
                          user.value()),
                  AccessEventRecorder.Subject.APPLICATION_CREDENTIAL.at(id.value()));
          Identities.bumpOf(session, user);
          return deleted > 0;
        });
  }

  /** Uses primary and unique keys. */
  private static final String CANDIDATE =
      """
      select a.application_credential_id, a.user_id, a.project_id, a.unrestricted, a.secret_hash,
        a.expires_at, clock_timestamp() as read_at,
        (select count(*) from application_credential_role given
          where given.application_credential_id = a.application_credential_id) as roles
      from application_credential a
      where a.application_credential_id = coalesce(?, (
        select application_credential_id from application_credential
        where name = ? and user_id = coalesce(?, (
          select user_id from user_account where name = ?
            and domain_id = (select domain_id from domain where domain_id = ? or name = ?)))))
      """;

  @Override
  public @Nullable Candidate candidate(Reference reference) {
    return database.first(CANDIDATE, PostgresApplicationCredentials::candidate, values(reference));
  }

  private static @Nullable Object[] values(Reference reference) {
    return switch (reference) {
      case Reference.ById(String id) -> new @Nullable Object[] {id, null, null, null, null, null};
      case Reference.ByName(String name, var user) ->
          Stream.concat(Stream.of(null, name), Stream.of(PostgresLogins.values(user))).toArray();
    };
  }

  private static Candidate candidate(ResultSet row) throws SQLException {
    return new Candidate(
        new UserId(row.getString("user_id")),
        new ProjectId(row.getString("project_id")),
        new Caller.ByApplication(
            new ApplicationCredentialId(row.getString("application_credential_id")),
            row.getBoolean("unrestricted")),
        row.getInt("roles"),
        row.getString("secret_hash"),
        end(row),
        Rows.time(row, "read_at"));
  }
}
