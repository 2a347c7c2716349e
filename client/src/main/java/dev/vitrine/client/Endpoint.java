package dev.vitrine.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A service, and the token that is sent with each request. The methods throw the same exceptions as
 * those of {@link Client}.
 *
 * @param url of the service, without a slash at its end
 * @param token null: none
 */
public record Endpoint(Client client, URI url, @Nullable String token) {
  private static final String TOKEN = "X-Auth-Token";

  /**
   * A request with the token and no other header.
   *
   * @param path begins with a slash; may end in a query
   * @param body null: none
   */
  public HttpRequest.Builder request(String method, String path, @Nullable BodyPublisher body) {
    HttpRequest.Builder request = client.request(method, URI.create(url + path), body);
    return token == null ? request : request.header(TOKEN, token);
  }

  private HttpRequest json(String method, String path, @Nullable String body) {
    if (body == null) {
      return request(method, path, null).build();
    }
    return request(method, path, BodyPublishers.ofString(body))
        .header("Content-Type", "application/json")
        .build();
  }

  /**
   * Sends JSON and returns the answer, whatever its status.
   *
   * @param body null: none
   */
  public Response send(String method, String path, @Nullable String body) {
    return client.send(json(method, path, body));
  }

  /**
   * Sends JSON in a request that has to succeed.
   *
   * @param body null: none
   * @throws RequestFailed if the status is not 2xx
   */
  public Response call(String method, String path, @Nullable String body) {
    return client.call(json(method, path, body));
  }

  /**
   * Uploads bytes with PUT.
   *
   * @param bytes {@link BodyPublishers#ofFile} reads the file as it is sent
   * @throws RequestFailed if the status is not 2xx
   */
  public Response upload(String path, BodyPublisher bytes) {
    return client.call(
        request("PUT", path, bytes).header("Content-Type", "application/octet-stream").build());
  }

  /**
   * Downloads with GET, as {@link Client#download} does.
   *
   * @throws RequestFailed if the status is not 2xx
   */
  public Response download(String path, WritableByteChannel to) {
    return client.download(request("GET", path, null).build(), to);
  }

  /** Without the token, which is a secret. */
  @Override
  public String toString() {
    return url.toString();
  }
}
