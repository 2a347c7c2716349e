package dev.vitrine.access;

import java.util.Locale;

/**
 * An action of a policy statement, in which {@code *} stands for any characters of the resource
 * type or of the operation, never of the service (IAM: 策略语法).
 */
public final class ActionPattern {
  private final String text;
  private final String service;
  private final String resourceType;
  private final String operation;

  private ActionPattern(String text, String service, String resourceType, String operation) {
    this.text = text;
    this.service = service;
    this.resourceType = resourceType;
    this.operation = operation;
  }

  /**
   * Reads {@code service:resourceType:operation}; {@link IllegalArgumentException} if it is none.
   */
  public static ActionPattern of(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
      throw new IllegalArgumentException("not an action pattern: " + text);
    }
    return new ActionPattern(
        text, parts[0], parts[1].toLowerCase(Locale.ROOT), parts[2].toLowerCase(Locale.ROOT));
  }

  /** Whether the pattern covers the action. */
  public boolean matches(Action action) {
    return service.equals(action.service())
        && glob(resourceType, action.resourceType().toLowerCase(Locale.ROOT))
        && glob(operation, action.operation().toLowerCase(Locale.ROOT));
  }

  /**
   * {@code *} matches greedily and gives back from the last star only, so time is at most n times
   * m.
   */
  private static boolean glob(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
