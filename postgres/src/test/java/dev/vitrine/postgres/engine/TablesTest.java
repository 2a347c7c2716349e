package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What lets the tables be spread over shards by image (design decision 2). */
@NullMarked
class TablesTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  /** They have the column {@code image_id}. */
  static final String IMAGE_OWNED =
      """
      select c.oid from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'image_id' and not a.attisdropped
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      """;

  @Test
  void imageOwnedTablesAreKeyedByTheImageFirst() {
    assertThat(
            texts(
                """
                select c.relname || ' ' || a.attname from pg_index i
                join pg_class c on c.oid = i.indrelid
                join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                where i.indisprimary and c.oid in (%s)
                order by 1
                """
                    .formatted(IMAGE_OWNED)))
        .containsExactly(
            "deleted_image image_id",
            "image image_id",
            "image_event image_id",
            "image_event_member image_id",
            "image_member image_id",
            "image_seal image_id",
            "image_task image_id",
            "image_use image_id",
            "job_image image_id",
            "job_pair image_id");
  }

  @Test
  void noForeignKeyLeavesOrEntersThem() {
    assertThat(
            texts(
                """
                select conname from pg_constraint
                where contype = 'f' and connamespace = current_schema()::regnamespace
                  and (conrelid in (%1$s)) <> (confrelid in (%1$s))
                """
                    .formatted(IMAGE_OWNED)))
        .isEmpty();
  }

  /** A foreign key among them is one between rows of one image. */
  @Test
  void foreignKeysAmongThemAreOfTheImage() {
    assertThat(
            texts(
                """
                select distinct a.attname::text from pg_constraint f
                join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
                where f.contype = 'f' and f.conrelid in (%s)
                """
                    .formatted(IMAGE_OWNED)))
        .containsExactly("image_id");
  }

  /** A shard knows its own rows only. */
  @Test
  void whatIsUniqueAmongThemIsUniqueWithTheImage() {
    assertThat(
            texts(
                """
                select i.indexrelid::regclass::text from pg_index i
                where i.indisunique and i.indrelid in (%s) and not exists (
                  select from pg_attribute a
                  where a.attrelid = i.indrelid and a.attname = 'image_id' and a.attnum = any (i.indkey))
                """
                    .formatted(IMAGE_OWNED)))
        .isEmpty();
  }

  private static List<String> texts(String sql) {
    return DATABASE.database().all(sql, row -> row.getString(1));
  }
}
