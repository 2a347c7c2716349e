package dev.vitrine.operation;

/**
 * What an operation requires of an image, besides the actions of its row. {@code View} has a branch
 * for each rule, so that a new rule does not compile until it is implemented there.
 */
public enum Rule {
  /** The operation concerns no single image, or an image that does not exist yet. */
  NONE,
  /** Every caller that sees the image may. */
  SEE,
  READ_BYTES,
  CHANGE,
  ADD_MEMBER,
  REMOVE_MEMBER,
  LIST_MEMBERS,
  SHOW_MEMBER,
  ANSWER,
  /**
   * IMS's versions of {@link #ADD_MEMBER}, {@link #REMOVE_MEMBER} and {@link #ANSWER}, which are
   * stricter.
   */
  BATCH_ADD,
  BATCH_REMOVE,
  BATCH_ANSWER
}
