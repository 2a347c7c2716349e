package dev.vitrine.sharing;

/** Whom an image is shared with: an opaque string, in most cases a project id (ruling 19). */
public record MemberId(String value) {
  public static final int MAX_LENGTH = 255;

  public MemberId {
    int length = value.codePointCount(0, value.length());
    if (length == 0 || length > MAX_LENGTH) {
      throw new IllegalArgumentException("a member id has 1 to 255 characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
