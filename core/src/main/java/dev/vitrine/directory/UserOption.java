package dev.vitrine.directory;

import java.util.Locale;

/**
 * A resource option of a user (Keystone: resource options). Options that exempt a user from a rule
 * need no implementation, because Vitrine does not have these rules: passwords do not expire, no
 * user is locked out, and no user must change its password. Only {@code admin.must-change} makes a
 * user change its password, and no option exempts from that. There is no multi-factor
 * authentication, so its options are refused.
 */
public enum UserOption {
  IGNORE_CHANGE_PASSWORD_UPON_FIRST_USE,
  IGNORE_PASSWORD_EXPIRY,
  IGNORE_LOCKOUT_FAILURE_ATTEMPTS,
  IGNORE_USER_INACTIVITY,
  /** The user cannot change its own password. */
  LOCK_PASSWORD;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** As it is written on the wire and in the database. */
  public String word() {
    return word;
  }
}
