package dev.vitrine.server.start;

import dev.vitrine.postgres.engine.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** Options of a server that listens on a free port and has the tables of a test. */
@NullMarked
final class StartOptions {
  private StartOptions() {}

  /**
   * All options.
   *
   * @param data the folder of its data
   * @param more what the test sets
   */
  static List<String> of(Database.Address database, Path data, String... more) {
    List<String> options = new ArrayList<>();
    options.add("--listen=127.0.0.1:0");
    options.add("--data=" + data);
    options.add("--db=" + database.jdbcUrl());
    if (database.user() != null) {
      options.add("--db.user=" + database.user());
    }
    if (database.password() != null) {
      options.add("--db.password=" + database.password());
    }
    options.addAll(List.of(more));
    return options;
  }
}
