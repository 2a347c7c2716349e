package dev.vitrine.postgres.directory;

import dev.vitrine.directory.Extras;
import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Group;
import dev.vitrine.directory.GroupStore;
import dev.vitrine.directory.Role;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Groups in tables {@code user_group} and {@code group_member}. */
public final class PostgresGroups implements GroupStore {
  private static final String COLUMNS = "group_id, domain_id, name, description, extra";

  /** A group is always enabled. */
  private static final String GROUPS =
      "(select %s, true as enabled from user_group) g".formatted(COLUMNS);

  private final Database database;

  public PostgresGroups(Database database) {
    this.database = database;
  }

  @Override
  public void add(Group group) {
    database.inTransaction(
        session ->
            AccessEventRecorder.recording(
                session,
                same ->
                    Identities.naming(
                        "group",
                        group.name(),
                        group.domain(),
                        () ->
                            same.change(
                                "insert into user_group (%s) values (?, ?, ?, ?, ?::jsonb)"
                                    .formatted(COLUMNS),
                                group.id().value(),
                                group.domain().value(),
                                group.name(),
                                group.description(),
                                group.extras().json())),
                AccessEventRecorder.Subject.GROUP.at(group.id().value())));
  }

  @Override
  public @Nullable Group find(GroupId id) {
    return database.first(
        "select %s from user_group where group_id = ?".formatted(COLUMNS),
        PostgresGroups::group,
        id.value());
  }

  @Override
  public List<Group> list(Filter filter) {
    return database.all(
        "select %s from %s where %s order by name, group_id"
            .formatted(COLUMNS, GROUPS, Identities.FILTER),
        PostgresGroups::group,
        Identities.values(filter));
  }

  @Override
  public List<Group> ofUser(UserId user, Filter filter) {
    return database.all(
        """
        select %s from %s
        where group_id in (select group_id from group_member where user_id = ?) and %s
        order by name, group_id
        """
            .formatted(COLUMNS, GROUPS, Identities.FILTER),
        PostgresGroups::group,
        Identities.values(filter, user.value()));
  }

  @Override
  public boolean isPrivileged(GroupId id) {
    return database.first(
            """
            select 1 from role_grant g join role r on r.role_id = g.role_id
            where g.principal_kind = 'group' and g.principal_id = ? and r.domain_id is null and r.name = any (?)
            """,
            row -> true,
            id.value(),
            (Object) Role.PRIVILEGED.toArray(String[]::new))
        != null;
  }

  @Override
  public @Nullable Group update(GroupId id, UnaryOperator<Group> change) {
    return Identities.update(
        database,
        AccessEventRecorder.Subject.GROUP,
        "select %s from user_group where group_id = ? for no key update".formatted(COLUMNS),
        PostgresGroups::group,
        id.value(),
        change,
        PostgresGroups::save);
  }

  private static void save(Database.Session session, Group old, Group changed) throws SQLException {
    Identities.naming(
        "group",
        changed.name(),
        changed.domain(),
        () ->
            session.change(
                """
                update user_group set name = ?, description = ?, extra = ?::jsonb where group_id = ?
                """,
                changed.name(),
                changed.description(),
                changed.extras().json(),
                changed.id().value()));
  }

  @Override
  public void delete(GroupId id) {
    database.inTransaction(
        session -> {
          Identities.lockDomains(session, concerned(session, id));
          session.first(
              "select 1 from user_group where group_id = ? for update", row -> 1, id.value());
          List<String> concerned = concerned(session, id);
          AccessEventRecorder.recording(
              session,
              same -> {
                same.change("delete from user_group where group_id = ?", id.value());
                return same.change(
                    "delete from role_grant where principal_kind = 'group' and principal_id = ?",
                    id.value());
              },
              AccessEventRecorder.Subject.GRANT.where(
                  "t.principal_kind = 'group' and t.principal_id = ?", id.value()),
              AccessEventRecorder.Subject.GROUP_MEMBER.at(id.value()),
              AccessEventRecorder.Subject.GROUP.at(id.value()));
          Identities.bump(session, concerned);
          return null;
        });
  }

  /** The domains of the group and of its members. */
  private static List<String> concerned(Database.Session session, GroupId id) throws SQLException {
    return session.all(
        """
        select domain_id from user_group where group_id = ?
        union
        select u.domain_id
        from group_member m join user_account u on u.user_id = m.user_id
        where m.group_id = ?
        """,
        row -> row.getString(1),
        id.value(),
        id.value());
  }

  @Override
  public boolean hasMember(GroupId group, UserId user) {
    return database.first(
            "select 1 from group_member where group_id = ? and user_id = ?",
            row -> true,
            group.value(),
            user.value())
        != null;
  }

  @Override
  public void addMember(GroupId group, UserId user) {
    database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "user_account", "user_id", user.value());
          Identities.lockUser(session, user);
          Identities.lockGroup(session, group);
          AccessEventRecorder.recording(
              session,
              same ->
                  same.change(
                      """
                      insert into group_member (group_id, user_id) values (?, ?) on conflict do nothing
                      """,
                      group.value(),
                      user.value()),
              member(group, user));
          Identities.bumpOf(session, user);
          return null;
        });
  }

  @Override
  public boolean removeMember(GroupId group, UserId user) {
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "user_account", "user_id", user.value());
          int removed =
              AccessEventRecorder.recording(
                  session,
                  same ->
                      same.change(
                          "delete from group_member where group_id = ? and user_id = ?",
                          group.value(),
                          user.value()),
                  member(group, user));
          Identities.bumpOf(session, user);
          return removed > 0;
        });
  }

  private static AccessEventRecorder.Rows member(GroupId group, UserId user) {
    return AccessEventRecorder.Subject.GROUP_MEMBER.where(
        "t.group_id = ? and t.user_id = ?", group.value(), user.value());
  }

  static Group group(ResultSet row) throws SQLException {
    return new Group(
        new GroupId(row.getString("group_id")),
        new DomainId(row.getString("domain_id")),
        row.getString("name"),
        row.getString("description"),
        new Extras(row.getString("extra")));
  }
}
