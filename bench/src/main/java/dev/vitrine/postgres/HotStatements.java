package dev.vitrine.postgres;

import dev.vitrine.identity.Caller;
import dev.vitrine.image.ImageId;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The very statements that the measured requests send, to be sent without us. */
public final class HotStatements {
  private HotStatements() {}

  /**
   * A statement.
   *
   * @param sql with a question mark for each value
   */
  public record Statement(String sql, List<@Nullable Object> values) {
    private static Statement of(String sql, @Nullable Object... values) {
      return new Statement(sql, Arrays.asList(values));
    }
  }

  /** The members of an image, the first page of them. */
  public static Statement members(Caller caller, ImageId image, int limit) {
    return Statement.of(
        PostgresMembers.FIND_PAGE, PostgresMembers.forPage(caller, image, null, limit));
  }

  /** One of them. */
  public static Statement member(Caller caller, ImageId image, String member) {
    return Statement.of(
        PostgresMembers.FIND_MEMBER,
        CallerState.values(caller, image.value(), PostgresMembers.project(caller), member));
  }

  /** An image. */
  public static Statement image(Caller caller, ImageId image) {
    return Statement.of(
        PostgresImages.FIND,
        CallerState.values(caller, image.value(), PostgresMembers.project(caller)));
  }

  /** The newest of the images shared with the caller and accepted. */
  public static Statement acceptedImages(Caller caller, int limit) {
    ImageQuery query =
        new ImageQuery(
            new Which.Only(Visibility.SHARED),
            EnumSet.of(MemberStatus.ACCEPTED),
            false,
            List.of(),
            List.of(),
            limit);
    ImageList.Sql sql = new ImageList(caller, false, query, null).statement();
    return Statement.of(sql.text(), CallerState.values(caller, sql.values().toArray()));
  }
}
