package dev.vitrine.server.http;

import static dev.vitrine.identity.RequestSignature.sha256;

import dev.vitrine.Refusal;
import dev.vitrine.Refused;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.RequestSignature;
import dev.vitrine.identity.RequestSignature.Payload;
import dev.vitrine.identity.Signatures;
import dev.vitrine.identity.SignedRequest;
import dev.vitrine.server.http.WebServer.Authenticator;
import java.util.List;
import java.util.Map;

/**
 * The caller is whose access key the signature in {@code Authorization} is made with. A request
 * that has both a signature and a token is the signature's: it says what is asked, too.
 */
public final class SignatureAuthenticator implements Authenticator {
  private final Signatures signatures;
  private final Authenticator unsigned;

  /**
   * @param unsigned for requests without a signature
   */
  public SignatureAuthenticator(Signatures signatures, Authenticator unsigned) {
    this.signatures = signatures;
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
    return new Credentials.Claimed(arrived -> caller(arrived, signature));
  }

  private static Map<String, List<String>> query(Request request) {
    try {
      return request.query();
    } catch (Refused badlyEncoded) {
      throw bad();
    }
  }

  private Caller caller(Request request, RequestSignature signature) {
    Operation operation = request.operation();
    return signatures.caller(
        signature,
        payloadHash(request, signature.payload()),
        operation != null && operation.needsProject());
  }

  /**
   * Nothing is executed before the body's hash is known to be right (ruling 23). Bytes of an image
   * are received before that, but not kept; so their hash must be said beforehand, or that there is
   * none.
   */
  private static String payloadHash(Request request, Payload payload) {
    return switch (payload) {
      case Payload.Unsigned() -> RequestSignature.UNSIGNED_PAYLOAD;
      case Payload.Declared(String sha256) when request.isStreaming() -> {
        request.arriving(new HashedContent(request.content(), sha256));
        yield sha256;
      }
      case Payload.Declared(String sha256) when sha256.equals(hash(request)) -> sha256;
      case Payload.Undeclared() when !request.isStreaming() -> hash(request);
      case Payload.Declared _, Payload.Undeclared _ -> throw bad();
    };
  }

  private static String hash(Request request) {
    return sha256(request.body().getBytes());
  }

  private static Refused bad() {
    return new Refusal.BadSignature().asException();
  }
}
