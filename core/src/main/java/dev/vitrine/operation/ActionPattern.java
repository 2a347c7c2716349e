package dev.vitrine.operation;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An action of a policy statement, in which {@code *} matches any characters of the resource type
 * or of the operation, never of the service (IAM: 策略语法).
 */
public final class ActionPattern {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9-]+):([A-Za-z0-9*-]+):([A-Za-z0-9*-]+)");

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
   * Reads {@code service:resourceType:operation}; throws {@link IllegalArgumentException} if the
   * text has another form.
   */
  public static ActionPattern of(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not an action pattern: " + text);
    }
    return new ActionPattern(
        text,
        parts.group(1),
        parts.group(2).toLowerCase(Locale.ROOT),
        parts.group(3).toLowerCase(Locale.ROOT));
  }

  /** Before the first colon. */
  public String service() {
    return service;
  }

  /** Whether it matches more than one action. */
  public boolean hasWildcard() {
    return text.indexOf('*') >= 0;
  }

  /** Whether the pattern covers the action. */
  public boolean matches(Action action) {
    return service.equals(action.service())
        && Glob.stars(resourceType, action.resourceType().toLowerCase(Locale.ROOT))
        && Glob.stars(operation, action.operation().toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return text;
  }
}
