package dev.vitrine.refusal;

/**
 * A rule of policy documents, with IAM's error code for breaking it, or for breaking the most
 * similar rule (IAM: 错误码).
 */
public enum PolicyFault {
  /** It is no JSON object. */
  NOT_AN_OBJECT("IAM.1020"),
  /** {@code Version} is missing, or not the one that is wanted. */
  VERSION("IAM.1024"),
  /** {@code Statement} is missing, or no list of one to eight. */
  STATEMENTS("IAM.1027"),
  /** A statement is not an object. */
  STATEMENT("IAM.1027"),
  /** {@code Effect} is missing, or neither Allow nor Deny. */
  EFFECT("IAM.1029"),
  /** A statement has both or neither of {@code Action} and {@code NotAction}. */
  ACTION_OR_NOT_ACTION("IAM.1030"),
  /** The actions are no list of one to a hundred. */
  ACTIONS("IAM.1033"),
  /** An action is too long. */
  ACTION_LENGTH("IAM.1034"),
  /** An action is not {@code service:resourceType:operation}. */
  ACTION_FORM("IAM.1035"),
  /** The service has no such action. */
  ACTION_UNKNOWN("IAM.1036"),
  /** A statement mixes actions of a global service with actions of services that are not global. */
  ACTIONS_MIXED("IAM.0077"),
  /** Conditions in a document of version 1.0. */
  CONDITION_IN_ROLE("IAM.1039"),
  /** {@code Resource} is not a list of one to twenty resources. */
  RESOURCES("IAM.1037"),
  /** A resource is too long, or has not five segments. */
  RESOURCE("IAM.1047"),
  /** {@code Condition} is not an object, or has too many operators. */
  CONDITION_OPERATORS("IAM.1050"),
  /** There is no such operator. */
  CONDITION_OPERATOR("IAM.1051"),
  /** An operator has no keys, or too many. */
  CONDITION_KEYS("IAM.1054"),
  /** There is no such key. */
  CONDITION_KEY("IAM.1052"),
  /** The values are no list of at least one. */
  CONDITION_VALUES("IAM.1053"),
  /** A value is too short or too long. */
  CONDITION_VALUE_LENGTH("IAM.1056"),
  /** A value is not of the operator's kind. */
  CONDITION_VALUE("IAM.1055"),
  /** {@code Depends} in a policy, or not a list of names. */
  DEPENDS("IAM.1025"),
  /** A key that policy documents do not have. */
  UNKNOWN_KEY("IAM.1059");

  private final String code;

  PolicyFault(String code) {
    this.code = code;
  }

  /** IAM's code. */
  public String code() {
    return code;
  }
}
