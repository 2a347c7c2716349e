package dev.vitrine.refusal;

/** What a request on an enterprise project does wrong (EPS: 错误码). */
public enum EnterpriseProjectFault {
  /** Its name is not 1 to 255 letters, digits, underscores and hyphens, or is {@code default}. */
  NAME,
  /** Its description has more than 512 characters. */
  DESCRIPTION,
  /** The default enterprise project cannot be changed. */
  DEFAULT_IS_FIXED,
  /** A disabled enterprise project cannot be changed. */
  DISABLED,
  /** The action is neither {@code enable} nor {@code disable}. */
  ACTION,
  /** The limit is not a valid number of elements. */
  LIMIT,
  /** The offset is not a valid position in the list. */
  OFFSET
}
