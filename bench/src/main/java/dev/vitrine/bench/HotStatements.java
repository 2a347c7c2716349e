package dev.vitrine.bench;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.ManyAtOnce;
import dev.vitrine.postgres.image.ImageList;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements of the measured requests, for a load generator that sends them directly. */
public final class HotStatements {
  private final Database database;
  private final CallerState callers;
  private final PostgresMembers members;
  private final PostgresImages images;

  public HotStatements(Database database) {
    this.database = database;
    this.callers = database.callers();
    this.members = new PostgresMembers(database);
    this.images = new PostgresImages(database);
  }

  /**
   * A statement.
   *
   * @param sql with a {@code ?} for each value
   * @param reads how many reads it batches
   */
  public record Statement(String sql, List<@Nullable Object> values, int reads) {
    private static Statement of(String sql, @Nullable Object... values) {
      return new Statement(sql, Arrays.asList(values), 1);
    }
  }

  /** The first page of the members of an image. */
  public Statement members(Caller caller, ImageId image, int limit) {
    return Statement.of(PostgresMembers.FIND_PAGE, members.forPage(caller, image, null, limit));
  }

  /** One member. */
  public Statement member(Caller caller, ImageId image, String member) {
    return Statement.of(
        PostgresMembers.FIND_MEMBER,
        callers.values(caller, image.value(), CallerState.project(caller), member));
  }

  /** An image. */
  public Statement image(Caller caller, ImageId image) {
    return Statement.of(PostgresImages.FIND, images.forFind(caller, image));
  }

  /** The newest images that the caller has accepted. */
  public Statement acceptedImages(Caller caller, int limit) {
    ImageQuery query =
        new ImageQuery(
            new Which.Only(Visibility.SHARED),
            EnumSet.of(MemberStatus.ACCEPTED),
            false,
            List.of(),
            List.of(),
            limit);
    ImageList.Sql sql = new ImageList(caller, false, query, null).statement();
    return Statement.of(sql.text(), callers.values(caller, sql.values().toArray()));
  }

  /** The largest batch of reads, as the statement that the server builds. */
  public Statement batch(Statement read) {
    return batch(read, Database.READS);
  }

  /** The largest batch of lists. */
  public Statement batchOfLists(Statement list) {
    return batch(list, Database.LISTS);
  }

  private Statement batch(Statement one, int reads) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < reads; i++) {
      values.addAll(one.values());
    }
    return new Statement(
        database.with(session -> new ManyAtOnce(one.sql()).text(reads, session)), values, reads);
  }
}
