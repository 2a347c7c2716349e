package dev.vitrine.server.http;

/** Answers the requests of one operation, each on a virtual thread, which may block. */
@FunctionalInterface
public interface Handler {
  /** Answers a request; a {@link dev.vitrine.refusal.Refused} becomes the protocol's refusal. */
  Reply handle(Request request) throws Exception;
}
