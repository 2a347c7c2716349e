package dev.vitrine.webhook;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed: a code for programs, and a sentence in English. The sentence is what is
 * stored, and the code is found by it. So the two never differ, whichever version stored it.
 */
public enum Failure {
  STOPPED("The server was stopped."),
  ADDRESS_REFUSED("The host has no address that webhooks may be sent to."),
  HOST_UNKNOWN("The name of the host is not known."),
  LOOKUP_TIMEOUT("The name of the host could not be looked up in time."),
  LOOKUPS_BUSY("Too many names are looked up at once."),
  CONNECT_TIMEOUT("The connection took too long."),
  CONNECTION_REFUSED("The host does not accept the connection."),
  CONNECTION_FAILED("The connection failed."),
  TLS("TLS failed: the certificate must be valid for the host, and from a known authority."),
  NO_ANSWER("The receiver closed the connection without an answer."),
  TIMEOUT("The receiver did not answer in time."),
  REDIRECT("The receiver redirects (%d), which is not followed."),
  STATUS("The receiver answered with status %d."),
  EVENT_REMOVED("The event is not in the history any more."),
  NOT_MADE("The message could not be made; the log of the server says why."),
  DISABLED("The webhook was disabled.");

  private static final String NUMBER = "%d";

  private final String sentence;
  private final Pattern pattern;

  Failure(String sentence) {
    this.sentence = sentence;
    this.pattern = Pattern.compile(Pattern.quote(sentence).replace(NUMBER, "\\E(\\d+)\\Q"));
  }

  /** As written on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * In words.
   *
   * @param status of the answer, which some sentences tell; null: there was none
   */
  public String sentence(@Nullable Integer status) {
    return sentence.replace(NUMBER, String.valueOf(status));
  }

  /**
   * What a sentence says.
   *
   * @param status that it tells; null: it tells none
   */
  public record Said(Failure failure, @Nullable Integer status) {}

  /** Null: no sentence, or one of another version. */
  public static @Nullable Said in(@Nullable String sentence) {
    if (sentence == null) {
      return null;
    }
    for (Failure failure : values()) {
      Matcher found = failure.pattern.matcher(sentence);
      if (found.matches()) {
        return new Said(failure, found.groupCount() == 0 ? null : Integer.valueOf(found.group(1)));
      }
    }
    return null;
  }
}
