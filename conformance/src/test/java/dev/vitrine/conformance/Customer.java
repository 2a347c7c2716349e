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
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import dev.vitrine.client.Session;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A user of Huawei's SDK for IMS, with an access key, in the project that has the region's name.
 *
 * @param endpoint for requests that the SDK does not make: to upload, and to hire; without a token
 *     for hired users
 * @param ims knows the key, the region and where the server is, and finds its project by itself
 */
record Customer(Endpoint endpoint, String user, String project, Key key, ImsClient ims) {
  static final String REGION = "RegionOne";

  private static final List<ShowJobResponse.StatusEnum> UNDER_WAY =
      List.of(ShowJobResponse.StatusEnum.INIT, ShowJobResponse.StatusEnum.RUNNING);
  private static final List<ShowJobResponse.StatusEnum> ENDED =
      List.of(ShowJobResponse.StatusEnum.SUCCESS, ShowJobResponse.StatusEnum.FAIL);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  record Key(String access, String secret) {}

  /** One of the tenants that {@code up} makes: the account of a domain of its own. */
  static Customer of(RunningServer server, String name) {
    Session session = server.signIn(name);
    Endpoint endpoint = server.endpoint(session.token());
    Key key = newKey(endpoint, session.user());
    return new Customer(
        endpoint,
        session.user(),
        session.project(),
        key,
        ims(server.url(), credentials(server.url(), key)));
  }

  /** The token, for requests that cannot be signed. */
  String token() {
    return Objects.requireNonNull(endpoint.token());
  }

  /** A user in this customer's project, who may do there what the actions say, and no more. */
  Customer hire(String name, String actions) {
    String hired =
        made(
            "/v3/users",
            "{\"user\": {\"name\": \"%s\", \"password\": \"a customer\"}}".formatted(name),
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
    endpoint.call(
        "PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, hired, policy), null);
    Key key = newKey(endpoint, hired);
    URI server = endpoint.url();
    return new Customer(
        new Endpoint(endpoint.client(), server, null),
        hired,
        project,
        key,
        ims(server, credentials(server, key)));
  }

  /** As {@link #hire}, with a token in place of a key. */
  String hireWithToken(String name, String actions) {
    hire(name, actions);
    String domain =
        endpoint
            .call("GET", "/v3/projects/" + project, null)
            .json()
            .at("/project/domain_id")
            .asText();
    Response login =
        endpoint.call(
            "POST",
            "/v3/auth/tokens",
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "%s", "password": "a customer", "domain": {"id": "%s"}}}},
              "scope": {"project": {"id": "%s"}}}}
            """
                .formatted(name, domain, project));
    return Objects.requireNonNull(login.header("X-Subject-Token"));
  }

  /** Another project of the customer's domain. */
  String newProject() {
    return made(
        "/v3/projects",
        "{\"project\": {\"name\": \"p%d\"}}".formatted(System.nanoTime()),
        "/project/id");
  }

  private String made(String path, String body, String id) {
    return endpoint.call("POST", path, body).json().at(id).asText();
  }

  /** A second access key; there can be no third. */
  Key newKey() {
    return newKey(endpoint, user);
  }

  private static Key newKey(Endpoint endpoint, String user) {
    JsonNode made =
        endpoint
            .call(
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
    endpoint.upload("/v2/images/" + image + "/file", BodyPublishers.ofString("bytes"));
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
    Instant deadline = Instant.now().plus(TIMEOUT);
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
