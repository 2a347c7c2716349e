package dev.vitrine.postgres.directory;

import dev.vitrine.identity.Author;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Inserts into {@code access_event} (ADR 49). A writer names the rows that it may change; they are
 * read before and after, and what differs is an event. So a statement that deletes much, and a
 * foreign key that deletes more, are recorded like any other change.
 */
public final class AccessEventRecorder {
  private AccessEventRecorder() {}

  /**
   * What can change. Each select has the columns noun, key, domain_id, project_id, state (what
   * events tell of it), enabled, and secret, whose change is told without its value; the table is
   * {@code t}.
   */
  public enum Subject {
    DOMAIN(
        "domain_id",
        """
        select 'domain' as noun, t.domain_id as key, t.domain_id, null as project_id, t.enabled, null as secret,
          json_build_object('id', t.domain_id, 'name', t.name, 'enabled', t.enabled,
            'immutable', t.immutable, 'account_user_id', t.account_user_id) as state
        from domain t"""),
    PROJECT(
        "project_id",
        """
        select 'project' as noun, t.project_id as key, t.domain_id, t.project_id, t.enabled, null as secret,
          json_build_object('id', t.project_id, 'name', t.name, 'enabled', t.enabled,
            'immutable', t.immutable) as state
        from project t"""),
    ENTERPRISE_PROJECT(
        "enterprise_project_id",
        """
        select 'enterprise_project' as noun, t.enterprise_project_id as key, t.domain_id, null as project_id, t.enabled, null as secret,
          json_build_object('id', t.enterprise_project_id, 'name', t.name, 'enabled', t.enabled) as state
        from enterprise_project t"""),
    USER(
        "user_id",
        """
        select 'user' as noun, t.user_id as key, t.domain_id, null as project_id, t.enabled, t.password_hash as secret,
          json_build_object('id', t.user_id, 'name', t.name, 'enabled', t.enabled,
            'default_project_id', t.default_project_id, 'options', t.options,
            'password_expires_at', t.password_expires_at) as state
        from user_account t"""),
    GROUP(
        "group_id",
        """
        select 'group' as noun, t.group_id as key, t.domain_id, null as project_id, true as enabled, null as secret,
          json_build_object('id', t.group_id, 'name', t.name) as state
        from user_group t"""),
    GROUP_MEMBER(
        "group_id",
        """
        select 'group.member' as noun, t.group_id || ' ' || t.user_id as key, g.domain_id, null as project_id, true as enabled, null as secret,
          json_build_object('group_id', t.group_id, 'group', g.name, 'user_id', t.user_id, 'user', u.name) as state
        from group_member t
        join user_group g on g.group_id = t.group_id
        join user_account u on u.user_id = t.user_id"""),
    ROLE(
        "role_id",
        """
        select case when t.custom_number is null then 'role' else 'policy' end as noun, t.role_id as key, coalesce(t.domain_id, '') as domain_id, null as project_id, true as enabled,
          null as secret,
          json_build_object('id', t.role_id, 'name', t.name, 'display_name', t.display_name, 'type', t.type,
            'immutable', t.immutable, 'document', t.document) as state
        from role t"""),
    GRANT(
        "role_id",
        """
        select 'grant' as noun, concat_ws(' ', t.domain_id, t.scope_kind, t.scope_id, t.principal_kind, t.principal_id, t.role_id) as key,
          t.domain_id, case when t.scope_kind = 'project' then t.scope_id end as project_id, true as enabled,
          null as secret,
          json_build_object('scope', t.scope_kind, 'scope_id', t.scope_id, 'principal', t.principal_kind,
            'principal_id', t.principal_id, 'role_id', t.role_id,
            'role', coalesce(r.display_name, r.name)) as state
        from role_grant t
        join role r on r.role_id = t.role_id"""),
    ACCESS_KEY(
        "access_key_id",
        """
        select 'access_key' as noun, t.access_key_id as key, u.domain_id, null as project_id, t.enabled, null as secret,
          json_build_object('id', t.access_key_id, 'user_id', t.user_id, 'enabled', t.enabled) as state
        from access_key t
        join user_account u on u.user_id = t.user_id"""),
    APPLICATION_CREDENTIAL(
        "application_credential_id",
        """
        select 'application_credential' as noun, t.application_credential_id as key, u.domain_id, t.project_id, true as enabled, null as secret,
          json_build_object('id', t.application_credential_id, 'name', t.name, 'user_id', t.user_id,
            'project_id', t.project_id, 'unrestricted', t.unrestricted, 'expires_at', t.expires_at,
            'role_ids', array(select g.role_id from application_credential_role g
              where g.application_credential_id = t.application_credential_id order by g.role_id)) as state
        from application_credential t
        join user_account u on u.user_id = t.user_id"""),
    LIMIT(
        "limit_id",
        """
        select 'limit' as noun, t.limit_id as key, p.domain_id, t.project_id, true as enabled, null as secret,
          json_build_object('id', t.limit_id, 'name', t.resource_name, 'project_id', t.project_id,
            'resource_limit', t.resource_limit) as state
        from project_limit t
        join project p on p.project_id = t.project_id""");

    private final String id;
    private final String select;

    Subject(String id, String select) {
      this.id = id;
      this.select = select;
    }

    /** The rows with this id; of grants, those of the role; of memberships, those of the group. */
    public Rows at(String value) {
      return where("t.%s = ?".formatted(id), value);
    }

    /**
     * The rows of a condition.
     *
     * @param condition SQL on {@code t}. The change must not make it false for a row that stays:
     *     the row would count as deleted
     */
    public Rows where(String condition, @Nullable Object... values) {
      return new Rows(this, condition, Arrays.asList(values));
    }
  }

  /** Rows that a change may touch. */
  public record Rows(Subject subject, String condition, List<@Nullable Object> values) {}

  /**
   * Everything that a user has, and the user itself.
   *
   * @param domains of which it may be the account user
   */
  static Rows[] ofUser(UserId user, List<String> domains) {
    String id = user.value();
    return new Rows[] {
      Subject.GRANT.where("t.principal_kind = 'user' and t.principal_id = ?", id),
      Subject.GROUP_MEMBER.where("t.user_id = ?", id),
      Subject.ACCESS_KEY.where("t.user_id = ?", id),
      Subject.APPLICATION_CREDENTIAL.where("t.user_id = ?", id),
      Subject.DOMAIN.where("t.domain_id = any (?)", (Object) domains.toArray(String[]::new)),
      Subject.USER.at(id)
    };
  }

  private record State(
      String noun,
      String domain,
      @Nullable String project,
      boolean enabled,
      @Nullable String secret,
      String text) {}

  private record Event(String kind, State of, @Nullable String before, @Nullable String after) {}

  /**
   * Carries out a change, and records it. Call it when the rows are locked against changes by
   * others.
   *
   * @param touched all rows that the change may create, change or delete
   */
  public static <T extends @Nullable Object> T recording(
      Database.Session session, Database.Work<T> change, Rows... touched) throws SQLException {
    Map<String, State> before = read(session, touched);
    T result = change.on(session);
    insert(session, events(before, read(session, touched)));
    return result;
  }

  private static Map<String, State> read(Database.Session session, Rows... touched)
      throws SQLException {
    Map<String, State> states = new LinkedHashMap<>();
    for (Rows rows : touched) {
      Subject subject = rows.subject();
      session.all(
          "%s where %s order by 1".formatted(subject.select, rows.condition()),
          row ->
              states.put(
                  subject + " " + row.getString("key"),
                  new State(
                      row.getString("noun"),
                      row.getString("domain_id"),
                      row.getString("project_id"),
                      row.getBoolean("enabled"),
                      row.getString("secret"),
                      row.getString("state"))),
          rows.values().toArray());
    }
    return states;
  }

  private static List<Event> events(Map<String, State> before, Map<String, State> after) {
    Set<String> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    return keys.stream().flatMap(key -> events(before.get(key), after.get(key))).toList();
  }

  private static Stream<Event> events(@Nullable State before, @Nullable State after) {
    if (before == null) {
      State made = Objects.requireNonNull(after);
      return Stream.of(new Event(verb(made, "created", "added"), made, null, made.text()));
    }
    if (after == null) {
      String gone = before.noun().equals("grant") ? "removed" : "deleted";
      return Stream.of(new Event(verb(before, gone, "removed"), before, before.text(), null));
    }
    List<Event> events = new ArrayList<>();
    if (!before.text().equals(after.text())) {
      String verb =
          before.enabled() == after.enabled()
              ? "changed"
              : after.enabled() ? "enabled" : "disabled";
      events.add(new Event(verb(after, verb, verb), after, before.text(), after.text()));
    }
    if (!Objects.equals(before.secret(), after.secret())) {
      events.add(new Event(verb(after, "password_changed", ""), after, null, after.text()));
    }
    return events.stream();
  }

  private static String verb(State state, String verb, String ofMember) {
    return state.noun().equals("group.member")
        ? "group.member_" + ofMember
        : state.noun() + "." + verb;
  }

  private static void insert(Database.Session session, List<Event> events) throws SQLException {
    if (events.isEmpty()) {
      return;
    }
    Author author = Author.current();
    Cause cause = author.cause();
    session.change(
        """
        insert into access_event (domain_id, kind, project_id, before, after, actor, request_id, client_request_id)
        select domain_id, kind, project_id, before::json, after::json, ?, ?, ?
        from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) with ordinality
          t(domain_id, kind, project_id, before, after, number)
        order by number
        """,
        author.user() == null ? null : author.user().value(),
        cause == null ? null : cause.request(),
        cause == null ? null : cause.client(),
        events.stream().map(event -> event.of().domain()).toArray(String[]::new),
        events.stream().map(Event::kind).toArray(String[]::new),
        events.stream().map(event -> event.of().project()).toArray(String[]::new),
        events.stream().map(Event::before).toArray(String[]::new),
        events.stream().map(Event::after).toArray(String[]::new));
  }
}
