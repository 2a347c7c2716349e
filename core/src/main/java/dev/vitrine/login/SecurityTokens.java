package dev.vitrine.login;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Security tokens, which accompany temporary access keys. A security token holds the same data as
 * the login token from which it was made, except the expiry, and is signed with another key, so it
 * cannot be used to log in. The id and the secret of the access key are derived from it. A
 * signature made with the secret therefore also proves the security token, whether or not the
 * client signed the header that carries it, {@code X-Security-Token}.
 */
final class SecurityTokens {
  /** Bytes of the secret; the id uses the remaining bytes. */
  private static final int SECRET = 20;

  private static final String ID_PREFIX = "HST";
  private static final int ID_LENGTH = 20;
  private static final HexFormat HEX = HexFormat.of();

  private final Tokens tokens;

  /**
   * @param clock decides when a security token has expired
   */
  SecurityTokens(KeyRing ring, InstantSource clock) {
    this.tokens = new Tokens(ring, "security token", clock);
  }

  /**
   * A temporary key.
   *
   * @param source the caller of the login token from which it was made, with the expiry of the key
   */
  record Key(AccessKeyId id, String secret, String securityToken, Caller source) {
    /** Without the secret. */
    @Override
    public String toString() {
      return id + " of " + source;
    }
  }

  Key issue(Caller source, Instant expiresAt) {
    Caller until =
        new Caller(
            source.user(),
            source.scope(),
            source.auditId(),
            source.issuedAt(),
            expiresAt,
            source.methods());
    return key(tokens.issue(until), until);
  }

  /**
   * Null if the text is not a security token of ours, or has expired.
   *
   * @throws Refused as {@link KeyRing#find}
   */
  @Nullable Key read(String securityToken) {
    try {
      return key(securityToken, tokens.verify(securityToken));
    } catch (Refused none) {
      if (none.refusal() instanceof Refusal.Unauthenticated) {
        return null;
      }
      throw none;
    }
  }

  private Key key(String securityToken, Caller source) {
    byte[] derived =
        tokens
            .signedWith(securityToken)
            .mac("temporary access key")
            .doFinal(securityToken.getBytes(US_ASCII));
    String id = ID_PREFIX + HEX.formatHex(derived, SECRET, derived.length).toUpperCase(Locale.ROOT);
    return new Key(
        new AccessKeyId(id.substring(0, ID_LENGTH)),
        HEX.formatHex(derived, 0, SECRET),
        securityToken,
        source);
  }
}
