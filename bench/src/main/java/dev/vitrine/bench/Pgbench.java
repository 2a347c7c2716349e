package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.bench.HotStatements.Statement;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Address;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a prepared statement of ours with {@code pgbench}, PostgreSQL's load generator, if it is on
 * the path.
 */
final class Pgbench {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final List<Integer> CLIENTS = List.of(1, 2, 4, 8);

  private final Address address;
  private final Path script;
  private final Options options;

  Pgbench(Address address, Path script, Options options) {
    this.address = address;
    this.script = script;
    this.options = options;
  }

  /** Reads per second at the best number of clients; empty without pgbench. */
  OptionalDouble best(Statement statement) throws IOException {
    double best = 0;
    for (int clients : CLIENTS) {
      OptionalDouble rate = run(statement, clients);
      if (rate.isEmpty()) {
        return rate;
      }
      best = Math.max(best, rate.getAsDouble());
    }
    return OptionalDouble.of(best);
  }

  private OptionalDouble run(Statement statement, int clients) throws IOException {
    List<String> variables = new ArrayList<>();
    Files.writeString(script, withVariables(statement, variables) + ";\n");
    URI database = URI.create(address.jdbcUrl().substring("jdbc:".length()));
    List<String> command =
        new ArrayList<>(
            List.of(
                "pgbench", "-n", "-M", "prepared", "-f", script.toString(), "-c", clients + ""));
    command.addAll(
        List.of("-j", Math.min(2, clients) + "", "-T", Math.max(1, options.seconds() / 4) + ""));
    command.addAll(List.of("-h", database.getHost(), "-p", port(database) + ""));
    if (address.user() != null) {
      command.addAll(List.of("-U", address.user()));
    }
    command.addAll(variables);
    command.add(database.getPath().substring(1));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (address.password() != null) {
      builder.environment().put("PGPASSWORD", address.password());
    }
    // The same planner options as the server.
    builder.environment().put("PGOPTIONS", Database.PLANNING);
    Process process;
    try {
      process = builder.start();
    } catch (IOException notOnThePath) {
      return OptionalDouble.empty();
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    Matcher rate = RATE.matcher(said);
    if (!rate.find()) {
      throw new IllegalStateException(said);
    }
    return OptionalDouble.of(Double.parseDouble(rate.group(1)) * statement.reads());
  }

  private static int port(URI database) {
    return database.getPort() < 0 ? 5432 : database.getPort();
  }

  /**
   * Replaces each {@code ?} by a pgbench variable, which becomes a parameter. Null and the empty
   * text become literals, because variables cannot hold them.
   */
  private static String withVariables(Statement statement, List<String> variables) {
    StringBuilder text = new StringBuilder();
    String[] parts = statement.sql().replaceAll("\\s+", " ").split("\\?", -1);
    for (int i = 0; i < parts.length; i++) {
      text.append(parts[i]);
      if (i < parts.length - 1) {
        @Nullable Object value = statement.values().get(i);
        if (value == null) {
          text.append("null");
        } else if (value.equals("")) {
          text.append("''");
        } else {
          text.append(":v").append(i);
          variables.addAll(List.of("-D", "v" + i + "=" + value));
        }
      }
    }
    return text.toString();
  }
}
