package dev.vitrine.postgres.bootstrap;

import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.Role;
import dev.vitrine.identity.Author;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.RoleId;
import dev.vitrine.login.Keys;
import dev.vitrine.postgres.directory.AccessEventRecorder;
import dev.vitrine.postgres.directory.AccessEventRecorder.Subject;
import dev.vitrine.postgres.directory.PostgresRoles;
import dev.vitrine.postgres.engine.Database;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates what a database needs before the first login. Idempotent; several nodes may run it at the
 * same time.
 */
public final class Bootstrap {
  /** Key of the advisory lock that one node at a time holds; an arbitrary number. */
  private static final long LOCK = 0x7669_7472_696e_65L;

  /** Length of generated passwords, in characters. */
  public static final int PASSWORD_LENGTH = 20;

  private static final String PASSWORD_ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

  private final Database database;
  private final Passwords passwords;

  public Bootstrap(Database database, Passwords passwords) {
    this.database = database;
    this.passwords = passwords;
  }

  /** The names of the roles that every database has. */
  public static List<String> shippedRoles() {
    return ShippedRoles.ALL.stream().map(ShippedRoles.Shipped::name).toList();
  }

  /** A user that was just created; its password is shown only this once. */
  public record Account(String user, String password, String domain, String project) {}

  /**
   * Whether these keys belong to the database (ruling 6); a database without keys adopts them. With
   * other keys, existing tokens would be refused and stored secrets could not be decrypted.
   */
  public boolean accepts(Keys keys) {
    database.change(
        "insert into key_fingerprint (fingerprint) values (?) on conflict do nothing",
        keys.fingerprint());
    return keys.fingerprint().equals(fingerprint(database));
  }

  /** The fingerprint of the keys that belong to the database; null if it has none yet. */
  public static @Nullable String fingerprint(Database database) {
    return database.first("select fingerprint from key_fingerprint", row -> row.getString(1));
  }

  /**
   * Updates the shipped roles to this version, and creates the domain {@code Default} with user and
   * project {@code admin}, and a domain for each tenant, with an account user of that name and one
   * project (ruling 1).
   *
   * @param tenants names of the tenants to create unless they exist
   * @param region the name of their project
   * @param administratorMustChange whether {@code admin} must change its password before its first
   *     login
   * @param keep receives the created accounts, not the existing ones, before the commit: if it
   *     fails, or the process is killed, no account exists and no password is lost
   */
  public void run(
      List<String> tenants,
      String region,
      boolean administratorMustChange,
      Consumer<List<Account>> keep) {
    Author start = Author.named("start");
    Author.during(() -> start, () -> make(tenants, region, administratorMustChange, keep));
  }

  private boolean make(
      List<String> tenants,
      String region,
      boolean administratorMustChange,
      Consumer<List<Account>> keep) {
    // A transaction of its own: it locks domains, and changes of rights wait for these locks.
    database.inTransaction(
        session -> {
          alone(session);
          for (ShippedRoles.Shipped role : ShippedRoles.ALL) {
            ship(session, role);
          }
          return true;
        });
    database.inTransaction(
        session -> {
          alone(session);
          // Hashing a password takes a while. Only starting nodes wait for this transaction.
          session.change("set local idle_in_transaction_session_timeout = '60s'");
          List<Account> made = new ArrayList<>();
          addIfMade(
              made,
              AccessEventRecorder.recording(
                  session,
                  same -> admin(same, administratorMustChange),
                  ofAccount("Default", "admin")));
          for (String tenant : tenants) {
            addIfMade(
                made,
                AccessEventRecorder.recording(
                    session, same -> tenant(same, tenant, region), ofAccount(tenant, tenant)));
          }
          if (!made.isEmpty()) {
            keep.accept(made);
          }
          return made;
        });
    return true;
  }

  /** Waits without a limit for other nodes that are starting. */
  private static void alone(Database.Session session) throws SQLException {
    session.change("set local lock_timeout = 0");
    session.first("select pg_advisory_xact_lock(?)", row -> true, LOCK);
    session.change("set local lock_timeout to default");
  }

  private static void addIfMade(List<Account> made, @Nullable Account account) {
    if (account != null) {
      made.add(account);
    }
  }

  private static void ship(Database.Session session, ShippedRoles.Shipped role)
      throws SQLException {
    String document = ShippedRoles.document(role.name());
    RoleId outdated =
        session.first(
            """
            select role_id from role
            where domain_id is null and name = ?
              and (document::text, display_name, shipped) is distinct from (?::text, ?, true)
            """,
            row -> new RoleId(row.getString(1)),
            role.name(),
            document,
            role.display());
    if (outdated != null) {
      PostgresRoles.lock(session, outdated);
    }
    int changed =
        AccessEventRecorder.recording(
            session,
            same ->
                same.change(
                    """
            insert into role (role_id, name, display_name, document, shipped)
            values (?, ?, ?, ?::json, true)
            on conflict (coalesce(domain_id, ''), name) do update
              set document = excluded.document, display_name = excluded.display_name, shipped = true
              where (role.document::text, role.display_name, role.shipped)
                is distinct from (excluded.document::text, excluded.display_name, true)
            """,
                    Ids.next(),
                    role.name(),
                    role.display(),
                    document),
            AccessEventRecorder.Subject.ROLE.where(
                "t.domain_id is null and t.name = ?", role.name()));
    if (changed > 0 && outdated != null) {
      PostgresRoles.changed(session, outdated);
    }
  }

  /** A domain, and in it the user and what is made with it. */
  private static AccessEventRecorder.Rows[] ofAccount(String domain, String user) {
    String in = "t.domain_id = (select domain_id from domain where name = ?)";
    String made =
        "(select u.user_id from user_account u join domain d on d.domain_id = u.domain_id where d.name = ? and u.name = ?)";
    return new AccessEventRecorder.Rows[] {
      Subject.DOMAIN.where("t.name = ?", domain),
      Subject.PROJECT.where(
          in
              + " and t.project_id in (select default_project_id from user_account where user_id = %s)"
                  .formatted(made),
          domain,
          domain,
          user),
      Subject.USER.where("t.user_id = " + made, domain, user),
      Subject.GRANT.where("t.principal_kind = 'user' and t.principal_id = " + made, domain, user)
    };
  }

  private @Nullable Account admin(Database.Session session, boolean mustChange)
      throws SQLException {
    session.change(
        """
        insert into domain (domain_id, name, description)
        values ('default', 'Default', 'The default domain') on conflict do nothing
        """);
    Account account = account(session, "default", "Default", "admin", "admin", Role.ADMIN);
    if (account != null && mustChange) {
      session.change(
          """
          update user_account set password_expires_at = clock_timestamp()
          where domain_id = 'default' and name = ?
          """,
          account.user());
    }
    return account;
  }

  private @Nullable Account tenant(Database.Session session, String tenant, String region)
      throws SQLException {
    String domain = Ids.next();
    if (session.change(
            "insert into domain (domain_id, name) values (?, ?) on conflict do nothing",
            domain,
            tenant)
        == 0) {
      return null;
    }
    Account account = account(session, domain, tenant, tenant, region, ShippedRoles.MEMBER);
    session.change(
        """
        update domain set account_user_id = (select user_id from user_account u
          where u.domain_id = domain.domain_id and u.name = ?) where domain_id = ?
        """,
        tenant,
        domain);
    return account;
  }

  /** Creates a user, its default project, and the role there; null if the user exists. */
  private @Nullable Account account(
      Database.Session session,
      String domainId,
      String domain,
      String user,
      String project,
      String role)
      throws SQLException {
    // Checked first, because a password hash costs more than the rest of the start.
    if (session.first(
            "select from user_account where domain_id = ? and name = ?",
            row -> true,
            domainId,
            user)
        != null) {
      return null;
    }
    String userId = Ids.next();
    String projectId = Ids.next();
    String password = newPassword();
    session.change(
        """
        insert into user_account (user_id, domain_id, name, password_hash, default_project_id)
        values (?, ?, ?, ?, ?)
        """,
        userId,
        domainId,
        user,
        passwords.hash(password),
        projectId);
    session.change(
        "insert into project (project_id, domain_id, name) values (?, ?, ?)",
        projectId,
        domainId,
        project);
    grant(session, domainId, "project", projectId, userId, role);
    if (role.equals(Role.ADMIN)) {
      grant(session, domainId, "domain", domainId, userId, role);
    }
    return new Account(user, password, domain, project);
  }

  private static void grant(
      Database.Session session,
      String domain,
      String scopeKind,
      String scope,
      String user,
      String role)
      throws SQLException {
    session.change(
        """
        insert into role_grant
          (domain_id, scope_kind, scope_id, principal_kind, principal_id, role_id)
        select ?, ?, ?, 'user', ?, role_id from role where domain_id is null and name = ?
        """,
        domain,
        scopeKind,
        scope,
        user,
        role);
  }

  /** A random password. */
  public static String newPassword() {
    return new SecureRandom()
        .ints(PASSWORD_LENGTH, 0, PASSWORD_ALPHABET.length())
        .mapToObj(i -> String.valueOf(PASSWORD_ALPHABET.charAt(i)))
        .reduce("", String::concat);
  }
}
