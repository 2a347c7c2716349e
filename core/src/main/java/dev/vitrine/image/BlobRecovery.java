package dev.vitrine.image;

import dev.vitrine.image.ImageStore.Leftover;
import java.lang.System.Logger.Level;

/** Makes blob store and catalogue consistent again after a crash or failure of either. */
public final class BlobRecovery {
  private static final System.Logger LOG = System.getLogger(BlobRecovery.class.getName());

  private final ImageStore store;
  private final BlobStore blobs;

  public BlobRecovery(ImageStore store, BlobStore blobs) {
    this.store = store;
    this.blobs = blobs;
  }

  /** At start: keeps or removes the bytes of each upload that a stop or crash interrupted. */
  public void recover() {
    blobs.recover(store::referenced);
    removeLeftovers();
  }

  /** Removes the blobs of deleted images that are still there. */
  public void removeLeftovers() {
    store.leftovers().forEach(this::remove);
  }

  /**
   * Removes the blob of an image whose deletion is committed. Never fails: what cannot be done now
   * is a leftover.
   */
  void remove(Leftover leftover) {
    try {
      if (blobs.remove(leftover.key())) {
        store.blobRemoved(leftover.image());
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Cannot record the removal of blob " + leftover.key(), e);
    }
  }
}
