package dev.vitrine.directory;

/**
 * What a client gave a resource beyond the attributes that have a meaning here: kept and given
 * back, as in Keystone, and never looked into.
 *
 * @param json the text of a JSON object
 */
public record Extras(String json) {
  public static final Extras NONE = new Extras("{}");
}
