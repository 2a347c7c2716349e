package dev.vitrine.sharing;

import dev.vitrine.identity.ProjectId;

/**
 * Whom an image is shared with: an opaque string of 1 to 255 characters, in most cases a project id
 * (ruling 19). NUL is not allowed, because PostgreSQL's type {@code text} cannot store it.
 */
public record MemberId(String value) {
  private static final int MAX_LENGTH = 255;

  /** {@link IllegalArgumentException} if the text is not {@linkplain #isValid valid}. */
  public MemberId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not a member id: " + value);
    }
  }

  /**
   * The member id that stands for a project. Only projects are members today. All code that needs
   * the member id of a caller calls this method (ADR 26).
   */
  public static MemberId of(ProjectId project) {
    return new MemberId(project.value());
  }

  /** Whether the text can name a member. */
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.codePointCount(0, text.length()) <= MAX_LENGTH
        && text.indexOf('\0') < 0;
  }

  @Override
  public String toString() {
    return value;
  }
}
