package dev.vitrine.access;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A resource of a policy statement, {@code service:region:domainId:resourceType:resourcePath} (IAM:
 * 策略语法).
 */
public record ResourcePattern(String text) {
  private static final Pattern ALL = Pattern.compile("\\*+");

  /** {@link IllegalArgumentException} if there are not five segments. */
  public ResourcePattern {
    List<String> segments = segments(text);
    if (segments.size() != 5 || segments.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("not a resource: " + text);
    }
  }

  /** Before the first colon. */
  String service() {
    return segments(text).getFirst();
  }

  boolean takesInAll(String service) {
    List<String> segments = segments(text);
    return segments.getFirst().equals(service)
        && segments.subList(1, 5).stream().allMatch(segment -> ALL.matcher(segment).matches());
  }

  /** The path may hold colons of its own. */
  private static List<String> segments(String text) {
    return List.of(text.split(":", 5));
  }

  @Override
  public String toString() {
    return text;
  }
}
