package dev.vitrine.client;

import java.net.http.HttpClient;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * In place of TLS, where only plain HTTP is spoken. An HttpClient would otherwise load the trusted
 * certificates and the ciphers when it is built, which takes longer than the requests of a command.
 * It refuses to be used.
 */
final class NoTls extends SSLContextSpi {

  private NoTls() {}

  static HttpClient.Builder in(HttpClient.Builder builder) {
    return builder
        .sslContext(new SSLContext(new NoTls(), null, "none") {})
        .sslParameters(new SSLParameters());
  }

  private static IllegalStateException refused() {
    return new IllegalStateException("this client is for http:// only");
  }

  @Override
  protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
    throw refused();
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    throw refused();
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    throw refused();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    throw refused();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    throw refused();
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    throw refused();
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    throw refused();
  }
}
