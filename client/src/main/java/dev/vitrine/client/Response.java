package dev.vitrine.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered, whatever its status.
 *
 * @param body decoded as UTF-8; empty if there is none, or if it went to a channel
 */
public record Response(int status, HttpHeaders headers, String body) {

  /** Whether the status is 2xx. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** The first value of a header, null without one. The case of the name does not matter. */
  public @Nullable String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  /**
   * The body as JSON; a missing node if it is empty.
   *
   * @throws UncheckedIOException if it is not JSON
   */
  public JsonNode json() {
    return Json.read(body);
  }
}
