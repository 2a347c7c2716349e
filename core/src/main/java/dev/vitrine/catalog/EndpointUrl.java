package dev.vitrine.catalog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of an endpoint, in which {@code $(name)s} or {@code %(name)s} are replaced by values
 * of the token, as in Keystone.
 */
public record EndpointUrl(String template) {
  private static final Pattern PLACE = Pattern.compile("[$%]\\((\\w+)\\)s");
  private static final int MAX_LENGTH = 2048;

  /**
   * Throws {@link IllegalArgumentException}, which names the rule, if the text is not such a URL.
   */
  public EndpointUrl {
    if (template.isBlank() || template.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("must have 1 to " + MAX_LENGTH + " characters");
    }
    String rest =
        PLACE
            .matcher(template)
            .replaceAll(
                place ->
                    switch (place.group(1)) {
                      case "project_id", "tenant_id", "user_id" -> "";
                      default ->
                          throw new IllegalArgumentException(
                              "knows project_id, tenant_id and user_id, not " + place.group(1));
                    });
    if (rest.contains("$(") || rest.contains("%(")) {
      throw new IllegalArgumentException("must write what is replaced as $(project_id)s");
    }
  }

  /**
   * The address for a token; null if it needs a project and the token is for none.
   *
   * @param project null: the token is for none
   */
  public @Nullable String of(String user, @Nullable String project) {
    Matcher place = PLACE.matcher(template);
    StringBuilder url = new StringBuilder();
    while (place.find()) {
      String value = place.group(1).equals("user_id") ? user : project;
      if (value == null) {
        return null;
      }
      place.appendReplacement(url, Matcher.quoteReplacement(value));
    }
    return place.appendTail(url).toString();
  }

  @Override
  public String toString() {
    return template;
  }
}
