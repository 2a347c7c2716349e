package dev.vitrine.postgres.engine;

import static java.util.stream.Collectors.joining;

import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A statement that reads, put so that it is carried out with several sets of values at once: a
 * lateral join of a table of the values with the statement itself, whose question marks are the
 * table's columns. PostgreSQL sets the plan up once for all of them.
 */
public final class ManyAtOnce {
  /** The column that tells with which set of values a row was found; the first set is 0. */
  static final String SET = "value_set";

  private final String sql;
  private final Map<Integer, String> texts = new ConcurrentHashMap<>();
  private volatile @Nullable List<String> types;

  /**
   * @param sql has question marks for values and for nothing else
   */
  public ManyAtOnce(String sql) {
    this.sql = sql;
  }

  /**
   * For so many sets of values, one after the other. Rows of one set come in the statement's own
   * order, with {@link #SET} as the last column.
   */
  public String text(int sets, Database.Session session) throws SQLException {
    List<String> known = types;
    if (known == null) {
      known = types(session);
      types = known;
    }
    List<String> of = known;
    return texts.computeIfAbsent(sets, number -> text(number, of));
  }

  /** Of the values, as PostgreSQL infers them. */
  private List<String> types(Database.Session session) throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      ParameterMetaData parameters = statement.getParameterMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= parameters.getParameterCount(); i++) {
        names.add(parameters.getParameterTypeName(i));
      }
      return names;
    }
  }

  private String text(int sets, List<String> types) {
    String values = types.stream().map(type -> ", ?::" + type).collect(joining());
    String table =
        IntStream.range(0, sets).mapToObj(n -> "(" + n + values + ")").collect(joining(",\n"));
    String columns = IntStream.range(0, types.size()).mapToObj(i -> ", v" + i).collect(joining());
    String[] between = sql.split("\\?", -1);
    String statement =
        IntStream.range(0, types.size())
            .mapToObj(i -> between[i] + "given.v" + i)
            .collect(joining("", "", between[types.size()]));
    return """
    select found.*, given.%1$s
    from (values %2$s) given (%1$s%3$s)
    cross join lateral (
    %4$s) found
    """
        .formatted(SET, table, columns, statement);
  }
}
