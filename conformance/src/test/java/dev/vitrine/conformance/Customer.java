package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.region.Region;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersRequestBody;
import com.huaweicloud.sdk.ims.v2.model.BatchDeleteMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequestBody;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequestBody.StatusEnum;
import com.huaweicloud.sdk.ims.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A user of Huawei's SDK for IMS, with an access key, in the project that has the region's name. A
 * token serves for what the SDK does not do: to upload, and to hire.
 *
 * @param ims knows the key, the region and where the server is, and finds its project by itself
 */
record Customer(URI server, String user, String project, String token, Key key, ImsClient ims) {
  static final String REGION = "RegionOne";

  private static final List<ShowJobResponse.StatusEnum> UNDER_WAY =
      List.of(ShowJobResponse.StatusEnum.INIT, ShowJobResponse.StatusEnum.RUNNING);
  private static final List<ShowJobResponse.StatusEnum> ENDED =
      List.of(ShowJobResponse.StatusEnum.SUCCESS, ShowJobResponse.StatusEnum.FAIL);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  record Key(String access, String secret) {}

  /** One of the tenants that {@code up} makes: the account of a domain of its own. */
  static Customer of(RunningServer server, String name) {
    Reply login =
        send(
            server.url(),
            "none",
            "POST",
            "/v3/auth/tokens",
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "%1$s", "password": "%2$s", "domain": {"name": "%1$s"}}}},
              "scope": {"project": {"name": "%3$s", "domain": {"name": "%1$s"}}}}}
            """
                .formatted(name, server.cloud(name, "password"), REGION));
    String token = login.header("X-Subject-Token");
    String user = login.json().at("/token/user/id").asText();
    Key key = newKey(server.url(), token, user);
    return new Customer(
        server.url(),
        user,
        login.json().at("/token/project/id").asText(),
        token,
        key,
        ims(server.url(), credentials(server.url(), key)));
  }

  /** A user in this customer's project, who may do there what the actions say, and no more. */
  Customer hire(String name, String actions) {
    String hired =
        made(
            "/v3/users",
            "{\"user\": {\"name\": \"%s\", \"password\": \"secret\"}}".formatted(name),
            "/user/id");
    String policy =
        made(
            "/v3.0/OS-ROLE/roles",
            """
            {"role": {"display_name": "%s", "type": "XA", "description": "", "policy":
              {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [%s]}]}}}
            """
                .formatted(name, actions),
            "/role/id");
    send("PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, hired, policy), "");
    Key key = newKey(server, token, hired);
    return new Customer(server, hired, project, "none", key, ims(server, credentials(server, key)));
  }

  /** As {@link #hire}, with a token in place of a key. */
  String hireWithToken(String name, String actions) {
    hire(name, actions);
    String domain =
        send("GET", "/v3/projects/" + project, "").json().at("/project/domain_id").asText();
    return send(
            server,
            "none",
            "POST",
            "/v3/auth/tokens",
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "%s", "password": "secret", "domain": {"id": "%s"}}}},
              "scope": {"project": {"id": "%s"}}}}
            """
                .formatted(name, domain, project))
        .header("X-Subject-Token");
  }

  /** Another project of the customer's domain. */
  String newProject() {
    return made(
        "/v3/projects",
        "{\"project\": {\"name\": \"p%d\"}}".formatted(System.nanoTime()),
        "/project/id");
  }

  private String made(String path, String body, String id) {
    return send("POST", path, body).json().at(id).asText();
  }

  /** A second access key; there can be no third. */
  Key newKey() {
    return newKey(server, token, user);
  }

  private static Key newKey(URI server, String token, String user) {
    JsonNode made =
        send(
                server,
                token,
                "POST",
                "/v3.0/OS-CREDENTIAL/credentials",
                "{\"credential\": {\"user_id\": \"%s\"}}".formatted(user))
            .json();
    return new Key(made.at("/credential/access").asText(), made.at("/credential/secret").asText());
  }

  static BasicCredentials credentials(URI server, Key key) {
    return new BasicCredentials()
        .withAk(key.access())
        .withSk(key.secret())
        .withIamEndpoint(server.toString());
  }

  static ImsClient ims(URI server, BasicCredentials credentials) {
    return ImsClient.newBuilder()
        .withCredential(credentials)
        .withRegion(new Region(REGION, server.toString()))
        .build();
  }

  /** A new image with content. */
  String image() {
    return image("");
  }

  /**
   * A new image with content.
   *
   * @param attributes JSON, each with a comma before it
   */
  String image(String attributes) {
    String image = queued(attributes);
    send("PUT", "/v2/images/" + image + "/file", "bytes");
    return image;
  }

  /** A new image without content. */
  String queued(String attributes) {
    return made(
        "/v2/images",
        "{%s\"disk_format\": \"raw\", \"container_format\": \"bare\"%s}"
            .formatted(attributes.contains("\"name\"") ? "" : "\"name\": \"n\", ", attributes),
        "/id");
  }

  /** Asks with the token. */
  Reply send(String method, String path, String body) {
    return send(server, token, method, path, body);
  }

  private static Reply send(URI server, String token, String method, String path, String body) {
    Map<String, String> headers =
        Map.of(
            "X-Auth-Token",
            token,
            "Content-Type",
            path.endsWith("/file") ? "application/octet-stream" : "application/json");
    Reply reply = Wire.send(Wire.request(method, URI.create(server + path), headers, body));
    assertThat(reply.status()).as("%s %s: %s", method, path, reply).isLessThan(300);
    return reply;
  }

  /** Offers images to projects; the job. */
  String share(List<String> images, List<String> projects) {
    return ims.batchAddMembers(
            new BatchAddMembersRequest()
                .withBody(
                    new BatchAddMembersRequestBody().withImages(images).withProjects(projects)))
        .getJobId();
  }

  /** Takes images back from projects; the job. */
  String unshare(List<String> images, List<String> projects) {
    return ims.batchDeleteMembers(
            new BatchDeleteMembersRequest()
                .withBody(
                    new BatchAddMembersRequestBody().withImages(images).withProjects(projects)))
        .getJobId();
  }

  /** Accepts or rejects an image that was offered; the job. */
  String answer(String image, StatusEnum status) {
    return update(
        new BatchUpdateMembersRequestBody()
            .withImages(List.of(image))
            .withProjectId(project)
            .withStatus(status));
  }

  String update(BatchUpdateMembersRequestBody body) {
    return ims.batchUpdateMembers(new BatchUpdateMembersRequest().withBody(body)).getJobId();
  }

  /** The job when it has ended, asked for as Terraform does, only more often (contract 1.12). */
  ShowJobResponse ended(String job) {
    assertThat(job).isNotEmpty();
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      ShowJobResponse shown = ims.showJob(new ShowJobRequest().withJobId(job));
      assertThat(shown.getHttpStatusCode()).isEqualTo(200);
      if (!UNDER_WAY.contains(shown.getStatus())) {
        assertThat(shown.getStatus()).isIn(ENDED);
        assertThat(shown.getEndTime()).isNotEmpty();
        return shown;
      }
      assertThat(shown.getEndTime()).isEmpty();
      assertThat(Instant.now()).isBefore(deadline);
      pause();
    }
  }

  /** Waits for a job that does all that it was to do. */
  ShowJobResponse succeeded(String job) {
    ShowJobResponse shown = ended(job);
    assertThat(shown.getStatus()).as("%s", shown).isEqualTo(ShowJobResponse.StatusEnum.SUCCESS);
    return shown;
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
