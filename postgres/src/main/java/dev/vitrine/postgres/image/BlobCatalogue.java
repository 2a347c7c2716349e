package dev.vitrine.postgres.image;

import dev.vitrine.identity.Author;
import dev.vitrine.identity.ImageId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which blobs the database refers to: for backups, and for comparing both. */
public final class BlobCatalogue {
  private static final int PAGE = 5_000;

  private final Database database;

  public BlobCatalogue(Database database) {
    this.database = database;
  }

  /**
   * A blob.
   *
   * @param data null: its image is deleted, so the blob may be gone
   */
  public record Entry(String key, ImageId image, @Nullable Data data) {}

  /**
   * What the catalogue says of the bytes.
   *
   * @param md5 lower-case hexadecimal
   * @param sha512 lower-case hexadecimal
   */
  public record Data(long size, String md5, String sha512) {}

  /** Receives the entries. */
  @FunctionalInterface
  public interface Reader {
    void read(Entry entry) throws Exception;
  }

  /**
   * Reads all entries in the order of their keys, page by page. While a {@code StoredBlobs.hold} is
   * held, it finds every blob that was referred to when it began, because a deleted image keeps its
   * key until its blob is removed.
   */
  public void forEach(Reader reader) throws Exception {
    String last = "";
    List<Entry> page;
    do {
      page = after(last);
      for (Entry entry : page) {
        reader.read(entry);
        last = entry.key();
      }
    } while (page.size() == PAGE);
  }

  /**
   * Uses index {@code image_by_blob} in its order; what is sorted are the deleted images whose
   * blobs are not removed yet. The limit is a part of the text: without knowing it, the planner
   * would sort all images for each page. Values: key, twice.
   */
  public static String after(int limit) {
    return """
        (select blob_key, image_id, size, md5, sha512 from image where blob_key > ? order by blob_key limit %1$s)
        union all
        (select blob_key, image_id, null, null, null from deleted_image
         where blob_key is not null and blob_key > ? order by blob_key limit %1$s)
        order by blob_key limit %1$s
        """
        .formatted(limit);
  }

  private static final String AFTER = after(PAGE);

  private List<Entry> after(String key) {
    return database.all(
        AFTER,
        row -> {
          long size = row.getLong("size");
          Data data = row.wasNull() ? null : new Data(size, text(row, "md5"), text(row, "sha512"));
          return new Entry(text(row, "blob_key"), Rows.image(row), data);
        },
        key,
        key);
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getString(column), column);
  }

  /** Those of the keys that the database refers to. */
  public Set<String> known(Set<String> keys) {
    String[] asked = keys.toArray(String[]::new);
    return new HashSet<>(
        database.all(
            """
            select blob_key from image where blob_key = any (?)
            union all
            select blob_key from deleted_image where blob_key = any (?)
            """,
            row -> row.getString(1),
            asked,
            asked));
  }

  /** Whether an image has that blob now. */
  public boolean hasImage(String key) {
    return database.first("select 1 from image where blob_key = ?", row -> true, key) != null;
  }

  /**
   * Takes an active image out of use: its data can no longer be read, until an administrator
   * reactivates it.
   *
   * @param author a command on the machine
   */
  public void deactivate(ImageId image, Author author) {
    PostgresImages.deactivate(database, image, author);
  }
}
