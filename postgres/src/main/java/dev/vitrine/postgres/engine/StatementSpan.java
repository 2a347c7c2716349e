package dev.vitrine.postgres.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.tracing.Span;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The span of a statement. Its name says which tables the statement reads and changes, such as
 * {@code UPDATE job SELECT job_image}: the texts are long, and their values may be secret.
 */
final class StatementSpan {
  /** OpenTelemetry, semantic conventions for database calls: the longest summary. */
  private static final int LONGEST = 255;

  /** A verb and a table. A function, or an alias with a column, is none. */
  private static final Pattern TABLE =
      Pattern.compile(
          "\\b(?:insert into (?<inserted>[a-z_]+)"
              + "|(?<verb>delete from|(?<!for )(?<!do )update|(?<!distinct )from|join)"
              + "\\s+(?!lateral\\b|skip\\b)(?<table>[a-z_]+)\\b(?!\\s*[(.]))");

  private static final Pattern COMMON_TABLE =
      Pattern.compile("\\b([a-z_]+)(?:\\([^()]*\\))?\\s+as\\s+(?:(?:not )?materialized )?\\(");

  /** By texts. */
  private static final Cache<String, String> SUMMARIES =
      Caffeine.newBuilder().maximumSize(1000).build();

  private StatementSpan() {}

  /** Begins the span of a statement of this thread's work. */
  static Span begin(String sql) {
    Span work = Span.current();
    return work.isRecorded()
        ? work.beginCall(SUMMARIES.get(sql, StatementSpan::summary))
            .set("db.system.name", "postgresql")
        : Span.NONE;
  }

  static void failed(Span span, Throwable cause) {
    SQLException refused =
        cause instanceof DatabaseException failure
            ? failure.reason()
            : cause instanceof SQLException direct ? direct : null;
    if (refused != null && refused.getSQLState() != null) {
      span.set("db.response.status_code", refused.getSQLState());
    }
    span.failed(cause.getClass().getName());
  }

  /** What the semantic conventions call {@code db.query.summary}. */
  static String summary(String sql) {
    Set<String> common =
        COMMON_TABLE
            .matcher(sql)
            .results()
            .map(table -> table.group(1))
            .collect(Collectors.toCollection(HashSet::new));
    Set<String> uses = new LinkedHashSet<>();
    for (MatchResult use : TABLE.matcher(sql).results().toList()) {
      if (use.group("inserted") != null) {
        uses.add("INSERT " + use.group("inserted"));
      } else if (!common.contains(use.group("table"))) {
        uses.add(verb(use.group("verb")) + " " + use.group("table"));
      }
    }
    StringBuilder summary = new StringBuilder();
    String last = "";
    for (String use : uses) {
      String verb = use.substring(0, use.indexOf(' '));
      String next = verb.equals(last) ? use.substring(verb.length()) : " " + use;
      if (summary.length() + next.length() > LONGEST) {
        break;
      }
      summary.append(next);
      last = verb;
    }
    return summary.isEmpty() ? firstWord(sql) : summary.substring(1);
  }

  private static String verb(String words) {
    return switch (words) {
      case "delete from" -> "DELETE";
      case "update" -> "UPDATE";
      default -> "SELECT";
    };
  }

  private static String firstWord(String sql) {
    Matcher word = Pattern.compile("\\w+").matcher(sql);
    return word.find() ? word.group().toUpperCase(Locale.ROOT) : "SQL";
  }
}
