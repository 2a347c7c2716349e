package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.Image;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.login.PostgresLogins;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.Added;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A server that an operator has configured otherwise, as a role's settings: they stand in for those
 * of {@code postgresql.conf}, which they override.
 */
@NullMarked
class ForeignDefaultsTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Map<String, String> DEFAULTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("jit", "on"),
              Map.entry("jit_above_cost", "0"),
              Map.entry("plan_cache_mode", "force_custom_plan"),
              Map.entry("enable_seqscan", "on"),
              Map.entry("enable_indexscan", "off"),
              Map.entry("enable_nestloop", "off"),
              Map.entry("enable_memoize", "on"),
              Map.entry("random_page_cost", "1000"),
              Map.entry("join_collapse_limit", "1"),
              Map.entry("max_parallel_workers_per_gather", "8"),
              Map.entry("work_mem", "64kB"),
              Map.entry("default_transaction_isolation", "serializable"),
              Map.entry("default_transaction_read_only", "on"),
              Map.entry("timezone", "Asia/Kathmandu"),
              Map.entry("datestyle", "SQL, DMY"),
              Map.entry("intervalstyle", "sql_standard"),
              Map.entry("bytea_output", "escape"),
              Map.entry("extra_float_digits", "-15"),
              Map.entry("standard_conforming_strings", "off"),
              Map.entry("transform_null_equals", "on"),
              Map.entry("array_nulls", "off"),
              Map.entry("statement_timeout", "1ms"),
              Map.entry("lock_timeout", "1ms"),
              Map.entry("idle_in_transaction_session_timeout", "1ms"),
              Map.entry("idle_session_timeout", "1ms"),
              Map.entry("synchronous_commit", "off"),
              Map.entry("search_path", "nowhere")));

  private static Database strange;

  @BeforeAll
  static void open() {
    // Over connections that were there before.
    DEFAULTS.forEach(
        (name, value) ->
            DATABASE
                .database()
                .change("%s set %s = %s".formatted(ofRole(), name, quoted(name, value))));
    strange = Database.open(DATABASE.address(), 5);
  }

  private static String quoted(String name, String value) {
    return name.equals("datestyle") ? value : "'" + value + "'";
  }

  @AfterAll
  static void close() {
    DATABASE.database().change(ofRole() + " reset all");
    strange.close();
  }

  /** In this database, for other test processes have the same role. */
  private static String ofRole() {
    return "alter role current_user in database "
        + DATABASE.database().first("select current_database()", row -> row.getString(1));
  }

  private static @Nullable String show(Database database, String setting) {
    return database.first("select current_setting(?)", row -> row.getString(1), setting);
  }

  /** But those that decide where an operator's tables are, and where nothing of ours looks. */
  @Test
  void noneOfThemReachesOurStatements() {
    Database usual = DATABASE.database();
    Map<String, @Nullable String> ours = new TreeMap<>();
    Map<String, @Nullable String> there = new TreeMap<>();
    for (String name : DEFAULTS.keySet()) {
      // The driver reads both forms, and nothing is compiled at any cost.
      if (!name.equals("bytea_output") && !name.equals("jit_above_cost")) {
        ours.put(name, show(usual, name));
        there.put(name, show(strange, name));
      }
    }
    assertThat(there).isEqualTo(ours);
  }

  @Test
  void withoutASchemaOfTheOperatorsTheTablesAreInTheUsualOne() {
    Database.Address there = DATABASE.address();
    String url = there.jdbcUrl().replaceFirst("[?&]currentSchema=.*", "");
    try (Database anywhere =
        Database.open(new Database.Address(url, there.user(), there.password()), 2)) {
      assertThat(show(anywhere, "search_path")).isEqualTo("public");
    }
  }

  @Test
  void theStoresBehave() {
    assertThat(new Schema().migrate(strange)).isZero();
    Tenants tenants = Tenants.in(strange);
    Image image = Tenants.queued(ImageId.next(), Tenants.project(tenants.alice()));
    ImageId id = Objects.requireNonNull(tenants.insert(new PostgresImages(strange), image)).id();
    PostgresMembers members = new PostgresMembers(strange);
    MemberId bob = new MemberId("bob\\'s");
    var so = Tenants.premise(members.find(tenants.alice(), id));
    var added =
        members.add(
            tenants.alice(),
            id,
            bob,
            so,
            new Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE),
            new Cause("add", null));

    assertThat(added.outcome()).isInstanceOf(Added.New.class);
    assertThat(new PostgresMembers(DATABASE.database()).find(tenants.alice(), id, bob).member())
        .as("the same to the microsecond, and to the backslash")
        .isEqualTo(((Added.New) Objects.requireNonNull(added.outcome())).member());
    new PostgresLogins(strange).revoke(tenants.alice());
    assertThat(new PostgresAuthorizations(DATABASE.database()).authorization(tenants.alice()))
        .isNull();
  }
}
