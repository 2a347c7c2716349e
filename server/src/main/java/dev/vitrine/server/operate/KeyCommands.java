package dev.vitrine.server.operate;

import dev.vitrine.login.KeyGenerationStore;
import dev.vitrine.login.KeyRing;
import dev.vitrine.login.KeyRotation;
import dev.vitrine.login.Keys;
import dev.vitrine.login.Tokens;
import dev.vitrine.postgres.login.PostgresKeyGenerations;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The generations of keys of a database: makes a new one, lists them (ADR 42). */
final class KeyCommands {
  private KeyCommands() {}

  /** Makes a generation of new keys, which all nodes of the database take up; the exit code. */
  static int rotate(Settings settings, Progress progress) throws Exception {
    try (Site site = Site.open(settings)) {
      Keys ofFile = site.requireKeys(settings.keys());
      KeyGenerationStore store = new PostgresKeyGenerations(site.database());
      KeyGenerationStore.Row newest = store.all().getLast();
      if (!newest.hasBegun()) {
        throw new StartFailure(
            "Keys were rotated just now, and sign from %s: rotate again after that"
                .formatted(shown(newest.signsFrom())));
      }
      if (!KeyRotation.make(store, ofFile, newest.generation() + 1)) {
        throw new StartFailure("Somebody else has just rotated the keys: see vitrine keys list");
      }
      KeyGenerationStore.Row made = store.all().getLast();
      progress.end(
          "Keys of generation %d are made. All nodes sign and encrypt with them from %s."
              .formatted(made.generation(), shown(made.signsFrom())));
      progress.end("Older ones verify until what they signed has expired. Nobody is logged out.");
      return ExitCode.STOPPED;
    }
  }

  /** Prints the generations, their age and what they are for; the exit code. */
  static int list(Settings settings, Progress progress) throws Exception {
    try (Site site = Site.open(settings)) {
      KeyGenerationStore store = new PostgresKeyGenerations(site.database());
      List<KeyGenerationStore.Row> rows = store.all();
      Map<Integer, Long> secrets = store.secrets();
      Instant now = site.now();
      progress.end("GENERATION  MADE                  AGE   SECRETS  USE");
      for (int i = 0; i < rows.size(); i++) {
        KeyGenerationStore.Row row = rows.get(i);
        KeyGenerationStore.Row next = i + 1 < rows.size() ? rows.get(i + 1) : null;
        progress.end(
            "%-10d  %s  %-4s  %-7d  %s"
                .formatted(
                    row.generation(),
                    shown(row.createdAt()),
                    Duration.between(row.createdAt(), now).toDays() + "d",
                    secrets.getOrDefault(row.generation(), 0L),
                    use(row, next)));
      }
      return ExitCode.STOPPED;
    }
  }

  private static String use(KeyGenerationStore.Row row, KeyGenerationStore.@Nullable Row next) {
    String use;
    if (!row.hasBegun()) {
      use = "signs from " + shown(row.signsFrom());
    } else if (next == null || !next.hasBegun()) {
      use = "signs";
    } else {
      use =
          "verifies until "
              + shown(next.signsFrom().plus(row.longestToken()).plus(Tokens.EXPIRED_WINDOW));
    }
    return row.generation() == KeyRing.OF_FILE ? use + " (of the file)" : use;
  }

  private static String shown(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
