package dev.vitrine.directory;

import dev.vitrine.refusal.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What a new password must be. Passwords that were set before a rule stay valid.
 *
 * @param minLength in characters
 * @param refusesCommon whether the most common passwords are refused, in upper or lower case alike
 */
public record PasswordRules(int minLength, boolean refusesCommon) {
  /** As Keystone's {@code max_password_length}, in characters. */
  private static final int MAX_LENGTH = 4096;

  /** Loaded by the first password that is set: most servers set none between two starts. */
  private static final class Common {
    static final Set<String> ALL = read();

    private static Set<String> read() {
      try (InputStream in = Common.class.getResourceAsStream("common-passwords.txt")) {
        String text =
            new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
        return Set.of(text.split("\n"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Refuses a password that breaks a rule, in Keystone's words.
   *
   * @throws dev.vitrine.refusal.Refused {@link Refusal.Invalid}
   */
  void check(String password) {
    if (password.length() > MAX_LENGTH) {
      throw refused("The password length must be less than or equal to " + MAX_LENGTH + ".");
    }
    if (password.codePointCount(0, password.length()) < minLength) {
      throw broken("at least %d characters".formatted(minLength));
    }
    if (refusesCommon && Common.ALL.contains(password.toLowerCase(Locale.ROOT))) {
      throw broken("not one of the most common passwords");
    }
  }

  private static RuntimeException broken(String rule) {
    return refused("The password does not match the requirements: %s.".formatted(rule));
  }

  private static RuntimeException refused(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
