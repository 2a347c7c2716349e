package dev.vitrine.server.settings;

import org.jspecify.annotations.Nullable;

/**
 * The default of a setting.
 *
 * @param value the default as an operator would write it; null: not a fixed value
 * @param words the default for readers; null: no default
 */
public record Default(@Nullable String value, @Nullable Words words) {
  static final Default NONE = new Default(null, null);

  /** A fixed default, as an operator would write it. */
  static Default of(String value) {
    return new Default(value, Words.code(value));
  }

  /** A default that depends on other settings, such as a path in the data directory. */
  static Default derived(String code) {
    return new Default(null, Words.code(code));
  }

  /** A description of what {@link Settings} or the command does instead. */
  static Default described(String english, String chinese) {
    return new Default(null, new Words(english, chinese));
  }
}
