package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Plays tables of requests. A row is a line of cells, {@code source | who | METHOD path | body |
 * status | a part of the answer}, the source being optional; a line that begins with {@code #} is a
 * heading. {@code {name}} in a row stands for what {@link #put} has given to the name.
 */
@NullMarked
public final class RequestTable {
  private final TestServer server;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();

  public RequestTable(TestServer server) {
    this.server = server;
  }

  /** A request and what is answered. */
  public record Row(
      String line, String who, String method, String path, String body, int status, String part) {
    private static Row of(List<String> cells) {
      List<String> asked = cells.subList(cells.size() - 5, cells.size());
      String[] request = asked.get(1).split(" ", 2);
      return new Row(
          String.join(" | ", cells),
          asked.get(0),
          request[0],
          request[1],
          asked.get(2),
          Integer.parseInt(asked.get(3)),
          asked.get(4));
    }

    /** The line, which names the test. */
    @Override
    public String toString() {
      return line;
    }
  }

  public static Stream<Row> rows(String table) {
    return cells(table).map(Row::of);
  }

  /** The cells of each line, for a table whose columns are others. */
  public static Stream<List<String>> cells(String table) {
    return table
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList());
  }

  /** Gives a name a value; it may be given another later. */
  public void put(String name, String value) {
    names.put(name, value);
  }

  /** Gives somebody a token; those without send none. */
  public void logIn(String who, String token) {
    tokens.put(who, token);
  }

  /** Puts values in place of names. */
  public String fill(String text) {
    String filled = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      filled = filled.replace("{" + name.getKey() + "}", name.getValue());
    }
    return filled;
  }

  /** Sends somebody's request, which may have names in it; an empty body is none. */
  public Response send(String who, String method, String path, @Nullable String body) {
    return server.send(
        method, fill(path), tokens.get(who), body == null || body.isEmpty() ? null : fill(body));
  }

  /** Sends a row's request and compares the answer, which is returned for what else it must be. */
  public Response play(Row row) {
    Response answer = send(row.who(), row.method(), row.path(), row.body());
    assertThat(answer.body()).contains(fill(row.part()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(row.status());
    return answer;
  }
}
