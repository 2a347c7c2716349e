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
 * Rewrites a select so that one execution runs it for several sets of values: a lateral join of a
 * table of the values with the select, whose parameters become the table's columns. PostgreSQL
 * plans it once for all sets.
 */
public final class ManyAtOnce {
  /** The column with the number of the set that a row belongs to, from 0. */
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
   * The text for so many sets of values. Rows of one set keep the statement's order; {@link #SET}
   * is the last column.
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

  /** The types of the parameters, as PostgreSQL infers them. */
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
