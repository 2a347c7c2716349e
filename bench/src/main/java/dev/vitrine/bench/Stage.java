package dev.vitrine.bench;

import static java.util.stream.Collectors.toList;

import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The test data of the requests, created through the API, therefore the same on every server.
 *
 * @param image has ten members; one is the consumer, which has accepted
 * @param forMembers images without members, for additions
 * @param forStatus images shared with the consumer, one for each of 16 connections
 */
record Stage(
    Session owner,
    Session consumer,
    String image,
    List<String> forMembers,
    List<String> forStatus) {
  private static final int SHARED = 30;
  private static final int CONNECTIONS = 16;
  private static final int MEMBERS = 10;

  /** Enough images that several nodes add to different ones at the same time. */
  private static final int FOR_MEMBERS = 251;

  static Stage make(Session owner, Session consumer) {
    String image = image(owner);
    share(owner, image, consumer.project());
    accept(consumer, image);
    for (int i = 1; i < MEMBERS; i++) {
      share(owner, image, anyone());
    }
    for (int i = 1; i < SHARED; i++) {
      String another = image(owner);
      share(owner, another, consumer.project());
      accept(consumer, another);
    }
    List<String> forStatus = images(owner, CONNECTIONS);
    forStatus.forEach(each -> share(owner, each, consumer.project()));
    return new Stage(owner, consumer, image, images(owner, FOR_MEMBERS), forStatus);
  }

  private static List<String> images(Session owner, int number) {
    return IntStream.range(0, number).mapToObj(i -> image(owner)).collect(toList());
  }

  /** A new image without bytes. */
  static String queued(Session owner) {
    String body =
        """
        {"name": "bench", "disk_format": "raw", "container_format": "bare", "visibility": "shared"}\
        """;
    return owner.images().call("POST", "/v2/images", body).json().get("id").asText();
  }

  /** A new image with a few bytes. */
  static String image(Session owner) {
    String image = queued(owner);
    owner
        .images()
        .upload("/v2/images/" + image + "/file", BodyPublishers.ofString("x".repeat(100)));
    return image;
  }

  private static void share(Session owner, String image, String member) {
    owner
        .images()
        .call("POST", "/v2/images/" + image + "/members", "{\"member\": \"" + member + "\"}");
  }

  private static void accept(Session consumer, String image) {
    consumer
        .images()
        .call(
            "PUT",
            "/v2/images/" + image + "/members/" + consumer.project(),
            "{\"status\": \"accepted\"}");
  }

  /** A signed-in user of a new project of a new account. */
  static Session newcomer(Login admin) {
    Endpoint root = Server.CLIENT.signIn(admin).identity();
    String name = "bench-" + anyone();
    String domain =
        root.call("POST", "/domains", "{\"domain\": {\"name\": \"" + name + "\"}}")
            .json()
            .at("/domain/id")
            .asText();
    String project =
        root.call(
                "POST",
                "/projects",
                "{\"project\": {\"name\": \"%s\", \"domain_id\": \"%s\"}}".formatted(name, domain))
            .json()
            .at("/project/id")
            .asText();
    String user =
        root.call(
                "POST",
                "/users",
                "{\"user\": {\"name\": \"%1$s\", \"password\": \"%1$s\", \"domain_id\": \"%2$s\"}}"
                    .formatted(name, domain))
            .json()
            .at("/user/id")
            .asText();
    String role = root.call("GET", "/roles?name=member", null).json().at("/roles/0/id").asText();
    root.call("PUT", "/projects/%s/users/%s/roles/%s".formatted(project, user, role), null);
    return Server.CLIENT.signIn(new Login(admin.identity(), name, name, name, name));
  }

  /** The id of a project that need not exist. */
  static String anyone() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
