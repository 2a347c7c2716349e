package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersRequestBody;
import com.huaweicloud.sdk.ims.v2.model.BatchDeleteMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequestBody;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequestBody.StatusEnum;
import com.huaweicloud.sdk.ims.v2.model.GlanceAddImageMemberRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceAddImageMemberRequestBody;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImageMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.JobEntitiesResult;
import com.huaweicloud.sdk.ims.v2.model.ListImagesRequest;
import com.huaweicloud.sdk.ims.v2.model.ListOsVersionsRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobProgressRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobResponse;
import com.huaweicloud.sdk.ims.v2.model.UpdateImageRequest;
import com.huaweicloud.sdk.ims.v2.model.UpdateImageRequestBody;
import dev.vitrine.client.Response;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What Huawei's SDK for IMS makes of a refusal: the status, the code of contract/ims.md 1.18 and
 * the id of the request, whatever shape the answer has.
 */
class HuaweiImsRefusalsSdkTest {
  private static final String ABSENT = "00000000-0000-4000-8000-000000000000";

  private static RunningServer server;
  private static Customer alice;
  private static Customer bob;

  @BeforeAll
  static void start() {
    server = RunningServer.up();
    alice = Customer.of(server, "alice");
    bob = Customer.of(server, "bob");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void refused(int status, String code, ThrowingCallable call) {
    assertThatExceptionOfType(ClientRequestException.class)
        .isThrownBy(call)
        .satisfies(
            refusal -> {
              assertThat(refusal.getErrorCode()).as(refusal.getErrorMsg()).isEqualTo(code);
              assertThat(refusal.getHttpStatusCode()).isEqualTo(status);
              assertThat(refusal.getErrorMsg()).isNotBlank();
              assertThat(refusal.getRequestId()).startsWith("req-");
            });
  }

  private static void refused(String code, ThrowingCallable call) {
    refused(400, code, call);
  }

  /** That alice cannot offer the image to bob. */
  private static void notShareable(String code, String image) {
    refused(code, () -> alice.share(List.of(image), List.of(bob.project())));
  }

  private static String offered(String attributes) {
    String image = alice.image(attributes);
    alice.succeeded(alice.share(List.of(image), List.of(bob.project())));
    return image;
  }

  @Test
  void img0001ToWhoNamesNoImageOrNoProject() {
    List<String> images = List.of(alice.image());
    List<String> projects = List.of(bob.project());

    refused("IMG.0001", () -> alice.share(List.of(), projects));
    refused("IMG.0001", () -> alice.share(images, List.of()));
    refused("IMG.0001", () -> alice.unshare(List.of(), projects));
    refused("IMG.0001", () -> alice.unshare(images, List.of()));
    refused("IMG.0001", () -> bob.update(new BatchUpdateMembersRequestBody()));
    BatchAddMembersRequestBody empty = new BatchAddMembersRequestBody();
    refused(
        "IMG.0001",
        () -> alice.ims().batchAddMembers(new BatchAddMembersRequest().withBody(empty)));
    refused(
        "IMG.0001",
        () -> alice.ims().batchDeleteMembers(new BatchDeleteMembersRequest().withBody(empty)));
  }

  /** Ruling 15: 100 images, 128 projects. */
  @Test
  void img0001ToWhoNamesTooMany() {
    String image = alice.image();
    List<String> images = Stream.generate(() -> UUID.randomUUID().toString()).limit(101).toList();
    List<String> projects = Stream.iterate(1, i -> i + 1).limit(129).map(i -> "p" + i).toList();

    refused("IMG.0001", () -> alice.share(images, List.of(bob.project())));
    refused("IMG.0001", () -> alice.share(List.of(image), projects));
  }

  @Test
  void img0001ToWhoAnswersWithAWordThatIsNoAnswer() {
    String image = offered("");

    refused("IMG.0001", () -> bob.answer(image, StatusEnum.fromValue("pending")));
    refused("IMG.0001", () -> bob.answer(image, StatusEnum.fromValue("perhaps")));
  }

  /** Ruling 12: unknown, or not to be seen. */
  @Test
  void img0027OfAnImageThatIsNotThere() {
    String hidden = bob.image();

    for (String image : List.of(ABSENT, "no-uuid", hidden)) {
      notShareable("IMG.0027", image);
      refused("IMG.0027", () -> alice.unshare(List.of(image), List.of(bob.project())));
      refused("IMG.0027", () -> alice.answer(image, StatusEnum.ACCEPTED));
      refused("IMG.0027", () -> rename(alice, image));
    }
  }

  @Test
  void img0047OfAnImageOfAnotherProject() {
    String image = offered("");
    String third = bob.newProject();

    refused("IMG.0047", () -> bob.share(List.of(image), List.of(third)));
    refused("IMG.0047", () -> bob.unshare(List.of(image), List.of(third)));
    refused("IMG.0047", () -> rename(bob, image));
  }

  /** Contract 1.13: whose answer to an offer is asked for, only where there are offers. */
  @Test
  void img0001ToWhoListsByAnswerWhatIsNotShared() {
    refused(
        "IMG.0001",
        () ->
            bob.ims()
                .listImages(
                    new ListImagesRequest()
                        .withMemberStatus(ListImagesRequest.MemberStatusEnum.PENDING)));
  }

  /** Ruling 24: what IMS has and Vitrine has not. */
  @Test
  void apigw0101OfAnOperationThatIsNotHere() {
    refused(404, "APIGW.0101", () -> alice.ims().listOsVersions(new ListOsVersionsRequest()));
  }

  private static void rename(Customer who, String image) {
    who.ims()
        .updateImage(
            new UpdateImageRequest()
                .withImageId(image)
                .withBody(
                    List.of(
                        new UpdateImageRequestBody()
                            .withOp(UpdateImageRequestBody.OpEnum.REPLACE)
                            .withPath("/name")
                            .withValue("other"))));
  }

  @Test
  void img0089OfAPublicImage() {
    Administrator admin = Administrator.of(server);
    String image = admin.createImage();
    admin.upload(image, "bytes");
    admin.publish(image);

    notShareable("IMG.0089", image);
  }

  @Test
  void img0098OfAnEncryptedImage() {
    notShareable("IMG.0098", alice.image(", \"__system__cmkid\": \"key\""));
  }

  @Test
  void img0184OfAWholeMachineAcceptedWithoutAVault() {
    String image = offered(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");

    refused("IMG.0184", () -> bob.answer(image, StatusEnum.ACCEPTED));
  }

  @Test
  void img0046OfAnImageWithoutContent() {
    notShareable("IMG.0046", alice.queued(""));
  }

  @Test
  void img0076ToWhoSharesWithItself() {
    String image = alice.image();

    refused("IMG.0076", () -> alice.share(List.of(image), List.of(alice.project())));
    refused("IMG.0076", () -> alice.share(List.of(image), List.of(bob.project(), alice.project())));
  }

  @Test
  void img0108OfAProjectThatIsNotThere() {
    String image = alice.image();

    refused("IMG.0108", () -> alice.share(List.of(image), List.of("0".repeat(32))));
  }

  @Test
  void img0030ToWhoAnswersForAnotherProject() {
    String image = offered("");

    refused(
        "IMG.0030",
        () ->
            bob.update(
                new BatchUpdateMembersRequestBody()
                    .withImages(List.of(image))
                    .withProjectId(bob.newProject())
                    .withStatus(StatusEnum.ACCEPTED)));
    refused("IMG.0030", () -> alice.answer(image, StatusEnum.ACCEPTED));
  }

  /** The SDK names the project that it signs for, so it takes a token to name another. */
  @Test
  void img0030ToWhoAsksForAJobInAnotherProject() {
    String job = alice.share(List.of(alice.image()), List.of(bob.project()));
    String path = "/v1/%s/jobs/%s".formatted(bob.project(), job);

    Response refusal = server.endpoint(alice.token()).send("GET", path, null);

    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.json().at("/error/code").asText()).isEqualTo("IMG.0030");
    assertThat(refusal.header("X-Request-Id")).isNotNull();
  }

  /** Not even another project of the same user's has the job. */
  @Test
  void img0023OfAJobOfAnotherProjectOfOnesOwn() {
    String job = alice.share(List.of(alice.image()), List.of(bob.project()));
    ImsClient elsewhere =
        Customer.ims(
            server.url(),
            Customer.credentials(server.url(), alice.key()).withProjectId(alice.newProject()));

    refused("IMG.0023", () -> elsewhere.showJob(new ShowJobRequest().withJobId(job)));
  }

  /** A job is its project's: nobody else can tell it from none. */
  @Test
  void img0023OfAJobThatIsNotThere() {
    String job = alice.share(List.of(alice.image()), List.of(bob.project()));

    for (String asked : List.of(job, "0".repeat(32), "none")) {
      refused("IMG.0023", () -> bob.ims().showJob(new ShowJobRequest().withJobId(asked)));
      refused(
          "IMG.0023",
          () -> bob.ims().showJobProgress(new ShowJobProgressRequest().withJobId(asked)));
    }
  }

  /** Ruling 15: counted pair by pair. */
  @Test
  void img0088OfTheEleventhMemberOfAWholeMachine() {
    String image = alice.image(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");
    List<String> projects = Stream.generate(alice::newProject).limit(11).toList();

    ShowJobResponse job = alice.ended(alice.share(List.of(image), projects));

    assertThat(job.getStatus()).isEqualTo(ShowJobResponse.StatusEnum.FAIL);
    assertThat(job.getErrorCode()).isEqualTo("IMG.0088");
    assertThat(job.getFailReason()).contains("reached the maximum");
    List<JobEntitiesResult> results = job.getEntities().getResults();
    assertThat(results)
        .extracting(JobEntitiesResult::getProjectId)
        .containsExactlyElementsOf(projects);
    assertThat(results.subList(0, 10))
        .extracting(JobEntitiesResult::getStatus)
        .containsOnly("success");
    assertThat(results.getLast().getStatus()).isEqualTo("failed");
    assertThat(results).extracting(JobEntitiesResult::getImageId).containsOnly(image);
  }

  /** Ruling 15: an image that can be seen without an offer, and an offer that is gone. */
  @Test
  void img0114OfAnImageThatWasNotOffered() {
    String image = alice.image(", \"visibility\": \"community\"");

    ShowJobResponse job = bob.ended(bob.answer(image, StatusEnum.ACCEPTED));

    assertThat(job.getStatus()).isEqualTo(ShowJobResponse.StatusEnum.FAIL);
    assertThat(job.getJobType()).isEqualTo("imsUpdateImageMembersJob");
    assertThat(job.getErrorCode()).isEqualTo("IMG.0114");
    assertThat(job.getFailReason()).isNotBlank();
    assertThat(job.getEntities().getResults())
        .containsExactly(
            new JobEntitiesResult()
                .withImageId(image)
                .withProjectId(bob.project())
                .withStatus("failed"));
  }

  /** Contract 2.8; before it is told whether the image exists. */
  @Test
  void img0026ToWhoMayNotShare() {
    Customer reader = alice.hire("reader", "\"ims:images:list\", \"ims:images:get\"");
    String image = alice.image();

    assertThat(reader.ims().listImages(new ListImagesRequest().withId(image)).getImages())
        .hasSize(1);
    List<String> projects = List.of(bob.project());
    for (String asked : List.of(image, ABSENT)) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> reader.share(List.of(asked), projects),
              () -> reader.unshare(List.of(asked), projects),
              () -> reader.answer(asked, StatusEnum.ACCEPTED))) {
        refused(403, "IMG.0026", call);
        assertThatExceptionOfType(ClientRequestException.class)
            .isThrownBy(call)
            .extracting(ClientRequestException::getErrorMsg)
            .isEqualTo("Policy doesn't allow ims:images:share to be performed.");
      }
    }
  }

  @Test
  void whoMaySharesWithoutBeingAnAccount() {
    Customer sharer = alice.hire("sharer", "\"ims:images:share\"");

    String job = sharer.share(List.of(alice.image()), List.of(bob.project()));

    sharer.succeeded(job);
  }

  @Test
  void apigw0301ToWhoSignsWithAnotherSecret() {
    ImsClient forger =
        Customer.ims(
            server.url(),
            Customer.credentials(server.url(), new Customer.Key(alice.key().access(), "wrong"))
                .withProjectId(alice.project()));
    BatchAddMembersRequest request =
        new BatchAddMembersRequest()
            .withBody(
                new BatchAddMembersRequestBody()
                    .withImages(List.of(ABSENT))
                    .withProjects(List.of(bob.project())));

    refused(401, "APIGW.0301", () -> forger.batchAddMembers(request));
    refused(401, "APIGW.0301", () -> forger.listImages(new ListImagesRequest()));
    refused(
        401,
        "APIGW.0301",
        () ->
            forger.glanceListImageMembers(new GlanceListImageMembersRequest().withImageId(ABSENT)));
  }

  @Test
  void apigw0301ToWhoSignsForAProjectThatIsNotItsOwn() {
    ImsClient stranger =
        Customer.ims(
            server.url(),
            Customer.credentials(server.url(), bob.key()).withProjectId(alice.project()));

    refused(401, "APIGW.0301", () -> stranger.listImages(new ListImagesRequest()));
  }

  /** Contract 1.0.2, E3: no JSON, so the SDK finds no code, but the whole text. */
  @Test
  void nativeRefusalsHaveNoCode() {
    String image = offered("");
    GlanceAddImageMemberRequest again =
        new GlanceAddImageMemberRequest()
            .withImageId(image)
            .withBody(new GlanceAddImageMemberRequestBody().withMember(bob.project()));

    refusedNatively(409, () -> alice.ims().glanceAddImageMember(again));
    refusedNatively(403, () -> bob.ims().glanceAddImageMember(again));
    refusedNatively(
        404,
        () ->
            alice
                .ims()
                .glanceListImageMembers(new GlanceListImageMembersRequest().withImageId(ABSENT)));
  }

  private static void refusedNatively(int status, ThrowingCallable call) {
    assertThatExceptionOfType(ClientRequestException.class)
        .isThrownBy(call)
        .satisfies(
            refusal -> {
              assertThat(refusal.getHttpStatusCode()).isEqualTo(status);
              assertThat(refusal.getErrorCode()).isNull();
              assertThat(refusal.getErrorMsg()).isNotBlank();
              assertThat(refusal.getRequestId()).startsWith("req-");
            });
  }
}
