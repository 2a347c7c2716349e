package dev.vitrine.server.settings;

import org.jspecify.annotations.Nullable;

/**
 * What holds if a setting is not given.
 *
 * @param value in the form it could be given in; null: there is no such value
 * @param words for people; null: nothing holds
 */
public record Default(@Nullable String value, @Nullable Words words) {
  static final Default NONE = new Default(null, null);

  /** A value in the form it could be given in. */
  static Default of(String value) {
    return new Default(value, Words.code(value));
  }

  /** A value that depends on others, such as a path in the data directory. */
  static Default derived(String code) {
    return new Default(null, Words.code(code));
  }

  /** What {@link Settings} or the command does instead. */
  static Default described(String english, String chinese) {
    return new Default(null, new Words(english, chinese));
  }
}
