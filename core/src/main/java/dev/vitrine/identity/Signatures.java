package dev.vitrine.identity;

import dev.vitrine.Refusal;
import dev.vitrine.Refused;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells whose a signed request is. Whatever is wrong, the answer is {@link Refusal.BadSignature}
 * after the same computations: nobody learns whether a key exists, is disabled, or has another
 * secret.
 */
public final class Signatures {
  private static final List<String> METHODS = List.of("access_key");
  private static final AccessKeyId NOBODY = new AccessKeyId("nobody");

  private final AccessKeyStore store;
  private final SecretCipher cipher;
  private final EncryptedSecret nobodysSecret;
  private final InstantSource clock;

  /**
   * @param clock tells whether a signature is too old
   */
  public Signatures(AccessKeyStore store, Keys keys, InstantSource clock) {
    this.store = store;
    this.cipher = new SecretCipher(keys);
    this.nobodysSecret = cipher.encrypt(NOBODY, "0".repeat(40));
    this.clock = clock;
  }

  /**
   * Reads the signature of a request; no key is asked for yet.
   *
   * @throws Refused {@link Refusal.BadSignature}
   */
  public RequestSignature read(SignedRequest request) {
    return RequestSignature.read(request, clock.instant());
  }

  /**
   * The user of the key, in the scope that the request asks for (ruling 4). It is issued now, so
   * that a new password does not end it as it ends tokens; a key is ended by disabling or deleting
   * it or its user. Its audit id is the key's id.
   *
   * @param payloadHash as in {@link RequestSignature#isMadeWith}
   * @param needsProject whether it is of no use without a project
   * @throws Refused {@link Refusal.BadSignature}
   */
  public Caller caller(RequestSignature signature, String payloadHash, boolean needsProject) {
    AccessKeyStore.@Nullable Signer signer = store.signer(signature.accessKey(), signature.scope());
    String secret =
        signer == null
            ? cipher.decrypt(NOBODY, nobodysSecret)
            : cipher.decrypt(signature.accessKey(), signer.secret());
    boolean genuine = signature.isMadeWith(secret, payloadHash);
    if (signer == null || !genuine) {
      throw new Refusal.BadSignature().asException();
    }
    boolean mayBeUnscoped = signature.scope() instanceof Caller.Scope.Unscoped && !needsProject;
    if (signer.scope() == null && !mayBeUnscoped) {
      throw new Refusal.BadSignature().asException();
    }
    return new Caller(
        signer.user(),
        Objects.requireNonNullElse(signer.scope(), new Caller.Scope.Unscoped()),
        signature.accessKey().value(),
        signer.readAt(),
        signer.readAt().plus(RequestSignature.WINDOW),
        METHODS);
  }
}
