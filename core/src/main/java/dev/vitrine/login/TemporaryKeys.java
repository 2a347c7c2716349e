package dev.vitrine.login;

import dev.vitrine.access.Access;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Makes temporary access keys from login tokens (IAM: 通过token获取临时访问密钥和securitytoken). No part of a
 * key is stored. A key becomes invalid no later than its login token, for whatever reason the token
 * ends (ADR 19).
 */
public final class TemporaryKeys {
  public static final Duration SHORTEST = Duration.ofMinutes(15);
  public static final Duration LONGEST = Duration.ofHours(24);

  private final TokenVerifier loginTokens;
  private final SecurityTokens securityTokens;
  private final Access access;
  private final InstantSource clock;

  public TemporaryKeys(
      TokenVerifier loginTokens, KeyRing ring, Access access, InstantSource clock) {
    this.loginTokens = loginTokens;
    this.securityTokens = new SecurityTokens(ring, clock);
    this.access = access;
    this.clock = clock;
  }

  /** A new key. Its secret is returned only here. */
  public record Issued(AccessKeyId id, String secret, String securityToken, Instant expiresAt) {
    /** Without the secret. */
    @Override
    public String toString() {
      return id + " until " + expiresAt;
    }
  }

  /**
   * Makes a key.
   *
   * @param duration how long it is to live, unless the token ends before
   * @throws Refused {@link dev.vitrine.refusal.Refusal.Unauthenticated} if the token is not valid
   */
  public Issued issue(String loginToken, Duration duration) {
    Caller source = loginTokens.verify(loginToken);
    if (source.application() != null) {
      // A temporary key has all roles of its user in the scope. It cannot hold the restricted roles
      // of an application credential.
      throw new Refusal.Forbidden("An application credential cannot make a temporary key.")
          .asException();
    }
    access.authorization(source);
    Instant asked = clock.instant().truncatedTo(ChronoUnit.MICROS).plus(duration);
    Instant expiresAt = asked.isAfter(source.expiresAt()) ? source.expiresAt() : asked;
    SecurityTokens.Key key = securityTokens.issue(source, expiresAt);
    return new Issued(key.id(), key.secret(), key.securityToken(), expiresAt);
  }
}
