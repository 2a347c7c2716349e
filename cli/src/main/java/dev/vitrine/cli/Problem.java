package dev.vitrine.cli;

/** Why a command cannot go on, in words for its user. */
final class Problem extends RuntimeException {
  private final ExitCode code;
  private final String key;
  private final transient Object[] arguments;

  /**
   * @param key of the text; the text says what to do next
   * @param arguments of the text
   */
  Problem(ExitCode code, String key, Object... arguments) {
    super(key);
    this.code = code;
    this.key = key;
    this.arguments = arguments;
  }

  ExitCode code() {
    return code;
  }

  String in(Texts texts) {
    return texts.say(key, arguments);
  }
}
