package dev.vitrine.operation;

import java.util.regex.Pattern;

/**
 * What a policy allows or denies: {@code service:resourceType:operation}, for example {@code
 * ims:images:share}. The service is lower case; case does not count in the other two (IAM: 策略语法).
 */
public record Action(String service, String resourceType, String operation) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9-]+):([A-Za-z0-9-]+):([A-Za-z0-9-]+)");

  /**
   * Reads {@code service:resourceType:operation}; throws {@link IllegalArgumentException} if the
   * text has another form.
   */
  public static Action of(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not an action: " + text);
    }
    return new Action(parts.group(1), parts.group(2), parts.group(3));
  }

  @Override
  public String toString() {
    return service + ":" + resourceType + ":" + operation;
  }
}
