package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/** The logged-in administrator of a running server, who changes images. */
record Administrator(Endpoint server) {

  static Administrator of(RunningServer server) {
    return new Administrator(server.endpoint(server.signIn("admin").token()));
  }

  /** The same administrator on a restarted server, where the token is still valid. */
  Administrator at(RunningServer other) {
    return new Administrator(other.endpoint(server.token()));
  }

  String createImage() {
    String described = "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}";
    return server.call("POST", "/v2/images", described).json().path("id").asText();
  }

  void upload(String image, String content) {
    Response stored =
        server.upload("/v2/images/" + image + "/file", BodyPublishers.ofString(content));
    assertThat(stored.status()).isEqualTo(204);
  }

  /** Makes the image public. */
  void publish(String image) {
    String patch = "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"public\"}]";
    HttpRequest request =
        server
            .request("PATCH", "/v2/images/" + image, BodyPublishers.ofString(patch))
            .header("Content-Type", "application/openstack-images-v2.1-json-patch")
            .build();
    assertThat(server.client().send(request).status()).isEqualTo(200);
  }

  String status(String image) {
    return get("/v2/images/" + image).json().path("status").asText();
  }

  String download(String image) {
    return get("/v2/images/" + image + "/file").body();
  }

  /** An upload of {@code length} bytes whose head has been sent: the rest is the caller's. */
  Socket beginUpload(String image, int length) {
    URI url = server.url();
    try {
      Socket socket = new Socket(url.getHost(), url.getPort());
      String head =
          """
          PUT /v2/images/%s/file HTTP/1.1
          Host: %s
          X-Auth-Token: %s
          Content-Type: application/octet-stream
          Content-Length: %d

          """
              .formatted(image, url.getAuthority(), server.token(), length)
              .replace("\n", "\r\n");
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Response get(String path) {
    return server.send("GET", path, null);
  }
}
