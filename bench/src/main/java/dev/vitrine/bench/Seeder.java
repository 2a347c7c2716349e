package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.postgres.engine.Database.Address;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/**
 * Fills a database by {@code COPY}, without the server, over two connections: millions of rows in
 * minutes. A Vitrine must have created the schema.
 */
final class Seeder {
  private static final int THREADS = 2;
  private static final int IMAGES_AT_ONCE = 10_000;
  private static final int MEMBERS = 10;
  private static final int PROJECTS = 100_000;

  private static final String COPY_IMAGES =
      """
      copy image (image_id, owner, name, status, visibility, disk_format, container_format,
        blob_key, size, md5, sha512, created_at, updated_at) from stdin
      """;
  private static final String COPY_MEMBERS =
      """
      copy image_member (image_id, member_id, status, created_by, created_at, updated_at,
        image_created_at) from stdin
      """;

  private final Address address;

  Seeder(Address address) {
    this.address = address;
  }

  /**
   * Fills the table up to so many memberships of other projects: ten members an image, seven of
   * them accepted.
   */
  void spread(long memberships) {
    long missing = memberships - number("select count(*) from image_member");
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      long images = missing / MEMBERS / THREADS;
      tasks.add(
          new FutureTask<>(
              () -> {
                spread(images, new SplittableRandom());
                return null;
              }));
      Thread.ofPlatform().start(tasks.getLast());
    }
    try {
      for (FutureTask<Void> task : tasks) {
        task.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    settle();
  }

  private void spread(long images, SplittableRandom random) throws SQLException, IOException {
    try (Connection connection = connect()) {
      for (long done = 0; done < images; done += IMAGES_AT_ONCE) {
        List<SeededImage> some =
            images(
                (int) Math.min(IMAGES_AT_ONCE, images - done),
                () -> project(random.nextInt(PROJECTS)),
                random);
        copy(connection, COPY_IMAGES, some.stream().map(SeededImage::line));
        copy(
            connection,
            COPY_MEMBERS,
            some.stream()
                .flatMap(
                    image ->
                        random
                            .ints(MEMBERS, 0, PROJECTS)
                            .distinct()
                            .mapToObj(k -> image.member(project(k), status(k), image.created()))));
      }
    }
  }

  /** Adds images of others that a project has accepted. */
  void accepted(String project, int images) {
    SplittableRandom random = new SplittableRandom();
    List<SeededImage> some = images(images, () -> project(random.nextInt(PROJECTS)), random);
    copy(
        some.stream().map(SeededImage::line),
        some.stream().map(image -> image.member(project, "accepted", image.created())));
  }

  /** Adds one image with many members; its id. */
  String wide(String owner, int members) {
    SeededImage image = images(1, () -> owner, new SplittableRandom()).getFirst();
    copy(
        Stream.of(image.line()),
        IntStream.range(0, members)
            .mapToObj(k -> image.member(project(k), "accepted", image.created().plusMillis(k))));
    return image.id().toString();
  }

  /** The last image of a page of a project's accepted images, newest first. */
  String lastOfPage(String project, int page, int size) {
    return text(
        """
        select image_id::text from image_member where member_id = '%s' and status = 'accepted'
        order by image_created_at desc, image_id desc offset %d limit 1
        """
            .formatted(project, page * size - 1));
  }

  /** An image to be inserted. */
  private record SeededImage(UUID id, String owner, Instant created) {
    String line() {
      return String.join(
          "\t",
          id.toString(),
          owner,
          "seeded",
          "active",
          "shared",
          "raw",
          "bare",
          id.toString().replace("-", ""),
          "1073741824",
          id.toString().replace("-", ""),
          id.toString().replace("-", "").repeat(4),
          created.toString(),
          created.toString());
    }

    String member(String member, String status, Instant at) {
      return String.join(
          "\t", id.toString(), member, status, "seeder", at + "", at + "", created.toString());
    }
  }

  private interface Owner {
    String next();
  }

  /** Sorted by id, the order in which the table stores them. */
  private static List<SeededImage> images(int count, Owner owner, SplittableRandom random) {
    Instant newest = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    UUID[] ids = new UUID[count];
    Arrays.setAll(
        ids,
        i ->
            new UUID(
                (random.nextLong() & ~0xf000L) | 0x4000L,
                (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L));
    Arrays.sort(ids);
    return Arrays.stream(ids)
        .map(
            id ->
                new SeededImage(
                    id,
                    owner.next(),
                    newest.minus(random.nextLong(100_000_000), ChronoUnit.SECONDS)))
        .toList();
  }

  private static String project(int number) {
    long mixed = number * 0x9E37_79B9_7F4A_7C15L;
    return HexFormat.of().toHexDigits(mixed) + HexFormat.of().toHexDigits(~mixed);
  }

  private static String status(int number) {
    return number % 10 < 7 ? "accepted" : number % 10 < 9 ? "pending" : "rejected";
  }

  private void copy(Stream<String> images, Stream<String> members) {
    try (Connection connection = connect()) {
      copy(connection, COPY_IMAGES, images);
      copy(connection, COPY_MEMBERS, members);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
    settle();
  }

  private static void copy(Connection connection, String sql, Stream<String> lines)
      throws SQLException, IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(sql, new ByteArrayInputStream(text.toString().getBytes(US_ASCII)));
  }

  /** Runs the maintenance that PostgreSQL would run by itself later. */
  private void settle() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("vacuum (analyze) image, image_member");
      statement.execute("checkpoint");
    } catch (SQLException e) {
      if (!"42501".equals(e.getSQLState())) {
        throw new IllegalStateException(e);
      }
      // Our role may not be allowed to run a checkpoint; then it comes later.
    }
  }

  /** The number that a statement selects. */
  long number(String sql) {
    return Long.parseLong(text(sql));
  }

  private String text(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(address + ": " + e.getMessage(), e);
    }
  }

  private Connection connect() throws SQLException {
    Properties login = new Properties();
    if (address.user() != null) {
      login.setProperty("user", address.user());
    }
    if (address.password() != null) {
      login.setProperty("password", address.password());
    }
    return DriverManager.getConnection(address.jdbcUrl(), login);
  }
}
