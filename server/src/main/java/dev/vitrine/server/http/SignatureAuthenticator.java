package dev.vitrine.server.http;

import dev.vitrine.digest.Sha256;
import dev.vitrine.identity.Caller;
import dev.vitrine.login.RequestSignature;
import dev.vitrine.login.RequestSignature.Payload;
import dev.vitrine.login.Signatures;
import dev.vitrine.login.SignedRequest;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Authenticates by the signature in {@code Authorization}: the caller owns its access key. If a
 * request has both a signature and a token, the signature counts, because it also covers the
 * request.
 */
public final class SignatureAuthenticator implements Authenticator {
  /** Media types of image patches for which the vendor's SDKs do not hash the body. */
  private static final Pattern PATCH =
      Pattern.compile("application/openstack-images-v2\\.[01]-json-patch");

  private final Signatures signatures;
  private final Spool spool;
  private final Authenticator unsigned;

  /**
   * @param spool stores uploads whose expected hash is not known in advance
   * @param unsigned authenticates requests without a signature
   */
  public SignatureAuthenticator(Signatures signatures, Spool spool, Authenticator unsigned) {
    this.signatures = signatures;
    this.spool = spool;
    this.unsigned = unsigned;
  }

  @Override
  public Credentials authenticate(Request request) {
    if (!RequestSignature.isOne(request.header("Authorization"))) {
      return unsigned.authenticate(request);
    }
    RequestSignature signature =
        signatures.read(
            new SignedRequest(
                request.method(), request.rawPath(), query(request), request::headers));
    if (signature.payload() instanceof Payload.Unsigned && !mayBeUnsigned(request)) {
      throw bad();
    }
    return new Credentials.Claimed(
        signature.accessKey().value(), arrived -> caller(arrived, signature));
  }

  /**
   * Whether the signature may exclude the body: for image bytes, and for image patches in
   * OpenStack's media types. Routes that take plain JSON never allow it, for any declared type.
   */
  private static boolean mayBeUnsigned(Request request) {
    Operation operation = request.operation();
    boolean isPatch =
        operation == Operation.UPDATE_IMAGE || operation == Operation.UPDATE_IMAGE_BY_IMS;
    String type = Objects.requireNonNullElse(request.mediaType(), "");
    return operation == Operation.UPLOAD_IMAGE
        || operation == Operation.STAGE_IMAGE
        || (isPatch && PATCH.matcher(type).matches());
  }

  private static Map<String, List<String>> query(Request request) {
    try {
      return request.query();
    } catch (Refused badlyEncoded) {
      throw bad();
    }
  }

  private Caller caller(Request request, RequestSignature signature) throws IOException {
    Operation operation = request.operation();
    return signatures.caller(
        signature, payloadHash(request, signature), operation != null && operation.needsProject());
  }

  /**
   * Nothing is executed before the body's hash is verified (ruling 23). Image bytes are received
   * before that, but not kept unless it matches. If the client does not announce their hash, the
   * spool holds them until all have arrived.
   */
  private String payloadHash(Request request, RequestSignature signature) throws IOException {
    return switch (signature.payload()) {
      case Payload.Unsigned() -> RequestSignature.UNSIGNED_PAYLOAD;
      case Payload.Declared(String sha256) when request.isStreaming() -> {
        request.arriving(new HashedContent(request.content(), sha256));
        yield sha256;
      }
      case Payload.Declared(String sha256) when sha256.equals(hash(request)) -> sha256;
      case Payload.Undeclared() when request.isStreaming() -> {
        Spool.Spooled spooled = spool.receive(request, signature.accessKey().value());
        request.arriving(spooled);
        yield spooled.sha256();
      }
      case Payload.Undeclared() -> hash(request);
      case Payload.Declared _ -> throw bad();
    };
  }

  private static String hash(Request request) {
    return Sha256.hex(request.body().getBytes());
  }

  private static Refused bad() {
    return new Refusal.BadSignature().asException();
  }
}
