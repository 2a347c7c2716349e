package dev.vitrine.operation;

/**
 * What an operation asks of an image, beside the actions of its row. {@code View} judges by it:
 * each rule has its branch there, so that a new one does not compile before it has been decided.
 */
public enum Rule {
  /** It concerns no one image, or one that does not exist yet. */
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
