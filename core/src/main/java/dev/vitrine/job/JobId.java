package dev.vitrine.job;

import dev.vitrine.identity.Ids;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A job's id: 32 lower-case hexadecimal digits. */
public record JobId(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /** Null if the text has not the form of one: no job has it. */
  static @Nullable JobId of(String text) {
    return FORM.matcher(text).matches() ? new JobId(text) : null;
  }

  /** A random one. */
  static JobId next() {
    return new JobId(Ids.next());
  }

  @Override
  public String toString() {
    return value;
  }
}
