package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * What tests of the HTTP server have in common: callers without tokens, and a thrown-away upload.
 */
@NullMarked
final class Callers {
  private Callers() {}

  /** A caller without a scope. */
  static Caller named(String user) {
    return new Caller(
        new UserId(user),
        new Caller.Scope.Unscoped(),
        "audit",
        Instant.EPOCH,
        Instant.MAX,
        List.of("token"));
  }

  /** Reads an upload to its end. */
  static Reply discard(Request request) throws IOException {
    while (request.content().next() != null) {
      // Thrown away.
    }
    return Reply.empty(204);
  }
}
