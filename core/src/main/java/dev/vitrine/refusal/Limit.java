package dev.vitrine.refusal;

/**
 * What refuses requests, connections or pairs of batches because they are too many, too large or
 * too slow. docs/operators/secure.md says what each allows; the metric {@code
 * vitrine_limited_total} counts what each refused.
 */
public enum Limit {
  LOGIN("login"),
  BUSY("busy"),
  BODY("http.max-body"),
  SIGNED_UPLOAD("signed-upload"),
  HEAD("head"),
  IMAGE("image"),
  RATE_OF_ADDRESS("rate.address"),
  RATE_OF_CALLER("rate.caller"),
  CONNECTIONS("connections.max"),
  CONNECTIONS_OF_ADDRESS("connections.per-address"),
  RATE_OF_TRANSFER("http.min-rate"),
  IDLE("http.idle"),
  TLS_HANDSHAKE("tls-handshake"),
  HTTP2_FLOOD("http2-flood"),
  IMAGES_OF_PROJECT("quota.images"),
  BYTES_OF_PROJECT("quota.bytes"),
  DISK("blobs.reserve"),
  MEMBERS("sharing.max-members");

  private final String word;

  Limit(String word) {
    this.word = word;
  }

  /** Its name for operators: that of its setting, if it has one. */
  public String word() {
    return word;
  }
}
