package dev.vitrine.server.http;

import dev.vitrine.Refusal;
import dev.vitrine.identity.Tokens;
import dev.vitrine.server.http.WebServer.Authenticator;

/** The caller is whom the token in {@code X-Auth-Token} names. */
public final class TokenAuthenticator implements Authenticator {
  private final Tokens tokens;

  public TokenAuthenticator(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public Credentials authenticate(Request request) {
    String token = request.header("X-Auth-Token");
    if (token == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return new Credentials.Proven(tokens.verify(token));
  }
}
