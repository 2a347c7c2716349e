package dev.vitrine.postgres.engine;

import static java.util.Map.entry;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.postgres.image.ImageList;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A statement on image-owned tables runs on one shard, or is listed here (docs/scale-out.md).
 *
 * <p>All SQL of this module is in the strings of its compiled classes. Those that PostgreSQL can
 * prepare are statements; whatever else names an image-owned table must be a part of one, so that
 * no new statement is missed. What a statement compares is read off its plan, where PostgreSQL has
 * resolved all names.
 */
@NullMarked
class ShardsTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final String OF_A_PROJECT = "images of one project, wherever they are";
  private static final String OF_A_BATCH = "images that a client has named, wherever they are";
  private static final String OF_A_JOB = "images of one job, wherever they are";
  private static final String BY_A_WORKER = "one image, whose id Citus does not see in time";
  private static final String HOUSEKEEPING = "at a start, and now and then";
  private static final String WITHOUT_CITUS =
      "webhooks and the bus, which a database with Citus has not";
  private static final String BY_AN_OPERATOR = "metrics and verify, which read all images";

  /** By where they are, or how they begin. */
  private static final Map<String, String> FANNING_OUT =
      Map.ofEntries(
          entry("ImageList", OF_A_PROJECT),
          entry("PostgresEvents.OF_PROJECT", OF_A_PROJECT),
          entry("Seals.", HOUSEKEEPING),
          entry("Retention.", HOUSEKEEPING),
          entry("PostgresEvents.BEGINNING", HOUSEKEEPING),
          entry("PostgresEvents.CONCERNING_NOW", OF_A_PROJECT),
          entry("PostgresEvents.CONCERNING_THEN", OF_A_PROJECT),
          entry("PostgresImages.COUNT", OF_A_PROJECT),
          entry("PostgresImages.BYTES", OF_A_PROJECT),
          entry("PostgresImages.WITH_MEMBERS", OF_A_PROJECT),
          entry("PostgresJobs.FIND_IMAGES", OF_A_BATCH),
          entry("JobExecution.CLAIM", OF_A_JOB),
          entry("JobExecution: select image_id from job_image where", OF_A_JOB),
          entry("PostgresJobs.SELECT", OF_A_JOB),
          entry("PostgresJobs: select j.job_id, j.user_id, j.kind", OF_A_JOB),
          entry("PostgresJobs.list", OF_A_JOB),
          entry("PostgresJobs: select p.image_id, p.member_id, p.outcome f", OF_A_JOB),
          entry("PostgresJobs.END", OF_A_JOB),
          entry("JobExecution.ADD", BY_A_WORKER),
          entry("JobExecution.UPDATE", BY_A_WORKER),
          entry("JobExecution.REMOVE", BY_A_WORKER),
          entry("JobExecution.FAIL", BY_A_WORKER),
          entry("PostgresJobs: with old as ( select job_id from job where", HOUSEKEEPING),
          entry("PostgresImages: select image_id, blob_key from deleted_imag", HOUSEKEEPING),
          entry("PostgresImages: select blob_key from image where blob_key", HOUSEKEEPING),
          entry("PostgresDeliveries.QUEUE", WITHOUT_CITUS),
          entry("PostgresWebhooks.REPLAY", WITHOUT_CITUS),
          entry("PostgresBus.", WITHOUT_CITUS),
          entry("JobQueue.READ", BY_AN_OPERATOR),
          entry("BlobCatalogue.AFTER", BY_AN_OPERATOR),
          entry("BlobCatalogue: select", BY_AN_OPERATOR));

  private static Set<String> imageOwned = Set.of();
  private static Map<String, String> texts = Map.of();
  private static Map<String, String> statements = Map.of();

  @BeforeAll
  static void collect() throws Exception {
    imageOwned =
        Set.copyOf(
            DATABASE
                .database()
                .all(
                    "select relname from pg_class where oid in (%s)"
                        .formatted(TablesTest.IMAGE_OWNED),
                    row -> row.getString(1)));
    texts = new TreeMap<>();
    for (Class<?> type : classes()) {
      addConstants(type);
      addFields(type);
    }
    addLists();
    statements = new LinkedHashMap<>();
    texts.forEach(
        (where, text) -> {
          if (namesImageOwned(text) && isStatement(text)) {
            statements.put(where, text);
          }
        });
  }

  @Test
  void everyStatementNamesItsImageOrIsListed() {
    Set<String> found = new TreeSet<>();
    statements.forEach(
        (where, sql) -> {
          if (!tablesReadWithoutAnImage(sql).isEmpty()) {
            found.add(listed(where));
          }
        });
    assertThat(found).containsExactlyInAnyOrderElementsOf(FANNING_OUT.keySet());
  }

  private static String listed(String where) {
    return FANNING_OUT.keySet().stream().filter(where::startsWith).findAny().orElse(where);
  }

  @Test
  void whatNamesAnImageOwnedTableIsPartOfAStatementThatWasLookedAt() {
    assertThat(statements).hasSizeGreaterThan(30);
    texts.forEach(
        (where, text) -> {
          if (namesImageOwned(text)) {
            assertThat(statements.values())
                .as("statements with the SQL of %s", where)
                .anyMatch(statement -> withHoles(text).matcher(statement).find());
          }
        });
  }

  private static Pattern withHoles(String text) {
    return Pattern.compile(
        Stream.of(text.split("\u0001|%(\\d\\$)?s", -1)).map(Pattern::quote).collect(joining(".*")),
        Pattern.DOTALL);
  }

  private static List<Class<?>> classes()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path root = Path.of(Database.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString();
        classes.add(
            Class.forName(name.substring(0, name.length() - ".class".length()).replace('/', '.')));
      }
    }
    return classes;
  }

  /** Of a string that is put together at run time, the parts that are fixed. */
  private static void addConstants(Class<?> type) throws IOException {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    byte[] bytes;
    try (var in = Objects.requireNonNull(type.getResourceAsStream(file))) {
      bytes = in.readAllBytes();
    }
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof StringEntry string) {
        String text = string.stringValue();
        texts.put(type.getSimpleName() + ": " + text.replaceAll("\\s+", " ").strip(), text);
      }
    }
  }

  /** Each has its value whole, and in its own name. */
  private static void addFields(Class<?> type) throws IllegalAccessException {
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
        field.setAccessible(true);
        String text = (String) field.get(null);
        texts.values().remove(text);
        texts.put(type.getSimpleName() + "." + field.getName(), text);
      }
    }
  }

  /** Lists of images and of jobs are put together at run time. */
  private static void addLists() {
    for (Boolean ended : Arrays.asList(null, true, false)) {
      texts.put("PostgresJobs.list: " + ended, PostgresJobs.list(ended, true));
      texts.put("PostgresJobs.list: first " + ended, PostgresJobs.list(ended, false));
    }
    Tenants tenants = Tenants.in(DATABASE.database());
    for (boolean everything : List.of(true, false)) {
      for (Which which :
          List.of(
              new Which.Usual(),
              new Which.All(),
              new Which.Only(Visibility.SHARED),
              new Which.OfType(ImageType.SHARED),
              new Which.OfType(ImageType.PRIVATE),
              new Which.Received())) {
        if (everything && (which instanceof Which.OfType || which instanceof Which.Received)) {
          continue;
        }
        ImageQuery query =
            new ImageQuery(
                which, EnumSet.of(MemberStatus.ACCEPTED), false, List.of(), List.of(), 25);
        texts.put(
            "ImageList %s %s".formatted(which, everything),
            new ImageList(
                    tenants.bob(),
                    everything,
                    query,
                    Tenants.queued(new ImageId(UUID.randomUUID()), null))
                .statement()
                .text());
      }
    }
  }

  private static boolean namesImageOwned(String text) {
    return imageOwned.stream()
        .anyMatch(
            table ->
                // A word of English, too.
                (table.equals("image")
                        ? Pattern.compile(
                            "(\\b(from|join|into|update|using|only)|,)\\s+image\\b|\\bimage (as )?i\\b")
                        : Pattern.compile("\\b" + table + "\\b"))
                    .matcher(text)
                    .find());
  }

  private static boolean isStatement(String text) {
    return plan(text) != null;
  }

  private static Set<String> tablesReadWithoutAnImage(String sql) {
    Map<String, String> tables = new TreeMap<>();
    StringBuilder conditions = new StringBuilder();
    read(Objects.requireNonNull(plan(sql)), tables, conditions);
    Set<String> found = new HashSet<>();
    while (found.addAll(nextTo(found, tables.keySet(), conditions.toString()))) {
      // A table that is joined by the image to one of those is one of those.
    }
    tables.keySet().removeAll(found);
    return new TreeSet<>(tables.values());
  }

  /** Puts down each scan of an image-owned table, by its alias, and what is compared anywhere. */
  private static void read(JsonNode plan, Map<String, String> tables, StringBuilder conditions) {
    String alias = plan.path("Alias").asText();
    String table = plan.path("Relation Name").asText();
    if (plan.path("Node Type").asText().endsWith("Scan") && imageOwned.contains(table)) {
      tables.put(alias, table);
    }
    for (String kind : List.of("Index Cond", "Filter", "Join Filter")) {
      conditions.append(
          plan.path(kind).asText().replaceAll("\\(image_id = ", "(" + alias + ".image_id = "));
    }
    plan.path("Plans").forEach(below -> read(below, tables, conditions));
  }

  private static Set<String> nextTo(Set<String> found, Set<String> tables, String conditions) {
    Set<String> next = new HashSet<>();
    Matcher equality =
        Pattern.compile("\\((\\w+)\\.image_id = (?:(\\$\\d+)|(\\w+)\\.image_id)\\)")
            .matcher(conditions);
    while (equality.find()) {
      String left = equality.group(1);
      String right = equality.group(3);
      if (right == null || found.contains(right)) {
        next.add(left);
      } else if (found.contains(left)) {
        next.add(right);
      }
    }
    next.retainAll(tables);
    return next;
  }

  /** Null if it cannot be prepared: what there is is not a statement, or a part of one. */
  private static @Nullable JsonNode plan(String sql) {
    String[] parts = sql.split("\\?", -1);
    StringBuilder numbered = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      numbered.append('$').append(i).append(parts[i]);
    }
    return DATABASE
        .database()
        .<@Nullable JsonNode>inTransaction(
            session -> {
              Savepoint mark = session.mark();
              try {
                session.change("prepare looked_at as " + numbered);
              } catch (SQLException e) {
                session.rollbackTo(mark);
                return null;
              }
              try {
                for (String other : List.of("seqscan", "bitmapscan", "hashjoin", "mergejoin")) {
                  session.change("set local enable_%s = off".formatted(other));
                }
                String values =
                    parts.length == 1 ? "" : "(null" + ", null".repeat(parts.length - 2) + ")";
                String plan =
                    session.first(
                        "explain (format json) execute looked_at" + values,
                        row -> row.getString(1));
                return new ObjectMapper().readTree(plan).path(0).path("Plan");
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
              } finally {
                session.change("deallocate looked_at");
              }
            });
  }
}
