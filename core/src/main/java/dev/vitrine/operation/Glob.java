package dev.vitrine.operation;

/**
 * Wildcards of policy documents: {@code *} matches any number of characters, also none; {@code ?}
 * matches exactly one. Matching takes at most (length of the pattern) × (length of the text) steps,
 * whatever the pattern.
 */
public final class Glob {
  private Glob() {}

  /** {@code *} only, as in actions (IAM: 策略语法). */
  static boolean stars(String pattern, String text) {
    return matches(pattern, text, false);
  }

  /** {@code *} and {@code ?}, as in {@code StringMatch}. */
  public static boolean starsAndMarks(String pattern, String text) {
    return matches(pattern, text, true);
  }

  /**
   * A star matches as few characters as possible. After a mismatch, the last star matches one more.
   */
  private static boolean matches(String pattern, String text, boolean marks) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      char wanted = p < pattern.length() ? pattern.charAt(p) : 0;
      if (wanted == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && (wanted == text.charAt(t) || (marks && wanted == '?'))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
