package dev.vitrine.server.operate;

import dev.vitrine.blobs.StoredBlobs;
import dev.vitrine.identity.Author;
import dev.vitrine.postgres.image.BlobCatalogue;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that database, keys and blobs belong together: each image has its bytes, each blob has its
 * image, and the keys are those of the database. Works while servers run.
 */
final class Verify {
  /** Younger blobs that no image has are no finding: an upload or a deletion may be under way. */
  private static final Duration OLD_ENOUGH = Duration.ofDays(1);

  private static final int PAGE = 1_000;

  /**
   * What it does.
   *
   * @param reads whether it reads all bytes and compares their hashes; otherwise it compares sizes
   * @param repairs whether it deactivates images without their bytes, and removes blobs without an
   *     image
   */
  record Options(boolean reads, boolean repairs) {}

  private final Options options;
  private final BlobCatalogue catalogue;
  private final StoredBlobs blobs;
  private final Progress progress;
  private long images;
  private long bytes;
  private int damaged;
  private int orphans;
  private int others;

  private Verify(Options options, BlobCatalogue catalogue, StoredBlobs blobs, Progress progress) {
    this.options = options;
    this.catalogue = catalogue;
    this.blobs = blobs;
    this.progress = progress;
  }

  /** Verifies; the exit code. */
  static int run(Settings settings, Options options, Progress progress) throws Exception {
    try (Site site = Site.open(settings)) {
      site.requireKeys(settings.keys());
      Verify verify =
          new Verify(
              options,
              new BlobCatalogue(site.database()),
              new StoredBlobs(settings.blobs()),
              progress);
      return verify.run();
    }
  }

  private int run() throws Exception {
    catalogue.forEach(this::check);
    findOrphans();
    progress.end(
        "%,d images, %,d MiB; %,d missing or damaged, %,d blobs without an image, %,d other files"
            .formatted(images, bytes >> 20, damaged, orphans, others));
    if (damaged == 0 && orphans == 0 && others == 0) {
      return ExitCode.STOPPED;
    }
    if (!options.repairs()) {
      progress.end(
          "--repair deactivates images without their bytes, and removes blobs without an image");
    }
    return ExitCode.DAMAGED;
  }

  private void check(BlobCatalogue.Entry entry) throws IOException {
    BlobCatalogue.Data data = entry.data();
    if (data == null) {
      return;
    }
    images++;
    Path blob = blobs.file(entry.key());
    String problem = problem(blob, data);
    // Reading takes a while: the image may have been deleted meanwhile.
    if (problem != null && catalogue.hasImage(entry.key())) {
      damaged++;
      progress.problem(entry, "its blob %s %s".formatted(blob, problem));
      if (options.repairs()) {
        catalogue.deactivate(entry.image(), Author.named("verify"));
        progress.problem(entry, "is deactivated");
      }
    }
    progress.report("%,d images, %,d MiB".formatted(images, bytes >> 20));
  }

  private @Nullable String problem(Path blob, BlobCatalogue.Data data) throws IOException {
    try {
      long size = Files.size(blob);
      bytes += size;
      if (size != data.size()) {
        return "has %,d bytes instead of %,d".formatted(size, data.size());
      }
      return options.reads() && !VerifiedCopy.hash("SHA-512", blob).equals(data.sha512())
          ? "is damaged: its SHA-512 is not the one that was recorded"
          : null;
    } catch (NoSuchFileException e) {
      return "is missing";
    }
  }

  private void findOrphans() throws IOException {
    Set<String> page = new HashSet<>();
    blobs.forEach(
        new StoredBlobs.Reader() {
          @Override
          public void read(String key) throws IOException {
            page.add(key);
            if (page.size() == PAGE) {
              findOrphans(page);
              page.clear();
            }
          }

          @Override
          public void readOther(Path file) {
            others++;
            progress.end("%s is no blob: its name or its place is not that of one".formatted(file));
          }
        });
    findOrphans(page);
  }

  /**
   * The order matters while uploads arrive: a blob that is in the store, and afterwards not
   * undecided, is known to the database by then, or it is an orphan.
   */
  private void findOrphans(Set<String> keys) throws IOException {
    Set<String> decided = new HashSet<>();
    for (String key : keys) {
      if (!blobs.isUndecided(key)) {
        decided.add(key);
      }
    }
    decided.removeAll(catalogue.known(decided));
    for (String key : decided) {
      report(blobs.file(key));
    }
  }

  private void report(Path blob) throws IOException {
    Instant written;
    try {
      written = Files.getLastModifiedTime(blob).toInstant();
    } catch (NoSuchFileException gone) {
      return;
    }
    if (written.isAfter(Instant.now().minus(OLD_ENOUGH))) {
      return;
    }
    orphans++;
    progress.end("Blob %s of %s belongs to no image".formatted(blob, written));
    if (options.repairs()) {
      Files.delete(blob);
      progress.end("Blob %s is removed".formatted(blob));
    }
  }
}
