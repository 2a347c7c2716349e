package dev.vitrine.server.settings;

/** A text for readers, in the languages of the READMEs. Names and values are in backquotes. */
public record Words(String english, String chinese) {
  /** A value or a name, the same in both languages. */
  static Words code(String code) {
    return new Words("`" + code + "`", "`" + code + "`");
  }

  /** The English text without backquotes, for a terminal. */
  public String plain() {
    return english.replace("`", "");
  }
}
