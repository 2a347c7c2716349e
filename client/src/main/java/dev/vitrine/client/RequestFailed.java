package dev.vitrine.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
   * The code by which the server names the reason. IMS: {@code error.code}; IAM: {@code
   * error_code}, and {@code error.error_code} of enterprise projects. Empty if there is none, as in
   * Keystone and Glance.
   */
  public String code() {
    JsonNode json = json(response.body());
    return json == null
        ? ""
        : first(json, "/error/code", "/error/error_code", "/error_code").orElse("");
  }

  /**
   * The server's message. Keystone, IMS: {@code error.message}; IAM: {@code error_msg}, and {@code
   * error.error_msg} of enterprise projects; Glance: {@code message}, or plain text below a line
   * that repeats the status. Anything else: the whole body.
   */
  private static String explanation(String body) {
    JsonNode json = json(body);
    return json == null
        ? body.replaceFirst("^\\d{3} .*\\R\\s*", "").strip()
        : first(json, "/error/message", "/error/error_msg", "/error_msg", "/message").orElse(body);
  }

  private static Optional<String> first(JsonNode json, String... places) {
    return Stream.of(places)
        .map(json::at)
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .findFirst();
  }

  private static @Nullable JsonNode json(String body) {
    try {
      return Json.read(body);
    } catch (UncheckedIOException e) {
      return null;
    }
  }
}
