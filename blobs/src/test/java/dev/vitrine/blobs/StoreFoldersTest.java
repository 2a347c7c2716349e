package dev.vitrine.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class StoreFoldersTest {
  private static final String KEY = "abcdef";

  @TempDir private Path store;
  private final List<Path> synced = new ArrayList<>();

  /** What happens while the first sync is under way. */
  private @Nullable Runnable meanwhile;

  private boolean isBroken;

  private StoreFolders folders() {
    return new StoreFolders(
        store,
        directory -> {
          Runnable other = meanwhile;
          meanwhile = null;
          if (other != null) {
            other.run();
          }
          if (isBroken) {
            throw new IOException("broken");
          }
          synced.add(directory);
        });
  }

  @Test
  void aNewFolderIsSyncedAndAnOldOneIsNot() throws Exception {
    StoreFolders folders = folders();

    Path folder = folders.durable(KEY);

    assertThat(folder).isDirectory().isEqualTo(store.resolve("ab/cd"));
    assertThat(synced).containsExactly(store.resolve("ab"), store);
    assertThat(folders.durable(KEY)).isEqualTo(folder);
    assertThat(synced).hasSize(2);
  }

  @Test
  void whoFindsAFolderThatIsBeingMadeSyncsItToo() throws Exception {
    StoreFolders folders = folders();
    List<Path> ofTheOther = new ArrayList<>();
    meanwhile =
        () -> {
          try {
            folders.durable(KEY);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          ofTheOther.addAll(synced);
        };

    folders.durable(KEY);

    assertThat(ofTheOther).containsExactly(store.resolve("ab"), store);
  }

  @Test
  void aFolderThatCouldNotBeSyncedIsSyncedByTheNext() throws Exception {
    StoreFolders folders = folders();
    isBroken = true;
    assertThatThrownBy(() -> folders.durable(KEY)).isInstanceOf(IOException.class);
    isBroken = false;

    folders.durable(KEY);

    assertThat(synced).containsExactly(store.resolve("ab"), store);
  }
}
