package dev.vitrine.server.operate;

import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.User;
import dev.vitrine.identity.Author;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.directory.PostgresDomains;
import dev.vitrine.postgres.directory.PostgresUsers;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.server.data.CloudsFile;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.time.Instant;

/** Gives a user a new password on the machine of the server, when nobody knows the old one. */
final class ResetPassword {
  private ResetPassword() {}

  /**
   * Prints a random password, sets it, and ends the user's tokens; the exit code. It is set only if
   * it was printed: otherwise nobody would know it.
   *
   * @param domain a name
   * @param user a name
   */
  static int run(Settings settings, String domain, String user, Progress progress)
      throws Exception {
    try (Site site = Site.open(settings);
        Passwords passwords = new Passwords(settings.passwordIterations())) {
      User found = find(site.database(), domain, user);
      String password = Bootstrap.newPassword();
      CloudsFile clouds = new CloudsFile(settings.data().resolve(Backup.CLOUDS), settings.region());
      Instant now = site.now();
      Instant expiry = settings.administratorMustChange() ? now : null;
      progress.end("The new password of %s in the domain %s: %s".formatted(user, domain, password));
      if (!progress.isHeard()) {
        throw new IOException("The new password cannot be printed, so it was not set");
      }
      Author command = Author.named("reset-password");
      Author.during(
          () -> command,
          () ->
              new PostgresUsers(site.database())
                  .update(
                      found.id(), old -> old.passwordExpiringAt(expiry), passwords.hash(password)));
      progress.end("It is set, and all tokens of this user have ended.");
      if (expiry != null) {
        progress.end("It must change this password before it logs in (admin.must-change).");
      }
      if (clouds.setPassword(user, domain, password)) {
        progress.end("It is in %s, too.".formatted(clouds.path()));
      }
      if (!found.enabled()) {
        progress.end("This user is disabled: it cannot log in until an administrator enables it.");
      }
      return ExitCode.STOPPED;
    }
  }

  private static User find(Database database, String domain, String user) {
    PostgresUsers users = new PostgresUsers(database);
    return new PostgresDomains(database)
        .list(new Filter(null, domain, null)).stream()
            .flatMap(found -> users.list(new Filter(found.id(), user, null)).stream())
            .findFirst()
            .orElseThrow(
                () ->
                    new StartFailure(
                        "There is no user %s in the domain %s".formatted(user, domain)));
  }
}
