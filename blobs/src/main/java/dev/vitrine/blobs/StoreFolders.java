package dev.vitrine.blobs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folders {@code store/ab/cd} of blobs. A new name is durable only after its directory is
 * synced.
 */
final class StoreFolders {
  /** Makes the names in a directory durable. */
  @FunctionalInterface
  interface Sync {
    void sync(Path directory) throws IOException;
  }

  private final Path store;
  private final Sync sync;

  /** Folders that may be there without being durable: somebody else may just be making them. */
  private final Set<Path> unsynced = ConcurrentHashMap.newKeySet();

  StoreFolders(Path store, Sync sync) {
    this.store = store;
    this.sync = sync;
  }

  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static Path of(Path store, String key) {
    return store.resolve(key.substring(0, 2)).resolve(key.substring(2, 4));
  }

  /** The folder, which a loss of power leaves there. */
  Path durable(String key) throws IOException {
    Path folder = of(store, key);
    if (!Files.isDirectory(folder) || unsynced.contains(folder)) {
      unsynced.add(folder);
      Files.createDirectories(folder);
      sync.sync(store.resolve(key.substring(0, 2)));
      sync.sync(store);
      unsynced.remove(folder);
    }
    return folder;
  }
}
