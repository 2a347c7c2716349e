package dev.vitrine.server.operate;

import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.postgres.history.Audit;
import dev.vitrine.postgres.history.Seals;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether the history is as it was written, and the anchors that prove it (ADR 47). */
final class AuditCommands {
  /** Before a line that is no anchor. */
  private static final String COMMENT = "#";

  private AuditCommands() {}

  /**
   * Reads the whole history, and says what was changed; the exit code.
   *
   * @param kept a file with lines of {@link #anchors}; empty: none
   */
  static int verify(Settings settings, String kept, Progress progress) throws Exception {
    List<Anchor> anchors = kept.isEmpty() ? List.of() : read(Path.of(kept));
    try (Site site = Site.open(settings)) {
      AnchorKey key = AnchorKey.of(site.requireKeys(settings.keys()));
      Audit.Result result =
          new Audit(
                  key,
                  anchors,
                  progress::end,
                  events -> progress.report("%,d events".formatted(events)))
              .verify(site.database());
      progress.end(
          "%,d events, and %,d that are too young to be sealed; %,d findings"
              .formatted(result.sealed(), result.unsealed(), result.findings()));
      if (result.keptSince() != null) {
        progress.end(
            "All events are kept since %s; of those before, the last of each image and membership"
                .formatted(result.keptSince()));
      }
      return result.findings() == 0 ? ExitCode.STOPPED : ExitCode.DAMAGED;
    }
  }

  /** Prints the anchor of each day, and the key that has signed them; the exit code. */
  static int anchors(Settings settings, Progress progress) throws Exception {
    try (Site site = Site.open(settings)) {
      AnchorKey key = AnchorKey.of(site.requireKeys(settings.keys()));
      progress.end(COMMENT + " day, events, SHA-256, signature by Ed25519 key " + key.publicKey());
      Seals.anchors(site.database()).forEach(anchor -> progress.end(anchor.line()));
      return ExitCode.STOPPED;
    }
  }

  private static List<Anchor> read(Path file) throws IOException {
    List<Anchor> anchors = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith(COMMENT)) {
        try {
          anchors.add(Anchor.of(line));
        } catch (RuntimeException e) {
          throw new StartFailure("%s: this line is no anchor: %s".formatted(file, line), e);
        }
      }
    }
    return anchors;
  }
}
