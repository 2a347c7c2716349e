package dev.vitrine.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.util.stream.Stream;

/** A request that was answered with another status than 2xx. The message is for people to read. */
public final class RequestFailed extends RuntimeException {

  RequestFailed(HttpRequest request, Response response) {
    super(
        "%s %s: %d %s"
            .formatted(
                request.method(), request.uri(), response.status(), explanation(response.body())));
  }

  /**
   * What the server says. Keystone and IMS: {@code error.message}; IAM: {@code error_msg}, its
   * enterprise projects and the gateway {@code error.error_msg} or {@code error_msg}; Glance:
   * {@code message}, or plain text.
   */
  private static String explanation(String body) {
    try {
      JsonNode json = Json.read(body);
      return Stream.of("/error/message", "/error/error_msg", "/error_msg", "/message")
          .map(json::at)
          .filter(JsonNode::isTextual)
          .map(JsonNode::asText)
          .findFirst()
          .orElse(body);
    } catch (UncheckedIOException e) {
      return body.strip();
    }
  }
}
