package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The administrator of a running server, logged in, at work on images. */
record Administrator(URI server, String token) {

  static Administrator of(RunningServer server) {
    String login =
        """
        {"auth": {
          "identity": {"methods": ["password"], "password": {"user":
            {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
          "scope": {"project": {"name": "%s", "domain": {"id": "default"}}}}}
        """
            .formatted(server.adminUser(), server.adminPassword(), server.adminProject());
    URI tokens = URI.create(server.identityUrl() + "/auth/tokens");
    Reply reply =
        Wire.send(Wire.request("POST", tokens, Map.of("Content-Type", "application/json"), login));
    assertThat(reply.status()).as("%s", reply).isEqualTo(201);
    return new Administrator(server.url(), reply.header("x-subject-token"));
  }

  /** The same person at a server that has been started anew: the token still stands. */
  Administrator at(RunningServer other) {
    return new Administrator(other.url(), token);
  }

  String createImage() {
    String described = "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}";
    return ask("POST", "/v2/images", "application/json", described).json().path("id").asText();
  }

  void upload(String image, String content) {
    String path = "/v2/images/" + image + "/file";
    assertThat(ask("PUT", path, "application/octet-stream", content).status()).isEqualTo(204);
  }

  /** Makes the image public. */
  void publish(String image) {
    String type = "application/openstack-images-v2.1-json-patch";
    String patch = "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"public\"}]";
    assertThat(ask("PATCH", "/v2/images/" + image, type, patch).status()).isEqualTo(200);
  }

  String status(String image) {
    return ask("GET", "/v2/images/" + image, null, null).json().path("status").asText();
  }

  String download(String image) {
    return ask("GET", "/v2/images/" + image + "/file", null, null).body();
  }

  /** An upload of {@code length} bytes whose head has been sent: the rest is the caller's. */
  Socket beginUpload(String image, int length) {
    try {
      Socket socket = new Socket(server.getHost(), server.getPort());
      String head =
          """
          PUT /v2/images/%s/file HTTP/1.1
          Host: %s
          X-Auth-Token: %s
          Content-Type: application/octet-stream
          Content-Length: %d

          """
              .formatted(image, server.getAuthority(), token, length)
              .replace("\n", "\r\n");
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply ask(String method, String path, @Nullable String type, @Nullable String body) {
    Map<String, String> headers = new TreeMap<>(Map.of("X-Auth-Token", token));
    if (type != null) {
      headers.put("Content-Type", type);
    }
    return Wire.send(Wire.request(method, URI.create(server + path), headers, body));
  }
}
