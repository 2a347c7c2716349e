package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersRequestBody;
import com.huaweicloud.sdk.ims.v2.model.BatchAddMembersResponse;
import com.huaweicloud.sdk.ims.v2.model.BatchDeleteMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchDeleteMembersResponse;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequestBody;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersRequestBody.StatusEnum;
import com.huaweicloud.sdk.ims.v2.model.BatchUpdateMembersResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceAddImageMemberRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceAddImageMemberRequestBody;
import com.huaweicloud.sdk.ims.v2.model.GlanceAddImageMemberResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceCreateImageMetadataRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceCreateImageMetadataRequestBody;
import com.huaweicloud.sdk.ims.v2.model.GlanceCreateImageMetadataResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceCreateTagRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceDeleteImageMemberRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceDeleteImageMemberResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceDeleteImageRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceDeleteTagRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceImageMembers;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImageMemberSchemasRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImageMemberSchemasResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImageMembersRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImageMembersResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImagesRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceListImagesResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageListResponseBody;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageMemberRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageMemberResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageMemberSchemasRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageMemberSchemasResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceShowImageResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceUpdateImageMemberRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceUpdateImageMemberRequestBody;
import com.huaweicloud.sdk.ims.v2.model.GlanceUpdateImageMemberResponse;
import com.huaweicloud.sdk.ims.v2.model.GlanceUpdateImageRequest;
import com.huaweicloud.sdk.ims.v2.model.GlanceUpdateImageRequestBody;
import com.huaweicloud.sdk.ims.v2.model.GlanceUpdateImageResponse;
import com.huaweicloud.sdk.ims.v2.model.ImageInfo;
import com.huaweicloud.sdk.ims.v2.model.JobEntitiesResult;
import com.huaweicloud.sdk.ims.v2.model.Links;
import com.huaweicloud.sdk.ims.v2.model.ListImagesRequest;
import com.huaweicloud.sdk.ims.v2.model.ListImagesRequest.MemberStatusEnum;
import com.huaweicloud.sdk.ims.v2.model.ListVersionsRequest;
import com.huaweicloud.sdk.ims.v2.model.ListVersionsResponse;
import com.huaweicloud.sdk.ims.v2.model.OsVersionResponse;
import com.huaweicloud.sdk.ims.v2.model.QuotaInfo;
import com.huaweicloud.sdk.ims.v2.model.ShowImageQuotaRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobProgressRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobProgressResponse;
import com.huaweicloud.sdk.ims.v2.model.ShowJobResponse;
import com.huaweicloud.sdk.ims.v2.model.ShowVersionRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowVersionResponse;
import com.huaweicloud.sdk.ims.v2.model.UpdateImageRequest;
import com.huaweicloud.sdk.ims.v2.model.UpdateImageRequestBody;
import com.huaweicloud.sdk.ims.v2.model.UpdateImageResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sharing through Huawei's own SDK for IMS, unmodified, which signs with an access key, sends the
 * body of a DELETE in chunks, and fails on an answer with a field of another type than it expects
 * (contract/ims.md 1.0.1). What it makes of refusals: {@link HuaweiImsRefusalsSdkTest}.
 */
class HuaweiImsSdkTest {
  private static final String SECONDS = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
  private static final String MILLISECONDS = SECONDS.replace("Z", "\\.\\d{3}Z");

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

  private static String offered() {
    return offered("");
  }

  /** An image of alice's that bob has not answered yet. */
  private static String offered(String attributes) {
    String image = alice.image(attributes);
    alice.succeeded(alice.share(List.of(image), List.of(bob.project())));
    return image;
  }

  /** Contract 1.0.4. */
  @Test
  void aKeyAndTheNameOfTheRegionAreAllItTakesToShare() {
    BasicCredentials credentials = Customer.credentials(server.url(), alice.newKey());
    ImsClient ims = Customer.ims(server.url(), credentials);
    String image = alice.image();

    BatchAddMembersResponse accepted =
        ims.batchAddMembers(
            new BatchAddMembersRequest()
                .withBody(
                    new BatchAddMembersRequestBody()
                        .withImages(List.of(image))
                        .withProjects(List.of(bob.project()))));

    assertThat(credentials.getProjectId()).isEqualTo(alice.project());
    alice.succeeded(accepted.getJobId());
    assertThat(listed(bob, MemberStatusEnum.PENDING)).contains(image);
  }

  /** Contract 1.13, 1.16: what its recipient finds in which list, from the offer to its end. */
  @Test
  void anOfferIsAcceptedRejectedAcceptedAgainAndTakenBack() {
    String image = offered();
    assertListed(image, MemberStatusEnum.PENDING);

    bob.succeeded(bob.answer(image, StatusEnum.ACCEPTED));
    assertListed(image, MemberStatusEnum.ACCEPTED);
    bob.succeeded(bob.answer(image, StatusEnum.REJECTED));
    assertListed(image, MemberStatusEnum.REJECTED);
    bob.succeeded(bob.answer(image, StatusEnum.ACCEPTED));
    assertListed(image, MemberStatusEnum.ACCEPTED);

    ShowJobResponse removal =
        alice.succeeded(alice.unshare(List.of(image), List.of(bob.project())));
    assertThat(removal.getJobType()).isEqualTo("imsDelImageMembersJob");
    assertThat(removal.getEntities().getResults()).isEmpty();
    assertListed(image);
  }

  /**
   * That the recipient finds the image in its lists of these statuses, in no other, and in the
   * usual one if it has accepted it.
   */
  private static void assertListed(String image, MemberStatusEnum... statuses) {
    List<MemberStatusEnum> found = new ArrayList<>();
    for (MemberStatusEnum status :
        List.of(MemberStatusEnum.PENDING, MemberStatusEnum.ACCEPTED, MemberStatusEnum.REJECTED)) {
      if (listed(bob, status).contains(image)) {
        found.add(status);
      }
    }
    assertThat(found).containsExactly(statuses);
    boolean isUsual = list(bob, shared()).stream().anyMatch(usual -> usual.getId().equals(image));
    assertThat(isUsual).isEqualTo(found.contains(MemberStatusEnum.ACCEPTED));
  }

  private static List<String> listed(Customer who, MemberStatusEnum status) {
    return list(who, shared().withMemberStatus(status)).stream().map(ImageInfo::getId).toList();
  }

  private static ListImagesRequest shared() {
    return new ListImagesRequest()
        .withVisibility(ListImagesRequest.VisibilityEnum.SHARED)
        .withImagetype(ListImagesRequest.ImagetypeEnum.SHARED);
  }

  private static List<ImageInfo> list(Customer who, ListImagesRequest request) {
    return who.ims().listImages(request).getImages();
  }

  private static ImageInfo listed(Customer who, String image) {
    return list(who, new ListImagesRequest().withId(image)).getFirst();
  }

  /** Contract 1.13: an image is shared while it has members. */
  @Test
  void anImageIsSharedForItsOwnerTooUntilItsLastMemberGoes() {
    String image = alice.image();
    assertThat(listed(alice, image).getImagetype()).isEqualTo(ImageInfo.ImagetypeEnum.PRIVATE);
    alice.succeeded(alice.share(List.of(image), List.of(bob.project())));
    assertThat(listed(alice, image).getImagetype()).isEqualTo(ImageInfo.ImagetypeEnum.SHARED);
    assertThat(listed(alice, image).getVisibility()).isEqualTo(ImageInfo.VisibilityEnum.SHARED);
    alice.succeeded(alice.unshare(List.of(image), List.of(bob.project())));
    assertThat(listed(alice, image).getImagetype()).isEqualTo(ImageInfo.ImagetypeEnum.PRIVATE);
    assertThat(listed(alice, image).getVisibility()).isEqualTo(ImageInfo.VisibilityEnum.PRIVATE);
  }

  /** Contract 1.7: each image with each project. */
  @Test
  void everyImageIsSharedWithEveryProject() {
    List<String> images = List.of(alice.image(), alice.image(), alice.image());
    List<String> projects = List.of(bob.project(), bob.newProject());

    ShowJobResponse job = alice.succeeded(alice.share(images, projects));

    assertThat(job.getEntities().getResults())
        .extracting(result -> result.getImageId() + " " + result.getProjectId())
        .containsExactlyInAnyOrderElementsOf(
            images.stream()
                .flatMap(image -> projects.stream().map(project -> image + " " + project))
                .toList());
    for (String image : images) {
      assertThat(members(alice, image))
          .extracting(GlanceImageMembers::getMemberId)
          .containsExactlyInAnyOrderElementsOf(projects);
    }
  }

  /** Contract 1.12, {@code ShowJob}. */
  @Test
  void aJobIsShownFieldByField() {
    String image = alice.image();
    String id = alice.share(List.of(image), List.of(bob.project()));

    ShowJobResponse job = alice.ended(id);

    assertThat(job.getJobId()).isEqualTo(id).matches("[0-9a-f]{32}");
    assertThat(job.getJobType()).isEqualTo("imsAddImageMembersJob");
    assertThat(job.getStatus()).isEqualTo(ShowJobResponse.StatusEnum.SUCCESS);
    assertThat(job.getBeginTime()).matches(MILLISECONDS).isLessThanOrEqualTo(job.getEndTime());
    assertThat(job.getEndTime()).matches(MILLISECONDS);
    assertThat(job.getErrorCode()).isNull();
    assertThat(job.getFailReason()).isNull();
    assertThat(job.getEntities().getProcessPercent()).isEqualTo(1.0);
    assertThat(job.getEntities().getResults())
        .containsExactly(
            new JobEntitiesResult()
                .withImageId(image)
                .withProjectId(bob.project())
                .withStatus("success"));
    assertThat(job.getEntities().getImageName()).isNull();
    assertThat(job.getEntities().getSubJobsResult()).isNullOrEmpty();
    assertThat(job.getEntities().getSubJobsList()).isNullOrEmpty();
  }

  /** Contract 1.12, {@code ShowJobProgress}; O-10: both know the same jobs. */
  @Test
  void theProgressOfAJobIsShownFieldByField() {
    ShowJobResponse job = alice.ended(alice.share(List.of(alice.image()), List.of(bob.project())));

    ShowJobProgressResponse progress =
        alice.ims().showJobProgress(new ShowJobProgressRequest().withJobId(job.getJobId()));

    assertThat(progress.getHttpStatusCode()).isEqualTo(200);
    assertThat(progress.getJobId()).isEqualTo(job.getJobId());
    assertThat(progress.getJobType()).isEqualTo("imsAddImageMembersJob");
    assertThat(progress.getStatus()).isEqualTo(ShowJobProgressResponse.StatusEnum.SUCCESS);
    assertThat(progress.getBeginTime()).isEqualTo(job.getBeginTime());
    assertThat(progress.getEndTime()).isEqualTo(job.getEndTime());
    assertThat(progress.getErrorCode()).isNull();
    assertThat(progress.getFailReason()).isNull();
    assertThat(progress.getEntities().getProcessPercent()).isEqualTo(1.0);
    assertThat(progress.getEntities().getSubJobsResult()).isNullOrEmpty();
    assertThat(progress.getEntities().getSubJobsList()).isNullOrEmpty();
  }

  /**
   * Contract 1.12 and part 3: what Terraform takes for a job is status 200 exactly, with an id; the
   * answers it then polls for are checked by {@link Customer#ended}.
   */
  @Test
  void terraformFindsAJobInEveryAnswer() {
    String image = alice.image();
    BatchAddMembersRequestBody pair =
        new BatchAddMembersRequestBody()
            .withImages(List.of(image))
            .withProjects(List.of(bob.project()));

    BatchAddMembersResponse added =
        alice.ims().batchAddMembers(new BatchAddMembersRequest().withBody(pair));
    assertThat(added.getHttpStatusCode()).isEqualTo(200);
    assertThat(alice.succeeded(added.getJobId()).getJobType()).isEqualTo("imsAddImageMembersJob");
    // The accepter's end is a rejection, of an offer it may never have accepted.
    BatchUpdateMembersResponse rejected =
        bob.ims()
            .batchUpdateMembers(
                new BatchUpdateMembersRequest()
                    .withBody(
                        new BatchUpdateMembersRequestBody()
                            .withImages(List.of(image))
                            .withProjectId(bob.project())
                            .withStatus(StatusEnum.REJECTED)));
    assertThat(rejected.getHttpStatusCode()).isEqualTo(200);
    assertThat(bob.succeeded(rejected.getJobId()).getJobType())
        .isEqualTo("imsUpdateImageMembersJob");
    for (int time = 0; time < 2; time++) {
      BatchDeleteMembersResponse removed =
          alice.ims().batchDeleteMembers(new BatchDeleteMembersRequest().withBody(pair));
      assertThat(removed.getHttpStatusCode()).isEqualTo(200);
      alice.succeeded(removed.getJobId());
    }
  }

  /** Contract 1.8: a whole machine is accepted with a vault, and rejected without. */
  @Test
  void aWholeMachineIsAcceptedWithAVault() {
    String image = offered(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");

    bob.succeeded(bob.answer(image, StatusEnum.REJECTED));
    bob.succeeded(
        bob.update(
            new BatchUpdateMembersRequestBody()
                .withImages(List.of(image))
                .withProjectId(bob.project())
                .withStatus(StatusEnum.ACCEPTED)
                .withVaultId("vault")));

    assertListed(image, MemberStatusEnum.ACCEPTED);
  }

  /** Contract 1.2 to 1.6. */
  @Test
  void membersAreAddedShownChangedListedAndDeletedNatively() {
    String image = alice.image();

    GlanceAddImageMemberResponse added =
        alice
            .ims()
            .glanceAddImageMember(
                new GlanceAddImageMemberRequest()
                    .withImageId(image)
                    .withBody(new GlanceAddImageMemberRequestBody().withMember(bob.project())));
    assertThat(added.getHttpStatusCode()).isEqualTo(200);
    assertThat(added.getStatus()).isEqualTo("pending");
    assertThat(added.getImageId()).isEqualTo(image);
    assertThat(added.getMemberId()).isEqualTo(bob.project());
    assertThat(added.getSchema()).isEqualTo("/v2/schemas/member");
    assertThat(added.getCreatedAt()).matches(SECONDS).isEqualTo(added.getUpdatedAt());

    GlanceUpdateImageMemberResponse accepted =
        bob.ims()
            .glanceUpdateImageMember(
                new GlanceUpdateImageMemberRequest()
                    .withImageId(image)
                    .withMemberId(bob.project())
                    .withBody(
                        new GlanceUpdateImageMemberRequestBody()
                            .withStatus(GlanceUpdateImageMemberRequestBody.StatusEnum.ACCEPTED)));
    assertThat(accepted.getStatus()).isEqualTo("accepted");
    assertThat(accepted.getCreatedAt()).isEqualTo(added.getCreatedAt());
    GlanceShowImageMemberResponse shown =
        bob.ims()
            .glanceShowImageMember(
                new GlanceShowImageMemberRequest().withImageId(image).withMemberId(bob.project()));
    assertThat(shown.getStatus()).isEqualTo("accepted");
    assertThat(members(alice, image))
        .containsExactly(
            new GlanceImageMembers()
                .withStatus("accepted")
                .withCreatedAt(added.getCreatedAt())
                .withUpdatedAt(accepted.getUpdatedAt())
                .withImageId(image)
                .withMemberId(bob.project())
                .withSchema("/v2/schemas/member"));

    GlanceDeleteImageMemberResponse deleted =
        alice
            .ims()
            .glanceDeleteImageMember(
                new GlanceDeleteImageMemberRequest()
                    .withImageId(image)
                    .withMemberId(bob.project()));
    assertThat(deleted.getHttpStatusCode()).isEqualTo(204);
    assertThat(members(alice, image)).isEmpty();
  }

  private static List<GlanceImageMembers> members(Customer who, String image) {
    GlanceListImageMembersResponse listed =
        who.ims().glanceListImageMembers(new GlanceListImageMembersRequest().withImageId(image));
    assertThat(listed.getSchema()).isEqualTo("/v2/schemas/members");
    return listed.getMembers();
  }

  /** Contract 1.11. */
  @Test
  void schemasOfMembersAreRead() {
    GlanceShowImageMemberSchemasResponse one =
        bob.ims().glanceShowImageMemberSchemas(new GlanceShowImageMemberSchemasRequest());
    GlanceListImageMemberSchemasResponse many =
        bob.ims().glanceListImageMemberSchemas(new GlanceListImageMemberSchemasRequest());

    assertThat(one.getName()).isEqualTo("member");
    assertThat(one.getProperties())
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Map.class))
        .containsOnlyKeys("status", "created_at", "updated_at", "image_id", "member_id", "schema")
        .extractingByKey("status")
        .hasFieldOrPropertyWithValue("enum", List.of("pending", "accepted", "rejected"));
    assertThat(many.getName()).isEqualTo("members");
    assertThat(many.getLinks())
        .containsExactly(new Links().withHref("{schema}").withRel("describedby"));
  }

  /** Contract 1.13: the native list takes the same filters. */
  @Test
  void sharedImagesAreListedNatively() {
    String image = offered();

    GlanceListImagesResponse pending =
        bob.ims()
            .glanceListImages(
                new GlanceListImagesRequest()
                    .withVisibility(GlanceListImagesRequest.VisibilityEnum.SHARED)
                    .withMemberStatus("pending")
                    .withLimit(1000));
    GlanceListImagesResponse usual = bob.ims().glanceListImages(new GlanceListImagesRequest());

    assertThat(pending.getSchema()).isEqualTo("/v2/schemas/images");
    assertThat(pending.getFirst()).startsWith("/v2/images?");
    assertThat(pending.getNext()).isNull();
    assertThat(pending.getImages())
        .filteredOn(found -> found.getId().equals(image))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.getOwner()).isEqualTo(alice.project());
              assertThat(found.getVisibility())
                  .isEqualTo(GlanceShowImageListResponseBody.VisibilityEnum.SHARED);
              assertThat(found.getSize()).isEqualTo(5);
            });
    assertThat(usual.getImages())
        .extracting(GlanceShowImageListResponseBody::getId)
        .doesNotContain(image);
  }

  /** Contract 1.13: an image as its recipient finds it. */
  @Test
  void aSharedImageIsListedFieldByField() {
    String image = offered(", \"name\": \"für bob\", \"min_disk\": 3, \"tags\": [\"a=b c\"]");
    bob.succeeded(bob.answer(image, StatusEnum.ACCEPTED));

    List<ImageInfo> found =
        list(bob, shared().withMemberStatus(MemberStatusEnum.ACCEPTED).withTag("a=b c"));

    assertThat(found).hasSize(1);
    ImageInfo listed = found.getFirst();
    assertThat(listed.getId()).isEqualTo(image);
    assertThat(listed.getName()).isEqualTo("für bob");
    assertThat(listed.getOwner()).isEqualTo(alice.project());
    assertThat(listed.getStatus()).isEqualTo(ImageInfo.StatusEnum.ACTIVE);
    assertThat(listed.getVisibility()).isEqualTo(ImageInfo.VisibilityEnum.SHARED);
    assertThat(listed.getImagetype()).isEqualTo(ImageInfo.ImagetypeEnum.SHARED);
    assertThat(listed.getIsregistered()).isEqualTo(ImageInfo.IsregisteredEnum.TRUE);
    assertThat(listed.getProtected()).isFalse();
    assertThat(listed.getTags()).containsExactly("a=b c");
    assertThat(listed.getSize()).isZero();
    assertThat(listed.getMinDisk()).isEqualTo(3);
    assertThat(listed.getMinRam()).isZero();
    assertThat(listed.getDiskFormat()).isEqualTo("raw");
    assertThat(listed.getContainerFormat()).isEqualTo("bare");
    assertThat(listed.getCreatedAt()).matches(SECONDS);
    assertThat(listed.getUpdatedAt()).matches(SECONDS);
    assertThat(listed.getSelf()).isEqualTo("/v2/images/" + image);
    assertThat(listed.getFile()).isEqualTo("/v2/images/" + image + "/file");
    assertThat(listed.getSchema()).isEqualTo("/v2/schemas/image");
    assertThat(listed.getEnterpriseProjectId()).isNull();
    assertThat(listed(alice, image).getEnterpriseProjectId()).isEqualTo("0");
  }

  /** Contract 1.13: pages, and a key of the SDK's with a blank at its end. */
  @Test
  void imagesAreListedPageByPage() {
    String name = "page by page";
    List<String> images = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      images.add(alice.image(", \"name\": \"%s\"".formatted(name)));
    }
    ListImagesRequest request =
        new ListImagesRequest()
            .withName(name)
            .withLimit(2)
            .withSortKey(ListImagesRequest.SortKeyEnum.STATUS_)
            .withSortDir(ListImagesRequest.SortDirEnum.ASC);

    List<ImageInfo> first = list(alice, request);
    List<ImageInfo> rest = list(alice, request.withMarker(first.getLast().getId()));

    assertThat(first).hasSize(2);
    assertThat(rest).hasSize(1);
    List<ImageInfo> all = new ArrayList<>(first);
    all.addAll(rest);
    assertThat(all).extracting(ImageInfo::getId).containsExactlyInAnyOrderElementsOf(images);
  }

  /** Contract 1.13: by time, in both its forms; by type; by what its owner says of it. */
  @Test
  void imagesAreFoundByWhatTheyAre() {
    String image = alice.image(", \"name\": \"found\", \"__os_type\": \"Linux\"");

    assertThat(found(byName().withOwner(alice.project()))).containsExactly(image);
    assertThat(found(byName().withCreatedAt("gte:2018-10-28T10:00:00Z"))).containsExactly(image);
    assertThat(found(byName().withCreatedAt("lt:2018-10-28 10:00:00"))).isEmpty();
    assertThat(found(byName().withOsType(ListImagesRequest.OsTypeEnum.LINUX)))
        .containsExactly(image);
    assertThat(found(byName().withOsType(ListImagesRequest.OsTypeEnum.WINDOWS))).isEmpty();
    assertThat(found(byName().withEnterpriseProjectId("all_granted_eps"))).containsExactly(image);
    assertThat(found(byName().withVisibility(ListImagesRequest.VisibilityEnum.PRIVATE)))
        .containsExactly(image);
    assertThat(found(byName().withImagetype(ListImagesRequest.ImagetypeEnum.GOLD))).isEmpty();
    assertThat(found(byName().withImagetype(ListImagesRequest.ImagetypeEnum.MARKET))).isEmpty();
  }

  private static ListImagesRequest byName() {
    return new ListImagesRequest().withName("found");
  }

  private static List<String> found(ListImagesRequest request) {
    return list(alice, request).stream().map(ImageInfo::getId).toList();
  }

  /** Ruling 18. */
  @Test
  void anImageIsChanged() {
    String image = alice.image();

    UpdateImageResponse changed =
        alice
            .ims()
            .updateImage(
                new UpdateImageRequest()
                    .withImageId(image)
                    .withBody(
                        List.of(
                            replacement("/name", "other"),
                            replacement("/min_disk", "7"),
                            replacement("/min_ram", "512"),
                            replacement("/__os_version", "Ubuntu 24.04")
                                .withOp(UpdateImageRequestBody.OpEnum.ADD))));

    assertThat(changed.getId()).isEqualTo(image);
    assertThat(changed.getName()).isEqualTo("other");
    assertThat(changed.getMinDisk()).isEqualTo(7);
    assertThat(changed.getMinRam()).isEqualTo(512);
    assertThat(changed.getOsVersion()).isEqualTo("Ubuntu 24.04");
    assertThat(changed.getImagetype()).isEqualTo(UpdateImageResponse.ImagetypeEnum.PRIVATE);
    assertThat(listed(alice, image).getName()).isEqualTo("other");
  }

  private static UpdateImageRequestBody replacement(String path, String value) {
    return new UpdateImageRequestBody()
        .withOp(UpdateImageRequestBody.OpEnum.REPLACE)
        .withPath(path)
        .withValue(value);
  }

  /** An image is described natively, changed with the type that the SDK gives, and goes. */
  @Test
  void anImageIsMadeTaggedChangedAndDeletedNatively() {
    GlanceCreateImageMetadataResponse made =
        alice
            .ims()
            .glanceCreateImageMetadata(
                new GlanceCreateImageMetadataRequest()
                    .withBody(
                        new GlanceCreateImageMetadataRequestBody()
                            .withName("made")
                            .withMinRam(256)
                            .withTags(List.of("t"))));
    GlanceUpdateImageResponse changed =
        alice
            .ims()
            .glanceUpdateImage(
                new GlanceUpdateImageRequest()
                    .withImageId(made.getId())
                    .withBody(
                        List.of(
                            new GlanceUpdateImageRequestBody()
                                .withOp(GlanceUpdateImageRequestBody.OpEnum.REPLACE)
                                .withPath("/name")
                                .withValue("changed"))));
    assertThat(changed.getName()).isEqualTo("changed");
    alice
        .ims()
        .glanceCreateTag(
            new GlanceCreateTagRequest().withImageId(made.getId()).withTag("a key.v+ü"));
    alice
        .ims()
        .glanceDeleteTag(new GlanceDeleteTagRequest().withImageId(made.getId()).withTag("t"));
    GlanceShowImageRequest request = new GlanceShowImageRequest().withImageId(made.getId());
    GlanceShowImageResponse shown = alice.ims().glanceShowImage(request);
    assertThat(shown.getName()).isEqualTo("changed");
    assertThat(shown.getTags()).containsExactly("a key.v+ü");
    assertThat(shown.getMinRam()).isEqualTo(256);
    assertThat(shown.getStatus()).isEqualTo(GlanceShowImageResponse.StatusEnum.QUEUED);
    alice.ims().glanceDeleteImage(new GlanceDeleteImageRequest().withImageId(made.getId()));
    assertThat(list(alice, new ListImagesRequest().withId(made.getId()))).isEmpty();
  }

  /** Contract 1.14, ruling 17. */
  @Test
  void quotasAreShown() {
    QuotaInfo before = quota("image");
    alice.queued("");

    assertThat(quota("image").getUsed()).isEqualTo(before.getUsed() + 1);
    assertThat(before.getQuota()).isEqualTo(-1);
    assertThat(quota("image_member").getQuota()).isEqualTo(128);
    assertThat(quota("image_member").getMin()).isNotNull();
    assertThat(quota("image_member").getMax()).isNotNull();
  }

  private static QuotaInfo quota(String type) {
    return alice
        .ims()
        .showImageQuota(new ShowImageQuotaRequest())
        .getQuotas()
        .getResources()
        .stream()
        .filter(quota -> quota.getType().equals(type))
        .findAny()
        .orElseThrow();
  }

  /** Contract 1.15, ruling 24. */
  @Test
  void versionsAreListed() {
    ListVersionsResponse listed = alice.ims().listVersions(new ListVersionsRequest());

    assertThat(listed.getHttpStatusCode()).isEqualTo(300);
    assertThat(listed.getVersions())
        .filteredOn(version -> version.getStatus().equals("CURRENT"))
        .hasSize(1);
    assertThat(listed.getVersions())
        .extracting(OsVersionResponse::getId)
        .contains("v2.0", "v2.1", "v2.2");
    assertThat(listed.getVersions())
        .allSatisfy(
            version -> {
              boolean isOfImages = version.getId().startsWith("v2.");
              String path = isOfImages ? "/v2/" : "/identity/v3/";
              assertThat(version.getLinks())
                  .containsExactly(new Links().withHref(server.url() + path).withRel("self"));
            });
  }

  /** Contract 1.15, ruling 24. */
  @Test
  void eachVersionIsShown() {
    for (String version : List.of("v2.0", "v1.0")) {
      ShowVersionResponse shown =
          alice.ims().showVersion(new ShowVersionRequest().withVersion(version));
      assertThat(shown.getVersions())
          .singleElement()
          .matches(entry -> entry.getId().equals(version), version);
    }
  }
}
