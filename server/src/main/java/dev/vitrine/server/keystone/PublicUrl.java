package dev.vitrine.server.keystone;

import dev.vitrine.server.http.Request;
import org.jspecify.annotations.Nullable;

/**
 * Where clients find this server.
 *
 * @param configured scheme, host and port, without a slash at the end; null: wherever the client
 *     has found it, as Keystone does
 */
public record PublicUrl(@Nullable String configured) {
  String of(Request request) {
    return configured == null ? request.origin() : configured;
  }

  String identity(Request request) {
    return of(request) + "/v3";
  }
}
