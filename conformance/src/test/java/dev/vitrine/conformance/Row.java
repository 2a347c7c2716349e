package dev.vitrine.conformance;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of a table: a request, and the answer it must get.
 *
 * @param row its number in the table that the section's {@code source} names; 0 for a row of our
 *     own
 * @param source where the row comes from, when not from the section's table
 * @param quirk the deliberate difference from Glance, if any, by its name in {@code quirks.yaml}
 * @param before steps that lead to the row; each is played and checked like a row
 * @param request {@code "who METHOD path"}
 * @param type the Content-Type, {@code "none"} for none; absent, a body goes as JSON
 * @param headers further ones
 * @param hex the body, where it is no text
 * @param together how many of this request are sent at once, {@code {N}} being 0, 1, ...
 * @param times how many are sent one after another
 * @param creates the name that the id in the answer has from then on
 */
record Row(
    int row,
    @Nullable String source,
    @Nullable String quirk,
    List<Row> before,
    String request,
    @Nullable String accept,
    @Nullable String type,
    Map<String, String> headers,
    @Nullable String body,
    @Nullable String hex,
    int together,
    int times,
    @Nullable String note,
    @Nullable String creates,
    Answer answer) {

  String who() {
    return request.split(" ", 3)[0];
  }

  String method() {
    return request.split(" ", 3)[1];
  }

  String path() {
    return request.split(" ", 3)[2];
  }

  /** What tells this row from its neighbours. */
  String title() {
    String told = note != null ? note : Objects.requireNonNullElse(body, "");
    return told.isEmpty() ? request : request + " — " + told;
  }

  /** Where a reader finds the reason for the row. */
  String cited(Table.Section section) {
    String recorded = section.source() + ", row " + row;
    return source == null ? recorded : row == 0 ? source : recorded + "; " + source;
  }
}
