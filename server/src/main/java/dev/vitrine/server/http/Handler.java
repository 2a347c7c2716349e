package dev.vitrine.server.http;

/** Answers the requests of one operation, each on a virtual thread of its own, which may wait. */
@FunctionalInterface
public interface Handler {
  /** The answer; a {@link dev.vitrine.refusal.Refused} becomes the protocol's own refusal. */
  Reply handle(Request request) throws Exception;
}
