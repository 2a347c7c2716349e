package dev.vitrine.server.settings;

import java.util.List;

/** Settings that cannot be used: every problem at once, each with where it came from. */
public final class SettingsRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  SettingsRefused(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
