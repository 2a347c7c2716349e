package dev.vitrine.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.util.stream.Stream;

/** The response has a status other than 2xx. The message is meant for people. */
public final class RequestFailed extends RuntimeException {

  private final transient Response response;

  RequestFailed(HttpRequest request, Response response) {
    super(
        "%s %s: %d %s"
            .formatted(
                request.method(), request.uri(), response.status(), explanation(response.body())));
    this.response = response;
  }

  /** What the server answered. */
  public Response response() {
    return response;
  }

  /** What the server says about it, without method, URL and status. */
  public String explanation() {
    return explanation(response.body());
  }

  /**
   * The server's message. Keystone, IMS: {@code error.message}; IAM: {@code error_msg}, and {@code
   * error.error_msg} of enterprise projects; Glance: {@code message}, or plain text below a line
   * that repeats the status. Anything else: the whole body.
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
      return body.replaceFirst("^\\d{3} .*\\R\\s*", "").strip();
    }
  }
}
