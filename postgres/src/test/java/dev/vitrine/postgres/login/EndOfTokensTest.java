package dev.vitrine.postgres.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.access.Access;
import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.User;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.ApplicationCredential;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.directory.PostgresDomains;
import dev.vitrine.postgres.directory.PostgresProjects;
import dev.vitrine.postgres.directory.PostgresUsers;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A token that was seen to stand is refused after the very change that ends it, though nothing but
 * a version is read for it (ADR 13). The user is of one domain, the project of another.
 */
@NullMarked
class EndOfTokensTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private final PostgresAuthorizations grants = new PostgresAuthorizations(DATABASE.database());
  private final Access access = new Access(grants);
  private final PostgresDomains domains = new PostgresDomains(DATABASE.database());
  private final PostgresProjects projects = new PostgresProjects(DATABASE.database());
  private final PostgresUsers users = new PostgresUsers(DATABASE.database());
  private final PostgresLogins logins = new PostgresLogins(DATABASE.database());

  private final DomainId home = new DomainId(Ids.next());
  private final DomainId abroad = new DomainId(Ids.next());
  private final PostgresApplicationCredentials applications =
      new PostgresApplicationCredentials(DATABASE.database());
  private final ApplicationCredentialId application = new ApplicationCredentialId(Ids.next());
  private final UserId user = new UserId(Ids.next());
  private final ProjectId project = new ProjectId(Ids.next());

  @BeforeEach
  void aUserAndAProject() {
    domains.add(new Domain(home, home.value(), "", true));
    domains.add(new Domain(abroad, abroad.value(), "", true));
    users.add(new User(user, home, "u", null, null, true, null), "old");
    projects.add(new Project(project, abroad, "p", "", true));
    applications.add(
        new ApplicationCredential(application, user, project, "a", null, List.of(), false, null),
        "hash");
  }

  private Caller token() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new Caller(
        user,
        new Caller.Scope.InProject(project),
        Ids.next(),
        now,
        now.plusSeconds(60),
        List.of("application_credential"),
        new Caller.ByApplication(application, false));
  }

  private void disable(DomainId domain) {
    domains.update(domain, old -> new Domain(old.id(), old.name(), "", false));
  }

  private void delete(DomainId domain) {
    disable(domain);
    domains.delete(domain);
  }

  enum Ending {
    REVOKED((test, token) -> test.logins.revoke(token)),
    NEW_PASSWORD((test, token) -> test.users.update(test.user, old -> old, "new")),
    PASSWORD_REPLACED((test, token) -> test.users.replacePassword(test.user, "old", "new")),
    USER_DISABLED(
        (test, token) ->
            test.users.update(
                test.user,
                old -> new User(old.id(), old.domain(), "u", null, null, false, null),
                null)),
    USER_DELETED((test, token) -> test.users.delete(test.user)),
    OWN_DOMAIN_DISABLED((test, token) -> test.disable(test.home)),
    OWN_DOMAIN_DELETED((test, token) -> test.delete(test.home)),
    APPLICATION_CREDENTIAL_DELETED(
        (test, token) -> test.applications.delete(test.user, test.application)),
    PROJECT_DISABLED(
        (test, token) ->
            test.projects.update(
                test.project, old -> new Project(old.id(), old.domain(), "p", "", false))),
    PROJECT_DELETED((test, token) -> test.projects.delete(test.project)),
    ITS_DOMAIN_DISABLED((test, token) -> test.disable(test.abroad)),
    ITS_DOMAIN_DELETED((test, token) -> test.delete(test.abroad));

    private final Change change;

    Ending(Change change) {
      this.change = change;
    }
  }

  @FunctionalInterface
  private interface Change {
    void make(EndOfTokensTest test, Caller token);
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void theVeryNextRequestIsRefused(Ending ending) {
    Caller token = token();
    access.authorization(token);

    ending.change.make(this, token);

    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> access.authorization(token))
        .extracting(Refused::refusal)
        .isEqualTo(new Refusal.Unauthenticated());
    assertThat(access.foresee(token, Operation.ADD_MEMBER)).isNull();
  }

  @Test
  void onlyTheRevokedTokenOfAUserEnds() {
    Caller one = token();
    Caller other = token();
    access.authorization(one);
    access.authorization(other);

    logins.revoke(one);

    access.authorization(other);
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> access.authorization(one));
  }

  /** What another token of the same user is known to be allowed says nothing of this one. */
  @Test
  void aTokenThatWasNeverSeenForeseesNothing() {
    Caller revoked = token();
    logins.revoke(revoked);
    access.authorization(token());

    assertThat(access.foresee(revoked, Operation.EXPLAIN)).isNull();
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> access.authorization(revoked));
  }
}
