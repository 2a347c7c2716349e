package dev.vitrine.server.http;

import dev.vitrine.login.ServiceTokens;
import dev.vitrine.login.TokenVerifier;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.refusal.Refusal;

/**
 * Authenticates by the token in {@code X-Auth-Token}. On image routes, a service may add its own
 * token in {@code X-Service-Token}.
 */
public final class TokenAuthenticator implements Authenticator {
  private final TokenVerifier tokens;
  private final ServiceTokens services;

  public TokenAuthenticator(TokenVerifier tokens, ServiceTokens services) {
    this.tokens = tokens;
    this.services = services;
  }

  @Override
  public Credentials authenticate(Request request) {
    String token = request.header("X-Auth-Token");
    if (token == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    String service = request.header("X-Service-Token");
    Operation operation = request.operation();
    if (service != null && operation != null && operation.protocol() == Protocol.GLANCE) {
      return new Credentials.Claimed("service", arrived -> services.caller(token, service));
    }
    return new Credentials.Proven(tokens.verify(token));
  }
}
