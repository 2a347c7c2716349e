package dev.vitrine.refusal;

/** What a request on an enterprise project does wrong (EPS: 错误码). */
public enum EnterpriseProjectFault {
  /** Its name is not 1 to 255 letters, digits, underscores and hyphens, or is {@code default}. */
  NAME,
  /** Its description has more than 512 characters. */
  DESCRIPTION,
  /** The default one stays as it is. */
  DEFAULT_IS_FIXED,
  /** A disabled one is not changed. */
  DISABLED,
  /** Neither enable nor disable. */
  ACTION,
  /** The limit is not a valid number of elements. */
  LIMIT,
  /** The offset is not a valid position in the list. */
  OFFSET
}
