package dev.vitrine.server.settings;

import java.util.List;

/** Invalid settings: lists every problem with its source. */
public final class SettingsRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public SettingsRefused(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
