package dev.vitrine.server.start;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.server.settings.Setting;
import dev.vitrine.server.testdouble.Seed;
import dev.vitrine.server.testdouble.SeedReader;
import dev.vitrine.server.testdouble.SeedRefused;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up --ephemeral} asks for: a server that keeps nothing, a double for tests (ADR 32).
 *
 * @param data a directory of its own, which goes when the server stops
 * @param seed null: the demo tenants
 * @param stopsAtEof whether it stops at the end of standard input, a pipe that its user holds open:
 *     so it does not outlive a user that was killed
 */
record Ephemeral(Path data, @Nullable Seed seed, boolean stopsAtEof) {
  private static final System.Logger LOG = System.getLogger(Ephemeral.class.getName());
  private static final String PREFIX = "vitrine-ephemeral-";

  /** A directory as young as this may be about to be locked. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private static final String FLAG = "--ephemeral";
  private static final String SEED = "--seed";
  private static final String STOP_AT_EOF = "--stop-at-eof";

  /**
   * The options of {@code up}, divided.
   *
   * @param ephemeral null: an ordinary server
   * @param settings those that are settings
   * @param problems all that is wrong with the others
   */
  record Options(@Nullable Ephemeral ephemeral, List<String> settings, List<String> problems) {}

  /** Takes our options out of those of {@code up}. */
  static Options among(List<String> options) {
    List<String> rest = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    boolean isEphemeral = false;
    boolean stopsAtEof = false;
    String file = null;
    for (int i = 0; i < options.size(); i++) {
      String option = options.get(i);
      if (option.equals(FLAG)) {
        isEphemeral = true;
      } else if (option.equals(STOP_AT_EOF)) {
        stopsAtEof = true;
      } else if (option.equals(SEED) || option.startsWith(SEED + "=")) {
        String value =
            option.equals(SEED)
                ? i + 1 < options.size() && !options.get(i + 1).startsWith("--")
                    ? options.get(++i)
                    : ""
                : option.substring(SEED.length() + 1);
        if (value.isEmpty()) {
          problems.add(SEED + ": needs a value, a file");
        } else if (file != null) {
          problems.add(SEED + ": given twice");
        }
        file = value;
      } else {
        rest.add(option);
      }
    }
    if (!isEphemeral) {
      if (file != null) {
        problems.add(SEED + ": means nothing without " + FLAG);
      }
      if (stopsAtEof) {
        problems.add(STOP_AT_EOF + ": means nothing without " + FLAG);
      }
      return new Options(null, rest, problems);
    }
    for (Setting<?> kept : List.of(Setting.DATA, Setting.DB)) {
      if (isGiven(rest, kept)) {
        problems.add("--" + kept.name() + ": means nothing with " + FLAG + ", which keeps nothing");
      }
    }
    Path data =
        Path.of(System.getProperty("java.io.tmpdir"))
            .toAbsolutePath()
            .resolve(PREFIX + UUID.randomUUID());
    if (!isGiven(rest, Setting.DATA)) {
      rest.add("--" + Setting.DATA.name() + "=" + data);
    }
    return new Options(new Ephemeral(data, seed(file, problems), stopsAtEof), rest, problems);
  }

  private static boolean isGiven(List<String> options, Setting<?> setting) {
    String name = "--" + setting.name();
    return options.stream().anyMatch(one -> one.equals(name) || one.startsWith(name + "="));
  }

  private static @Nullable Seed seed(@Nullable String file, List<String> problems) {
    if (file == null || file.isEmpty()) {
      return null;
    }
    try {
      return SeedReader.read(Files.readString(Path.of(file)), Bootstrap.shippedRoles());
    } catch (SeedRefused refused) {
      refused.problems().forEach(problem -> problems.add(file + ": " + problem));
    } catch (MalformedInputException e) {
      problems.add(file + ": is not UTF-8");
    } catch (NoSuchFileException e) {
      problems.add(SEED + ": there is no file " + file);
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e);
    }
    return null;
  }

  /** Fills the directory from the template of this build; whether the tables are there now. */
  boolean prepare() {
    removeAbandoned();
    return Template.copyTo(data.resolve("postgres"), data);
  }

  /** Removes the directory. */
  void remove() {
    Folders.delete(data);
  }

  /** Stops and removes what killed servers of this user have left. */
  private void removeAbandoned() {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(data.resolveSibling(""), PREFIX + "*")) {
      for (Path other : found) {
        if (!other.equals(data)) {
          removeIfAbandoned(other);
        }
      }
    } catch (IOException e) {
      LOG.log(WARNING, "What killed servers have left could not be looked for: {0}", e);
    }
  }

  private static void removeIfAbandoned(Path other) {
    Path lockFile = other.resolve("lock");
    try {
      Instant made = Files.getLastModifiedTime(other).toInstant();
      if (!Files.isWritable(lockFile) || made.plus(YOUNG).isAfter(Instant.now())) {
        return;
      }
      try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          return;
        }
        EmbeddedPostgres.stopAbandoned(other.resolve("postgres"));
        Folders.delete(other);
        LOG.log(INFO, "Removed {0}, which a killed server had left", other);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "{0} of a killed server could not be removed: {1}", other, e);
    }
  }
}
