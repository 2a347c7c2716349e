package dev.vitrine.server.testdouble;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Gate.Verdict;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule that makes requests fail.
 *
 * @param method null: any
 * @param path {@code *} stands for a part of a segment, {@code **} for any characters; without the
 *     prefixes {@code /image} and {@code /identity}
 * @param times how many requests it hits; null: all
 * @param delay only for {@link Kind#DELAY}
 */
record Fault(
    Kind kind,
    @Nullable String method,
    String path,
    @Nullable Integer times,
    @Nullable Duration delay) {

  /** What becomes of a request. */
  enum Kind {
    /** It is carried out later. */
    DELAY,
    /** It is refused with 503, and not carried out. */
    UNAVAILABLE,
    /** It is refused with 409, and not carried out. */
    CONFLICT,
    /** Its connection is closed without an answer; it is not carried out. */
    DROP,
    /** No job goes on. This is no fault of a request: it has no method, path or times. */
    HANG_JOBS;

    /** As written on the wire. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  boolean hits(String requested, String requestedPath) {
    return kind != Kind.HANG_JOBS
        && (method == null || method.equals(requested))
        && pattern().matcher(requestedPath).matches();
  }

  private Pattern pattern() {
    StringBuilder regex = new StringBuilder();
    for (String any : path.split("\\*\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*");
      StringBuilder within = new StringBuilder();
      for (String literal : any.split("\\*", -1)) {
        within.append(within.isEmpty() ? "" : "[^/]*").append(Pattern.quote(literal));
      }
      regex.append(within);
    }
    return Pattern.compile(regex.toString());
  }

  Verdict verdict() {
    return switch (kind) {
      case DELAY -> new Verdict.Delay(Objects.requireNonNull(delay));
      case UNAVAILABLE -> new Verdict.Refuse(new Refusal.Unavailable());
      case CONFLICT ->
          new Verdict.Refuse(
              new Refusal.Conflict("A rule of the test double makes this a conflict."));
      case DROP -> new Verdict.Drop();
      case HANG_JOBS -> new Verdict.Pass();
    };
  }

  /** The same, for one request less; null if that was the last one. */
  @Nullable Fault after() {
    if (times == null) {
      return this;
    }
    return times == 1 ? null : new Fault(kind, method, path, times - 1, delay);
  }
}
