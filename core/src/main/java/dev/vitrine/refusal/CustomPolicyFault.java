package dev.vitrine.refusal;

/**
 * What is wrong with a custom policy apart from its document (IAM: 错误码, IAM.1000 to IAM.1021).
 * {@link PolicyFault} covers the document.
 */
public enum CustomPolicyFault {
  NO_ROLE,
  DISPLAY_NAME,
  DISPLAY_NAME_TOO_LONG,
  DISPLAY_NAME_CHARACTERS,
  TYPE_MISSING,
  TYPE_UNKNOWN,
  TYPE_NOT_CUSTOM,
  CATALOG_GIVEN,
  FLAG_GIVEN,
  NAME_GIVEN,
  DESCRIPTION,
  DESCRIPTION_CN,
  NO_POLICY,
  POLICY_TOO_LONG
}
