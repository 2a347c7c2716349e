package dev.vitrine.directory;

/**
 * Attributes of a resource that Vitrine does not know. As in Keystone, they are stored and returned
 * unchanged.
 *
 * @param json the text of a JSON object
 */
public record Extras(String json) {
  public static final Extras NONE = new Extras("{}");
}
