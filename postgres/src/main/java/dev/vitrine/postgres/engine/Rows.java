package dev.vitrine.postgres.engine;

import dev.vitrine.identity.ImageId;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads columns into the core's types. */
public final class Rows {
  private Rows() {}

  /** Column {@code image_id}. */
  public static ImageId image(ResultSet row) throws SQLException {
    return new ImageId(row.getObject("image_id", UUID.class));
  }

  public static Instant time(ResultSet row, String column) throws SQLException {
    return time(row, row.findColumn(column));
  }

  public static Instant time(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  public static @Nullable Instant timeIfAny(ResultSet row, String column) throws SQLException {
    return timeIfAny(row, row.findColumn(column));
  }

  public static @Nullable Instant timeIfAny(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  public static <T> @Nullable T mapIfAny(@Nullable String value, Function<String, T> type) {
    return value == null ? null : type.apply(value);
  }

  public static Visibility visibility(String word) {
    return Visibility.valueOf(word.toUpperCase(Locale.ROOT));
  }

  public static ImageStatus imageStatus(String word) {
    return ImageStatus.valueOf(word.toUpperCase(Locale.ROOT));
  }

  public static @Nullable MemberStatus status(@Nullable String word) {
    return word == null ? null : MemberStatus.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
