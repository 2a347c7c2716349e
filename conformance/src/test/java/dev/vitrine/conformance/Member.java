package dev.vitrine.conformance;

/**
 * A member as the tables write it: {@code "id status"}. An id may have blanks, a status has none.
 */
record Member(String id, String status) {

  static Member of(String text) {
    int blank = text.lastIndexOf(' ');
    return new Member(text.substring(0, blank), text.substring(blank + 1));
  }
}
