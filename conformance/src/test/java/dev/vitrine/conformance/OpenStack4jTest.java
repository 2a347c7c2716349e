package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openstack4j.api.Builders;
import org.openstack4j.api.OSClient.OSClientV3;
import org.openstack4j.api.exceptions.AuthenticationException;
import org.openstack4j.api.exceptions.ResponseException;
import org.openstack4j.api.image.v2.ImageService;
import org.openstack4j.model.common.ActionResponse;
import org.openstack4j.model.common.Identifier;
import org.openstack4j.model.common.Payloads;
import org.openstack4j.model.identity.v3.Token;
import org.openstack4j.model.image.v2.ContainerFormat;
import org.openstack4j.model.image.v2.DiskFormat;
import org.openstack4j.model.image.v2.Image;
import org.openstack4j.model.image.v2.Image.ImageStatus;
import org.openstack4j.model.image.v2.Member;
import org.openstack4j.model.image.v2.Member.MemberStatus;
import org.openstack4j.openstack.OSFactory;

/**
 * Images and their members through openstack4j, a client that knows nothing of us. It answers null
 * for what is not there, and throws for most of what is refused.
 */
class OpenStack4jTest {
  private static final Identifier DEFAULT = Identifier.byName("Default");
  private static final String PASSWORD = "conformance";
  private static final String UNKNOWN = "11111111-2222-4333-8444-555555555555";

  private static RunningServer server;
  private static Person alice;
  private static Person bob;
  private static Person carol;

  @TempDir private Path folder;

  /** Somebody logged in to a project of their own, which has their name. */
  private record Person(String project, Token token) {

    ImageService images() {
      // The library keeps one session a thread, so whoever acts has to take it first.
      return OSFactory.clientFromToken(token).imagesV2();
    }

    List<String> seen(Map<String, String> filter) {
      return images().list(filter).stream().map(image -> image.getId()).toList();
    }
  }

  @BeforeAll
  static void hire() {
    server = RunningServer.start();
    OSClientV3 admin = login(server.adminUser(), server.adminPassword(), server.adminProject());
    Token token = admin.getToken();
    alice = hired(token, "alice");
    bob = hired(token, "bob");
    carol = hired(token, "carol");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Person hired(Token admin, String name) {
    var identity = OSFactory.clientFromToken(admin).identity();
    String project = identity.projects().create("default", name, name, true).getId();
    String user =
        identity
            .users()
            .create(
                Builders.user()
                    .name(name)
                    .domainId("default")
                    .password(PASSWORD)
                    .enabled(true)
                    .build())
            .getId();
    String role = identity.roles().getByName("member").getFirst().getId();
    assertThat(identity.roles().grantProjectUserRole(project, user, role).isSuccess()).isTrue();
    return new Person(project, login(name, PASSWORD, name).getToken());
  }

  private static OSClientV3 login(String user, String password, String project) {
    return OSFactory.builderV3()
        .endpoint(server.identityUrl().toString())
        .credentials(user, password, DEFAULT)
        .scopeToProject(Identifier.byName(project), DEFAULT)
        .authenticate();
  }

  private Image create(Person owner, String name) {
    return owner
        .images()
        .create(
            Builders.imageV2()
                .name(name)
                .diskFormat(DiskFormat.RAW)
                .containerFormat(ContainerFormat.BARE)
                .minRam(512L)
                .tags(List.of("one", "two"))
                .osDistro("debian")
                .additionalProperty("colour", "blue")
                .build());
  }

  private Path bytes(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(folder.resolve("upload-" + size), bytes);
  }

  private static void upload(Person owner, Image image, Path file) {
    succeeds(owner.images().upload(image.getId(), Payloads.create(file.toFile()), image));
  }

  private static void succeeds(ActionResponse response) {
    assertThat(response.isSuccess()).as("%s", response).isTrue();
  }

  private static void fails(ActionResponse response, int status) {
    assertThat(response.isSuccess()).as("%s", response).isFalse();
    assertThat(response.getCode()).isEqualTo(status);
  }

  private static void isRefused(int status, ThrowingCallable call) {
    assertThatExceptionOfType(ResponseException.class)
        .isThrownBy(call)
        .satisfies(refusal -> assertThat(refusal.getStatus()).isEqualTo(status));
  }

  @Test
  void aNewImageIsAsItWasDescribed() {
    Image image = create(alice, "described");

    assertThat(image.getStatus()).isEqualTo(ImageStatus.QUEUED);
    assertThat(image.getName()).isEqualTo("described");
    assertThat(image.getOwner()).isEqualTo(alice.project());
    assertThat(image.getMinRam()).isEqualTo(512);
    assertThat(image.getTags()).containsExactlyInAnyOrder("one", "two");
    assertThat(image.getOsDistro()).isEqualTo("debian");
    assertThat(image.getAdditionalPropertyValue("colour")).isEqualTo("blue");
    assertThat(image.getIsProtected()).isFalse();
    assertThat(image.getSize()).isNull();
    assertThat(alice.images().get(image.getId())).usingRecursiveComparison().isEqualTo(image);
  }

  @Test
  void whatIsUploadedComesBackByteForByte() throws IOException, NoSuchAlgorithmException {
    Path sent = bytes(3_000_001);
    Image image = create(alice, "bytes");
    upload(alice, image, sent);

    Image active = alice.images().get(image.getId());
    assertThat(active.getStatus()).isEqualTo(ImageStatus.ACTIVE);
    assertThat(active.getSize()).isEqualTo(3_000_001);
    assertThat(active.getChecksum())
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5").digest(Files.readAllBytes(sent))));
    Path received = folder.resolve("received");
    succeeds(alice.images().download(image.getId(), received.toFile()));
    assertThat(received).hasSameBinaryContentAs(sent);
    fails(alice.images().upload(image.getId(), Payloads.create(sent.toFile()), image), 409);
  }

  @Test
  void aListIsFilteredAndPaged() {
    Image first = create(alice, "listed-1");
    Image second = create(alice, "listed-2");

    assertThat(alice.seen(Map.of("name", "listed-1"))).containsExactly(first.getId());
    assertThat(alice.seen(Map.of("name", "in:listed-1,listed-2", "sort", "name:asc")))
        .containsExactly(first.getId(), second.getId());
    assertThat(
            alice.seen(
                Map.of(
                    "name",
                    "in:listed-1,listed-2",
                    "sort",
                    "name:asc",
                    "limit",
                    "1",
                    "marker",
                    first.getId())))
        .containsExactly(second.getId());
    assertThat(alice.seen(Map.of("tag", "two"))).contains(first.getId(), second.getId());
    assertThat(alice.seen(Map.of("owner", bob.project()))).isEmpty();
  }

  @Test
  void anImageIsChangedAndTaggedByItsOwner() {
    String id = create(alice, "before").getId();

    assertThat(rename(alice, id, "after")).isEqualTo(200);
    assertThat(rename(bob, id, "mine")).isEqualTo(404);
    assertThat(alice.images().get(id).getName()).isEqualTo("after");

    succeeds(alice.images().updateTag(id, "three"));
    succeeds(alice.images().deleteTag(id, "one"));
    assertThat(alice.images().get(id).getTags()).containsExactly("two", "three");
    fails(alice.images().deleteTag(id, "one"), 404);
  }

  /**
   * By hand: openstack4j sends its own patches as {@code application/json}, which is a 415 here as
   * it is with Glance.
   */
  private static int rename(Person person, String image, String name) {
    String patch =
        """
        [{"op": "replace", "path": "/name", "value": "%s"}]
        """
            .formatted(name);
    HttpRequest request =
        server
            .endpoint(person.token().getId())
            .request("PATCH", "/v2/images/" + image, BodyPublishers.ofString(patch))
            .header("Content-Type", "application/openstack-images-v2.1-json-patch")
            .build();
    return RunningServer.CLIENT.send(request).status();
  }

  @Test
  void aDeletedImageIsGone() {
    String id = create(alice, "deleted").getId();
    succeeds(alice.images().delete(id));

    assertThat(alice.images().get(id)).isNull();
    fails(alice.images().delete(id), 404);
    assertThat(alice.seen(Map.of("name", "deleted"))).isEmpty();
  }

  @Test
  void aProtectedImageStays() {
    Image image =
        alice.images().create(Builders.imageV2().name("protected").isProtected(true).build());

    fails(alice.images().delete(image.getId()), 403);
    assertThat(alice.images().get(image.getId())).isNotNull();
  }

  @Test
  void aDeactivatedImageIsNotHandedOut() throws IOException {
    Image image = create(alice, "deactivated");
    upload(alice, image, bytes(10));

    succeeds(alice.images().deactivate(image.getId()));
    assertThat(alice.images().get(image.getId()).getStatus()).isEqualTo(ImageStatus.DEACTIVATED);
    assertThat(alice.images().download(image.getId(), folder.resolve("none").toFile())).isNull();
    succeeds(alice.images().reactivate(image.getId()));
    succeeds(alice.images().download(image.getId(), folder.resolve("given").toFile()));
  }

  @Test
  void anImageIsOfferedAcceptedUsedAndTakenBack() throws IOException {
    Path sent = bytes(100_000);
    Image image = create(alice, "shared");
    String id = image.getId();
    upload(alice, image, sent);
    assertThat(bob.images().get(id)).isNull();

    Member offered = alice.images().createMember(id, bob.project());
    assertThat(offered.getStatus()).isEqualTo(MemberStatus.PENDING);
    assertThat(offered.getImageId()).isEqualTo(id);
    assertThat(bob.seen(Map.of("member_status", "pending"))).contains(id);
    assertThat(bob.seen(Map.of("visibility", "shared"))).doesNotContain(id);

    assertThat(bob.images().updateMember(id, bob.project(), MemberStatus.ACCEPTED).getStatus())
        .isEqualTo(MemberStatus.ACCEPTED);
    assertThat(bob.seen(Map.of("visibility", "shared"))).contains(id);
    assertThat(alice.images().getMember(id, bob.project()).getStatus())
        .isEqualTo(MemberStatus.ACCEPTED);
    Path received = folder.resolve("received");
    succeeds(bob.images().download(id, received.toFile()));
    assertThat(received).hasSameBinaryContentAs(sent);

    assertThat(bob.images().updateMember(id, bob.project(), MemberStatus.REJECTED).getStatus())
        .isEqualTo(MemberStatus.REJECTED);
    assertThat(bob.seen(Map.of("visibility", "shared"))).doesNotContain(id);

    succeeds(alice.images().deleteMember(id, bob.project()));
    assertThat(alice.images().listMembers(id)).isEmpty();
    assertThat(bob.images().get(id)).isNull();
    assertThat(bob.images().download(id, folder.resolve("none").toFile())).isNull();
    fails(alice.images().deleteMember(id, bob.project()), 404);
  }

  @Test
  void onlyTheOwnerSharesAndOnlyTheMemberAnswers() {
    String id = create(alice, "negatives").getId();
    alice.images().createMember(id, bob.project());
    alice.images().createMember(id, carol.project());

    isRefused(409, () -> alice.images().createMember(id, bob.project()));
    isRefused(400, () -> alice.images().createMember(id, "no-such-project"));
    isRefused(403, () -> bob.images().createMember(id, bob.project()));
    isRefused(403, () -> alice.images().updateMember(id, bob.project(), MemberStatus.ACCEPTED));
    fails(bob.images().deleteMember(id, bob.project()), 403);
    assertThat(alice.images().listMembers(id))
        .extracting(Member::getMemberId)
        .containsExactly(bob.project(), carol.project());
    assertThat(bob.images().listMembers(id))
        .extracting(Member::getMemberId)
        .containsExactly(bob.project());
  }

  @Test
  void anOutsiderLearnsAndChangesNothing() throws IOException {
    Image image = create(alice, "secret");
    String id = image.getId();
    upload(alice, image, bytes(10));

    assertThat(carol.images().get(id)).isNull();
    assertThat(carol.images().listMembers(id)).isNullOrEmpty();
    assertThat(carol.seen(Map.of("member_status", "all"))).doesNotContain(id);
    fails(carol.images().delete(id), 404);
    fails(carol.images().updateTag(id, "mine"), 404);
    assertThat(carol.images().download(id, folder.resolve("none").toFile())).isNull();
    assertThat(carol.images().createMember(id, carol.project())).isNull();
    assertThat(rename(carol, id, "mine")).isEqualTo(404);
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(alice.images().listMembers(id)).isEmpty();
    assertThat(alice.images().get(id).getName()).isEqualTo("secret");
  }

  @Test
  void anUnknownImageIsNotThere() {
    assertThat(alice.images().get(UNKNOWN)).isNull();
    fails(alice.images().delete(UNKNOWN), 404);
    assertThat(alice.images().createMember(UNKNOWN, bob.project())).isNull();
  }

  @Test
  void whoCannotLogInIsToldNoMore() {
    for (String[] attempt : new String[][] {{"alice", "wrong"}, {"nobody", PASSWORD}}) {
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> login(attempt[0], attempt[1], "alice"))
          .satisfies(refusal -> assertThat(refusal.getStatus()).isEqualTo(401));
    }
  }
}
