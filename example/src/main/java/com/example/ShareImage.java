package com.example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** A tool that shares an image with a project. */
final class ShareImage {
  /** Shares it; an image that is shared with the project already is fine, too. */
  static void share(URI images, String token, String image, String project)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(images + "/v2/images/" + image + "/members"))
            .header("X-Auth-Token", token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"member\": \"" + project + "\"}"))
            .build();
    int status = HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
    if (status != 200 && status != 409) {
      throw new IOException("not shared: " + status);
    }
  }

  private ShareImage() {}
}
