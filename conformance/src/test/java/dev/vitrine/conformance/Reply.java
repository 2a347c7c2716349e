package dev.vitrine.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.vitrine.client.Response;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** An answer of the server to a row of a table. */
record Reply(int status, HttpHeaders headers, String body) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Values that a table cannot predict, by the name that replaces them on both sides of a
   * comparison.
   */
  static final Map<String, Pattern> BLURRED =
      Map.of(
          "TIME", Pattern.compile("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"),
          "REQUEST_ID",
              Pattern.compile("\\breq-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}"),
          "URI", Pattern.compile("(?<=Keystone uri=\")https?://[^\"]+"));

  static Reply of(Response response) {
    return new Reply(response.status(), response.headers(), response.body());
  }

  /** The header's value, or {@code none}. */
  String header(String name) {
    return headers.firstValue(name).map(Reply::blurred).orElse("none");
  }

  String text() {
    return blurred(body);
  }

  /** The body as JSON; one that is not JSON is a JSON string, and so equals nothing expected. */
  JsonNode json() {
    try {
      return JSON.readTree(text());
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text());
    }
  }

  /**
   * The whole response as text, without the values that differ between requests, and without an
   * image.
   */
  String without(String image) {
    Map<String, List<String>> lasting = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    lasting.putAll(headers.map());
    lasting
        .keySet()
        .removeAll(
            Set.of("date", "x-openstack-request-id", "x-request-id", "x-vitrine-explanation"));
    return (status + " " + lasting + "\n" + text()).replace(image, "{IMAGE}");
  }

  int length() {
    return body.getBytes(StandardCharsets.UTF_8).length;
  }

  static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static String blurred(String text) {
    String blurred = text;
    for (var secret : BLURRED.entrySet()) {
      blurred = secret.getValue().matcher(blurred).replaceAll("{" + secret.getKey() + "}");
    }
    return blurred;
  }

  @Override
  public String toString() {
    return status + " " + headers.map() + "\n" + body;
  }
}
