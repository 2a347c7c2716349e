package dev.vitrine.server.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What backup and restore refuse before they write anything. */
class BackupFolderTest {
  private static final String SNAPSHOT = "snapshot-20260101T000000Z-1";
  private static final String EMPTY_HASH =
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
          + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

  @TempDir Path folder;

  private final Progress progress = new Progress(System.out);

  private Path backups() {
    return folder.resolve("backups");
  }

  private void manifest(String json) throws Exception {
    Files.createDirectories(backups());
    Files.writeString(backups().resolve("manifest.json"), json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"format\": 1}",
        "{\"format\": 1, \"version\": \"1\", \"started\": \"now\"}",
        "{\"format\": 1, \"version\": \"1\", \"started\": \"2026-01-01T00:00:00Z\","
            + " \"ended\": \"2026-01-01T00:00:00Z\", \"snapshot\": \"../other\","
            + " \"sha512sums\": \"0\"}"
      })
  void aMalformedManifestIsRefusedInWords(String json) throws Exception {
    manifest(json);

    assertThatThrownBy(() -> BackupFolder.manifest(backups()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("manifest.json is damaged: ");
  }

  @Test
  void aManifestOfAnotherVersionIsRefused() throws Exception {
    manifest("{\"format\": 2}");

    assertThatThrownBy(() -> BackupFolder.manifest(backups()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("another version");
  }

  @Test
  void aFileIsNoFolderForBackups() throws Exception {
    Files.createFile(backups());

    assertThatThrownBy(() -> BackupFolder.open(backups()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void aFolderThatIsOpenToOthersIsClosed() throws Exception {
    Files.createDirectory(backups());
    Files.setPosixFilePermissions(backups(), PosixFilePermissions.fromString("rwxr-xr-x"));

    BackupFolder.open(backups()).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backups())))
        .isEqualTo("rwx------");
  }

  @Test
  void aLinkToBlobsElsewhereIsRefused() throws Exception {
    BackupFolder.open(backups()).close();
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(backups().resolve("store"), elsewhere);

    assertThatThrownBy(() -> BackupFolder.open(backups()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("symbolic link");
  }

  private Settings settings(String... more) throws Exception {
    return Settings.read(
        List.of(more), Map.of("VITRINE_LISTEN", "127.0.0.1:0", "VITRINE_DATA", "/no"), Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "data/backups", "blobs/backups", ".", "link/backups"})
  void aBackupIsNotMadeAmongTheDataThatItCopies(String place) throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Files.createSymbolicLink(folder.resolve("link"), data);
    Settings settings = settings("--data=" + data, "--blobs=" + blobs);

    assertThatThrownBy(
            () -> Backup.run(settings, folder.resolve(place).normalize(), true, "1", progress))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("inside one another");
    assertThat(data).isEmptyDirectory();
    assertThat(blobs).isEmptyDirectory();
  }

  /** A backup whose list has these lines. */
  private void backup(String... paths) throws Exception {
    Path snapshot = Files.createDirectories(backups().resolve(SNAPSHOT));
    Path list = snapshot.resolve(BackupFolder.SUMS);
    Files.write(list, List.of());
    for (String path : paths) {
      Files.writeString(
          list,
          Files.readString(list)
              + new String(new Sum(EMPTY_HASH, path).line(), StandardCharsets.UTF_8));
    }
    manifest(
        """
        {"format": 1, "version": "1", "started": "2026-01-01T00:00:00Z",
         "ended": "2026-01-01T00:00:00Z", "snapshot": "%s", "sha512sums": "%s"}
        """
            .formatted(SNAPSHOT, VerifiedCopy.hash("SHA-512", list)));
  }

  private void assertRefused(String message, String... options) throws Exception {
    Path data = folder.resolve("new");
    Settings settings = options.length == 0 ? settings("--data=" + data) : settings(options);

    assertThatThrownBy(() -> Restore.run(settings, backups(), progress))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(message);
    assertThat(data).doesNotExist();
  }

  @Test
  void aRestoreTakesNothingFromOutsideTheBackup() throws Exception {
    Files.createFile(folder.resolve("secret"));
    backup("../secret");

    assertRefused("not in the backup");
  }

  @Test
  void aRestoreTakesNothingFromBesideTheSnapshot() throws Exception {
    backup("manifest.json");

    assertRefused("no part of the backup");
  }

  @Test
  void aRestoreFollowsNoLink() throws Exception {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Files.createFile(secret.resolve("keys"));
    Files.createDirectories(backups());
    Files.createSymbolicLink(backups().resolve("store"), secret);
    backup("store/keys");

    assertRefused("symbolic link");
  }

  @Test
  void aRestoreDoesNotWriteIntoTheBackup() throws Exception {
    backup();

    assertRefused("inside one another", "--data=" + backups().resolve("data"));
    assertRefused("inside one another", "--data=" + folder.resolve("new"), "--blobs=" + backups());
    assertRefused("inside one another", "--data=" + folder);
  }
}
