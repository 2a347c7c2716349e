package dev.vitrine.postgres.directory;

import dev.vitrine.directory.Extras;
import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.User;
import dev.vitrine.directory.UserStore;
import dev.vitrine.identity.Author;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.login.PostgresLogins;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Users in table {@code user_account}. */
public final class PostgresUsers implements UserStore {
  private static final String COLUMNS =
      "user_id, domain_id, name, description, email, enabled, default_project_id, options, extra,"
          + " password_expires_at";

  private final Database database;

  public PostgresUsers(Database database) {
    this.database = database;
  }

  @Override
  public void add(User user, @Nullable String passwordHash) {
    database.inTransaction(
        session ->
            AccessEventRecorder.recording(
                session,
                same -> insert(same, user, passwordHash),
                AccessEventRecorder.Subject.USER.at(user.id().value())));
  }

  private static int insert(Database.Session session, User user, @Nullable String passwordHash)
      throws SQLException {
    return Identities.naming(
        "user",
        user.name(),
        user.domain(),
        () ->
            session.change(
                """
                        insert into user_account (%s, password_hash)
                        values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
                        """
                    .formatted(COLUMNS),
                user.id().value(),
                user.domain().value(),
                user.name(),
                user.description(),
                user.email(),
                user.enabled(),
                user.defaultProject() == null ? null : user.defaultProject().value(),
                UserOptions.write(user.options()),
                user.extras().json(),
                time(user.passwordExpiresAt()),
                passwordHash));
  }

  @Override
  public @Nullable User find(UserId id) {
    return database.first(
        "select %s from user_account where user_id = ?".formatted(COLUMNS),
        PostgresUsers::user,
        id.value());
  }

  @Override
  public List<User> list(Filter filter) {
    return database.all(
        "select %s from user_account where %s order by name, user_id"
            .formatted(COLUMNS, Identities.FILTER),
        PostgresUsers::user,
        Identities.values(filter));
  }

  @Override
  public List<User> inGroup(GroupId group, Filter filter) {
    return database.all(
        """
        select %s from user_account
        where user_id in (select user_id from group_member where group_id = ?) and %s
        order by name, user_id
        """
            .formatted(COLUMNS, Identities.FILTER),
        PostgresUsers::user,
        Identities.values(filter, group.value()));
  }

  @Override
  public @Nullable String passwordHash(UserId id) {
    return database.first(
        """
        select u.password_hash from user_account u join domain d on d.domain_id = u.domain_id
        where u.user_id = ? and u.enabled and d.enabled
        """,
        row -> row.getString(1),
        id.value());
  }

  @Override
  public boolean isPrivileged(UserId id) {
    return database.first(
            """
            select 1 from domain where account_user_id = ?
            union all
            select 1 from user_grant g join role r on r.role_id = g.role_id
            where g.user_id = ? and r.domain_id is null and r.name = any (?)
            """,
            row -> true,
            id.value(),
            id.value(),
            (Object) Role.PRIVILEGED.toArray(String[]::new))
        != null;
  }

  @Override
  public @Nullable User update(
      UserId id, UnaryOperator<User> change, @Nullable String passwordHash) {
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "user_account", "user_id", id.value());
          return Identities.update(
              database,
              AccessEventRecorder.Subject.USER,
              "select %s from user_account where user_id = ? for no key update".formatted(COLUMNS),
              PostgresUsers::user,
              id.value(),
              change,
              (same, old, changed) -> save(same, old, changed, passwordHash));
        });
  }

  /**
   * Locks first and reads the clock second: a login that read the old password did so before this
   * time ({@link PostgresLogins}).
   */
  private static void save(Database.Session session, User old, User changed, @Nullable String hash)
      throws SQLException {
    Identities.naming(
        "user",
        changed.name(),
        changed.domain(),
        () ->
            session.change(
                """
                update user_account set name = ?, description = ?, email = ?, enabled = ?,
                  default_project_id = ?, options = ?::jsonb, extra = ?::jsonb,
                  password_hash = coalesce(?, password_hash), password_expires_at = ?,
                  tokens_valid_from = case when ? then t.now else tokens_valid_from end
                from (select clock_timestamp() as now) t
                where user_id = ?
                """,
                changed.name(),
                changed.description(),
                changed.email(),
                changed.enabled(),
                changed.defaultProject() == null ? null : changed.defaultProject().value(),
                UserOptions.write(changed.options()),
                changed.extras().json(),
                hash,
                time(changed.passwordExpiresAt()),
                hash != null || (old.enabled() && !changed.enabled()),
                changed.id().value()));
    Identities.bump(session, List.of(changed.domain().value()));
  }

  @Override
  public boolean replacePassword(UserId id, String oldHash, String newHash) {
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "user_account", "user_id", id.value());
          String hash =
              session.first(
                  "select password_hash from user_account where user_id = ? for no key update",
                  row -> row.getString(1),
                  id.value());
          if (!oldHash.equals(hash)) {
            return false;
          }
          // Whoever knows the old password is the user.
          Author author = new Author(id, Author.current().cause());
          Author.during(
              () -> author,
              () ->
                  AccessEventRecorder.recording(
                      session,
                      same ->
                          same.change(
                              """
                              update user_account
                              set password_hash = ?, password_expires_at = null, tokens_valid_from = t.now
                              from (select clock_timestamp() as now) t
                              where user_id = ?
                              """,
                              newHash,
                              id.value()),
                      AccessEventRecorder.Subject.USER.at(id.value())));
          Identities.bumpOf(session, id);
          return true;
        });
  }

  @Override
  public void delete(UserId id) {
    database.inTransaction(
        session -> {
          Identities.lockDomains(session, concerned(session, id));
          session.first(
              "select 1 from user_account where user_id = ? for update", row -> 1, id.value());
          List<String> concerned = concerned(session, id);
          AccessEventRecorder.recording(
              session, same -> delete(same, id), AccessEventRecorder.ofUser(id, concerned));
          Identities.bump(session, concerned);
          return null;
        });
  }

  private static int delete(Database.Session session, UserId id) throws SQLException {
    session.change("delete from user_account where user_id = ?", id.value());
    session.change(
        "delete from role_grant where principal_kind = 'user' and principal_id = ?", id.value());
    return session.change(
        "update domain set account_user_id = null where account_user_id = ?", id.value());
  }

  /** The user's domain, and those whose account user it is. */
  private static List<String> concerned(Database.Session session, UserId id) throws SQLException {
    return session.all(
        """
        select domain_id from user_account where user_id = ?
        union
        select domain_id from domain where account_user_id = ?
        """,
        row -> row.getString(1),
        id.value(),
        id.value());
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  static User user(ResultSet row) throws SQLException {
    return new User(
        new UserId(row.getString("user_id")),
        new DomainId(row.getString("domain_id")),
        row.getString("name"),
        row.getString("description"),
        row.getString("email"),
        row.getBoolean("enabled"),
        Rows.mapIfAny(row.getString("default_project_id"), ProjectId::new),
        UserOptions.read(row.getString("options")),
        new Extras(row.getString("extra")),
        Rows.timeIfAny(row, "password_expires_at"));
  }
}
