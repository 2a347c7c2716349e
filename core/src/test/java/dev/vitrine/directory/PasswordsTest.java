package dev.vitrine.directory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
  @ParameterizedTest
  @ValueSource(strings = {"secret", "", " ", "pässwörd ☃ 密码", "a$b$c$d"})
  void aPasswordIsItsOwnHashOnly(String password) {
    try (Passwords passwords = new Passwords(100)) {
      String hash = passwords.hash(password);
      assertThat(passwords.verify(password, hash)).isTrue();
      assertThat(passwords.verify(password + "x", hash)).isFalse();
      assertThat(hash).startsWith("pbkdf2-sha512$100$").isNotEqualTo(passwords.hash(password));
    }
  }

  @Test
  void aHashMadeAtAnotherCostStillCounts() {
    try (Passwords old = new Passwords(50);
        Passwords now = new Passwords(100)) {
      assertThat(now.verify("secret", old.hash("secret"))).isTrue();
    }
  }

  @Test
  void nobodysPasswordCostsAsMuchAsAnybodys() {
    try (Passwords passwords = new Passwords(20_000)) {
      String hash = passwords.hash("secret");
      assertThat(passwords.verify("secret", null)).isFalse();
      long somebody = Long.MAX_VALUE;
      long nobody = Long.MAX_VALUE;
      // In turn, so that both meet the same machine.
      for (int i = 0; i < 20; i++) {
        somebody = Math.min(somebody, nanosOf(() -> passwords.verify("wrong", hash)));
        nobody = Math.min(nobody, nanosOf(() -> passwords.verify("wrong", null)));
      }
      // Not hashing at all would be a thousand times faster; a busy machine is not four times.
      assertThat(nobody).isBetween(somebody / 4, somebody * 4);
    }
  }

  private static long nanosOf(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }
}
