package dev.vitrine.server.settings;

/**
 * A text for people, in the languages of the READMEs. Names and values stand between backquotes.
 */
public record Words(String english, String chinese) {
  /** A value or a name, which is the same in both. */
  static Words code(String code) {
    return new Words("`" + code + "`", "`" + code + "`");
  }

  /** In English, without backquotes: for a terminal. */
  public String plain() {
    return english.replace("`", "");
  }
}
