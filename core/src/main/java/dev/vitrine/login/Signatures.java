package dev.vitrine.login;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Caller.Scope;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Determines who signed a request. Every failure is {@link Refusal.BadSignature} after the same
 * computations, so that nobody learns whether a key exists, is disabled, or has another secret.
 */
public final class Signatures {
  private static final List<String> PERMANENT = List.of("access_key");
  private static final List<String> TEMPORARY = List.of(Caller.TEMPORARY_ACCESS_KEY);
  private static final AccessKeyId NOBODY = new AccessKeyId("nobody");

  private final AccessKeyStore store;
  private final SecretCipher cipher;
  private final EncryptedSecret nobodysSecret;
  private final SecurityTokens securityTokens;
  private final InstantSource clock;
  private final Set<RequestSignature.Required> required;

  /**
   * @param clock decides whether a signature is too old
   * @param required what must be signed beyond what the vendor requires
   */
  public Signatures(
      AccessKeyStore store,
      KeyRing ring,
      InstantSource clock,
      Set<RequestSignature.Required> required) {
    this.store = store;
    this.cipher = new SecretCipher(ring);
    this.nobodysSecret = cipher.encrypt(NOBODY, "0".repeat(40));
    this.securityTokens = new SecurityTokens(ring, clock);
    this.clock = clock;
    this.required = Set.copyOf(required);
  }

  /**
   * Reads the signature of a request, without looking up its key.
   *
   * @throws Refused {@link Refusal.BadSignature}
   */
  public RequestSignature read(SignedRequest request) {
    return RequestSignature.read(request, clock.instant(), required);
  }

  /** The caller, if the signature is made with that secret. */
  private record Claim(String secret, Caller caller) {}

  /**
   * The user of the key, in the scope that the request asks for (ruling 4).
   *
   * @param payloadHash as in {@link RequestSignature#isMadeWith}
   * @param needsProject whether the operation needs a project
   * @throws Refused {@link Refusal.BadSignature}; also as {@link KeyRing#find}
   */
  public Caller caller(RequestSignature signature, String payloadHash, boolean needsProject) {
    String token = signature.securityToken();
    Claim claim = token == null ? permanent(signature) : temporary(signature, token);
    String secret = claim == null ? cipher.decrypt(NOBODY, nobodysSecret) : claim.secret();
    boolean genuine = signature.isMadeWith(secret, payloadHash);
    if (claim == null || !genuine) {
      throw bad();
    }
    boolean isUnscoped = claim.caller().scope() instanceof Scope.Unscoped;
    if (isUnscoped && (needsProject || !(signature.scope() instanceof Scope.Unscoped))) {
      throw bad();
    }
    return claim.caller();
  }

  /**
   * The caller's issue time is now, so that a change of the password, which ends everything issued
   * before it, does not end an access key. A key ends when it or its user is disabled or deleted.
   * The audit id is the key's id.
   */
  private @Nullable Claim permanent(RequestSignature signature) {
    AccessKeyId id = signature.accessKey();
    AccessKeyStore.@Nullable Signer signer = store.signer(id, signature.scope());
    if (signer == null) {
      return null;
    }
    Instant readAt = signer.place().readAt();
    return new Claim(
        cipher.decrypt(id, signer.secret()),
        new Caller(
            signer.user(),
            scope(signer.place()),
            id.value(),
            readAt,
            readAt.plus(RequestSignature.WINDOW),
            PERMANENT));
  }

  /**
   * The caller has the issue time and the audit id of the login token from which the key was made,
   * so what ends the token ends the key. The security token must belong to this key.
   */
  private @Nullable Claim temporary(RequestSignature signature, String securityToken) {
    SecurityTokens.@Nullable Key key = securityTokens.read(securityToken);
    if (key == null || !key.id().equals(signature.accessKey())) {
      return null;
    }
    Caller source = key.source();
    Scope asked = signature.scope();
    if (source.scope() instanceof Scope.InProject) {
      // A temporary key cannot leave the project of its login token.
      if (!(asked instanceof Scope.Unscoped) && !asked.equals(source.scope())) {
        return null;
      }
      asked = source.scope();
    }
    AccessKeyStore.@Nullable Place place = store.place(source, asked);
    if (place == null || (place.scope() == null && !(asked instanceof Scope.Unscoped))) {
      return null;
    }
    return new Claim(
        key.secret(),
        new Caller(
            source.user(),
            scope(place),
            source.auditId(),
            source.issuedAt(),
            source.expiresAt(),
            TEMPORARY));
  }

  private static Scope scope(AccessKeyStore.Place place) {
    return Objects.requireNonNullElse(place.scope(), new Scope.Unscoped());
  }

  private static Refused bad() {
    return new Refusal.BadSignature().asException();
  }
}
