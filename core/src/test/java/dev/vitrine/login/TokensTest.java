package dev.vitrine.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.directory.Domain;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:55:34.123456Z");

  private final Keys keys = Keys.random();
  private final KeyRing ring = new KeyRing(keys);
  private final Tokens tokens = new Tokens(ring, () -> NOW);

  static List<Caller.Scope> scopes() {
    return List.of(
        new Caller.Scope.Unscoped(),
        new Caller.Scope.InDomain(Domain.DEFAULT),
        new Caller.Scope.InProject(new ProjectId(Ids.next())));
  }

  private static Caller caller(Caller.Scope scope) {
    return new Caller(
        new UserId(Ids.next()),
        scope,
        "rW0hyjBqQZmrqQ4Sw4kWzA",
        NOW.minusSeconds(1),
        NOW.plus(Duration.ofHours(24)),
        List.of("password", "token"));
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void aTokenSaysWhoItWasIssuedTo(Caller.Scope scope) {
    Caller caller = caller(scope);
    assertThat(tokens.verify(tokens.issue(caller))).isEqualTo(caller);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTokenSaysWhichApplicationCredentialItIsOf(boolean unrestricted) {
    Caller user = caller(new Caller.Scope.InProject(new ProjectId(Ids.next())));
    Caller caller =
        new Caller(
            user.user(),
            user.scope(),
            user.auditId(),
            user.issuedAt(),
            user.expiresAt(),
            List.of("application_credential"),
            new Caller.ByApplication(new ApplicationCredentialId(Ids.next()), unrestricted));
    assertThat(tokens.verify(tokens.issue(caller))).isEqualTo(caller);
  }

  @Test
  void oneThatHasExpiredOfLateIsShownToThoseWhoMayAskForIt() {
    Caller caller = caller(new Caller.Scope.Unscoped());
    String token = tokens.issue(caller);
    Tokens late = new Tokens(ring, () -> caller.expiresAt().plus(Tokens.EXPIRED_WINDOW));
    Tokens inTime = new Tokens(ring, () -> late(caller));
    assertThat(inTime.verifyAllowingExpired(token)).isEqualTo(caller);
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> inTime.verify(token));
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> late.verifyAllowingExpired(token));
  }

  private static Instant late(Caller caller) {
    return caller.expiresAt().plus(Tokens.EXPIRED_WINDOW).minusNanos(1);
  }

  @Test
  void aTokenIsVerifiedWithTheGenerationOfKeysThatSignedIt() {
    Caller caller = caller(new Caller.Scope.Unscoped());
    String ofFile = tokens.issue(caller);
    ring.use(1, Map.of(0, keys, 1, Keys.random()));
    String ofNext = tokens.issue(caller);

    assertThat(Base64.getUrlDecoder().decode(ofFile)).startsWith(1); // as before there were others
    assertThat(Base64.getUrlDecoder().decode(ofNext)).startsWith(2, 0, 0, 0, 1);
    assertThat(tokens.verify(ofFile)).isEqualTo(caller);
    assertThat(tokens.verify(ofNext)).isEqualTo(caller);

    ring.use(2, Map.of(1, Keys.random(), 2, Keys.random()));
    assertRefused(ofFile);
    assertRefused(ofNext);
  }

  @Test
  void aTokenOfTheNextGenerationCannotBeKnownYet() {
    KeyRing other = new KeyRing(keys);
    other.use(1, Map.of(0, keys, 1, Keys.random()));
    String token = new Tokens(other, () -> NOW).issue(caller(new Caller.Scope.Unscoped()));
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> tokens.verify(token))
        .extracting(Refused::refusal)
        .isEqualTo(new Refusal.Unavailable());
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void aTokenOfAnyOtherByteIsNone(Caller.Scope scope) {
    requireEveryByte(scope);
    ring.use(1, Map.of(0, keys, 1, Keys.random()));
    requireEveryByte(scope);
  }

  private void requireEveryByte(Caller.Scope scope) {
    byte[] genuine = Base64.getUrlDecoder().decode(tokens.issue(caller(scope)));
    for (int i = 0; i < genuine.length; i++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] forged = genuine.clone();
        forged[i] ^= (byte) (1 << bit);
        assertRefused(Base64.getUrlEncoder().withoutPadding().encodeToString(forged));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void aTokenOfAnyOtherCharacterIsNone(Caller.Scope scope) {
    String genuine = tokens.issue(caller(scope));
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+ é";
    for (int i = 0; i < genuine.length(); i++) {
      for (int other = 0; other < alphabet.length(); other++) {
        String forged = genuine.substring(0, i) + alphabet.charAt(other) + genuine.substring(i + 1);
        if (!forged.equals(genuine)) {
          assertRefused(forged);
        }
      }
    }
  }

  @Test
  void aTokenIsNeitherCutNorPadded() {
    String genuine = tokens.issue(caller(new Caller.Scope.Unscoped()));
    for (int length = 0; length < genuine.length(); length++) {
      assertRefused(genuine.substring(0, length));
    }
    assertRefused(genuine + "=");
    assertRefused(genuine + "A");
    assertRefused(" " + genuine);
    assertRefused("A".repeat(100_000));
  }

  @Test
  void aTokenOfOtherKeysIsNone() {
    assertRefused(
        new Tokens(new KeyRing(Keys.random()), () -> NOW)
            .issue(caller(new Caller.Scope.Unscoped())));
  }

  @Test
  void aTokenEndsWhenItsTimeIsOver() {
    Caller caller = caller(new Caller.Scope.Unscoped());
    String token = tokens.issue(caller);
    Tokens lastMoment = new Tokens(ring, () -> caller.expiresAt().minusNanos(1_000));
    assertThat(lastMoment.verify(token)).isEqualTo(caller);
    Tokens after = new Tokens(ring, caller::expiresAt);
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> after.verify(token));
  }

  @Test
  void keysAreNotPrinted() {
    assertThat(keys.toString()).isEqualTo("Keys[" + keys.fingerprint() + "]");
    assertThat(keys.fingerprint()).isNotEqualTo(Keys.random().fingerprint());
  }

  private void assertRefused(String token) {
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> tokens.verify(token))
        .extracting(Refused::refusal)
        .isEqualTo(new Refusal.Unauthenticated());
  }
}
