package dev.vitrine.server.http;

/**
 * Answers the requests of one operation. Runs on a thread that may wait: {@link Routes} says for
 * what.
 */
@FunctionalInterface
public interface Handler {
  /** The answer; a {@link dev.vitrine.Refused} becomes the protocol's own refusal. */
  Reply handle(Request request) throws Exception;
}
