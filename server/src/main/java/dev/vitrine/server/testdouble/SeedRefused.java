package dev.vitrine.server.testdouble;

import java.util.List;

/** A seed that cannot be used. */
public final class SeedRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  SeedRefused(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong with it, each with line and path. */
  public List<String> problems() {
    return problems;
  }
}
