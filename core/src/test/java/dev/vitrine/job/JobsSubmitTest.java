package dev.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.access.AuthorizationStore;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.JobStore.Accepted;
import dev.vitrine.job.JobStore.Keyed;
import dev.vitrine.job.Jobs.Submission;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.SharingStore.SharedImage;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a batch must hold to before it is a job: its size, its caller, its key, its projects and its
 * images, and which of several faults is told (rulings 12, 15 and 16).
 */
@NullMarked
class JobsSubmitTest {
  private static final ProjectId ALICE = new ProjectId("alice");
  private static final MemberId BOB = new MemberId("bob");
  private static final MemberId CAROL = new MemberId("carol");
  private static final String IMAGE = "aaaaaaaa-0000-4000-8000-000000000001";
  private static final String ABSENT = "aaaaaaaa-0000-4000-8000-000000000002";
  private static final Cause CAUSE = new Cause("req-1", null);
  private static final int MAX_IMAGES = 3;
  private static final int MAX_MEMBERS = 2;

  private final MemoryJobs store = new MemoryJobs();
  private boolean isPermitted = true;
  private boolean knownMembersOnly = true;
  private int submitted;

  private Caller.Scope scope = new Caller.Scope.InProject(ALICE);
  private Batch.Kind kind = Batch.Kind.ADD;
  private List<String> images = List.of(IMAGE);
  private List<MemberId> members = List.of(BOB);
  private Submission submission = new Submission(CAUSE, null, "hash");

  JobsSubmitTest() {
    own(Visibility.PRIVATE);
  }

  private void own(Visibility visibility) {
    ImageId id = ImageId.named(IMAGE);
    store.images.put(id, new SharedImage(id, ALICE, visibility, null, Traits.USUAL));
  }

  /** What is granted changes with the version. */
  private Access access() {
    return new Access(
        new AuthorizationStore() {
          @Override
          public @Nullable Standing standing(Caller caller) {
            return store.standing;
          }

          @Override
          public @Nullable Authorization authorization(Caller caller) {
            Standing now = store.standing;
            return now == null
                ? null
                : new Authorization(
                    now.authorizationVersion(),
                    new DomainId("domain"),
                    GrantScope.PROJECT,
                    isPermitted,
                    false,
                    Authorization.Names.NONE,
                    List.of());
          }
        });
  }

  private Jobs jobs() {
    Sharing.Rules rules =
        new Sharing.Rules(Consent.GLANCE, 128, 10, knownMembersOnly, false, NativeApi.GLANCE);
    Jobs.Limits limits = new Jobs.Limits(MAX_IMAGES, MAX_MEMBERS);
    return new Jobs(store, access(), rules, limits, () -> submitted++);
  }

  private Caller caller() {
    return new Caller(
        new UserId("user"), scope, "audit", Instant.EPOCH, Instant.MAX, List.of("password"));
  }

  private Batch batch() {
    MemberStatus status = kind == Batch.Kind.UPDATE ? MemberStatus.REJECTED : null;
    return new Batch(kind, images, members, status, null, false);
  }

  private JobId submit() {
    return jobs().submit(caller(), batch(), submission);
  }

  private @Nullable Refusal refusal() {
    Refused refused = catchThrowableOfType(Refused.class, this::submit);
    assertThat(store.accepted).hasSize(refused == null ? 1 : 0);
    assertThat(submitted).isEqualTo(store.accepted.size());
    return refused == null ? null : refused.refusal();
  }

  private @Nullable Refusal refusalOfRehearsal() {
    Refused refused =
        catchThrowableOfType(Refused.class, () -> jobs().rehearse(caller(), batch(), CAUSE));
    assertThat(store.accepted).isEmpty();
    assertThat(store.rehearsed).hasSize(refused == null ? 1 : 0);
    assertThat(submitted).isZero();
    return refused == null ? null : refused.refusal();
  }

  // ---- Size

  @ParameterizedTest
  @CsvSource({
    "1, 1, ",
    "3, 2, ",
    "0, 1, images must have 1 to 3 elements.",
    "4, 1, images must have 1 to 3 elements.",
    "1, 0, projects must have 1 to 2 elements.",
    "1, 3, projects must have 1 to 2 elements.",
    "0, 0, images must have 1 to 3 elements."
  })
  void aBatchHasALimitedSize(int numberOfImages, int numberOfMembers, @Nullable String message) {
    images = IntStream.range(0, numberOfImages).mapToObj(JobsSubmitTest::written).toList();
    members = IntStream.range(0, numberOfMembers).mapToObj(i -> new MemberId("m" + i)).toList();
    Refusal expected = message == null ? null : new Refusal.Invalid(message);

    assertThat(refusalOfRehearsal()).isEqualTo(expected);
    assertThat(refusal()).isEqualTo(expected);
  }

  /** The one image, written in another way each time. */
  private static String written(int way) {
    return IMAGE.substring(0, way).toUpperCase(Locale.ROOT) + IMAGE.substring(way);
  }

  @Test
  void anImageThatIsWrittenInTwoWaysIsCarriedOutOnce() {
    images = List.of(IMAGE, IMAGE.toUpperCase(Locale.ROOT));
    submit();

    assertThat(store.accepted.getFirst().images()).containsExactly(ImageId.named(IMAGE));
    assertThat(store.accepted.getFirst().batch().images()).isEqualTo(images);
  }

  // ---- Which fault is told

  /** In the order in which they are told. */
  enum Fault {
    NO_BATCHES,
    TOO_MANY_IMAGES,
    TOO_MANY_MEMBERS,
    NO_PROJECT,
    NOT_PERMITTED,
    KEY_OF_ANOTHER_REQUEST,
    SHARED_WITH_ITSELF,
    IMAGE_NOT_FOUND,
    UNKNOWN_PROJECT
  }

  private void commit(Fault fault) {
    switch (fault) {
      case NO_BATCHES -> store.carriesOut = false;
      case TOO_MANY_IMAGES -> images = List.of(images.getFirst(), "a", "b", "c");
      case TOO_MANY_MEMBERS -> members = List.of(members.getFirst(), members.getLast(), CAROL);
      case NO_PROJECT -> scope = new Caller.Scope.InDomain(new DomainId("domain"));
      case NOT_PERMITTED -> isPermitted = false;
      case KEY_OF_ANOTHER_REQUEST -> {
        store.keys.put("key", new Keyed(JobId.next(), "another"));
        submission = new Submission(CAUSE, "key", "hash");
      }
      case SHARED_WITH_ITSELF -> members = List.of(members.getFirst(), MemberId.of(ALICE));
      case IMAGE_NOT_FOUND -> images = List.of(ABSENT);
      case UNKNOWN_PROJECT -> store.unknown.add(BOB);
    }
  }

  private static Class<? extends Refusal> told(Fault fault) {
    return switch (fault) {
      case NO_BATCHES -> Refusal.NoBatches.class;
      case TOO_MANY_IMAGES, TOO_MANY_MEMBERS -> Refusal.Invalid.class;
      case NO_PROJECT -> Refusal.Unauthenticated.class;
      case NOT_PERMITTED -> Refusal.NotPermitted.class;
      case KEY_OF_ANOTHER_REQUEST -> Refusal.Conflict.class;
      case SHARED_WITH_ITSELF -> Refusal.SharedWithItself.class;
      case IMAGE_NOT_FOUND -> Refusal.ImageNotFound.class;
      case UNKNOWN_PROJECT -> Refusal.UnknownProject.class;
    };
  }

  private static Stream<Arguments> pairsOfFaults() {
    return Arrays.stream(Fault.values())
        .flatMap(
            one ->
                Arrays.stream(Fault.values())
                    .filter(other -> one.compareTo(other) <= 0)
                    .map(other -> arguments(one, other)));
  }

  @ParameterizedTest
  @MethodSource("pairsOfFaults")
  void ofTwoFaultsTheEarlierIsTold(Fault one, Fault other) {
    // What makes a list too long keeps what is in it, so it comes last.
    commit(other);
    if (one != other) {
      commit(one);
    }

    assertThat(refusal()).isInstanceOf(told(one));
    if (one == Fault.TOO_MANY_IMAGES) {
      assertThat(refusal()).isEqualTo(new Refusal.Invalid("images must have 1 to 3 elements."));
    }
    if (one != Fault.KEY_OF_ANOTHER_REQUEST) {
      assertThat(refusalOfRehearsal()).as("a rehearsal tells the same").isInstanceOf(told(one));
    }
  }

  @Test
  void aTokenThatDoesNotStandIsToldBeforeTheImages() {
    store.standing = null;
    images = List.of(ABSENT);

    assertThat(refusal()).isInstanceOf(Refusal.Unauthenticated.class);
  }

  /** IMG.0108, with {@code sharing.members=known} and for what gives access. */
  @ParameterizedTest
  @EnumSource
  void anUnknownProjectIsGivenNothing(Batch.Kind asked) {
    kind = asked;
    boolean isUpdate = asked == Batch.Kind.UPDATE;
    MemberId itself = MemberId.of(ALICE);
    members = isUpdate ? List.of(itself) : List.of(BOB, CAROL);
    if (isUpdate) {
      ImageId id = ImageId.named(IMAGE);
      store.images.put(
          id,
          new SharedImage(
              id, new ProjectId("owner"), Visibility.SHARED, MemberStatus.PENDING, Traits.USUAL));
    }
    store.unknown.add(isUpdate ? itself : CAROL);

    assertThat(refusal())
        .isEqualTo(asked == Batch.Kind.ADD ? new Refusal.UnknownProject("carol") : null);
  }

  @Test
  void anyProjectIsTakenWhereTheOperatorWantsIt() {
    knownMembersOnly = false;
    store.unknown.add(BOB);

    assertThat(refusal()).isNull();
  }

  // ---- Keys

  /** Ruling 16: the first job again, whatever has become of what it is about. */
  @Test
  void aRequestThatIsRepeatedIsTheFirstJob() {
    submission = new Submission(CAUSE, "key", "hash");
    JobId first = submit();
    store.images.clear();

    assertThat(submit()).isEqualTo(first);
    assertThat(store.accepted).hasSize(1);
    assertThat(submitted).isEqualTo(1);
  }

  @Test
  void withoutAKeyEachRequestIsAJob() {
    assertThat(submit()).isNotEqualTo(submit());
    assertThat(submitted).isEqualTo(2);
  }

  @Test
  void ofTwoRequestsAtTheSameTimeTheOtherIsTheJob() {
    JobId other = JobId.next();
    submission = new Submission(CAUSE, "key", "hash");
    store.meanwhile = () -> store.keys.put("key", new Keyed(other, "hash"));

    assertThat(submit()).isEqualTo(other);
    assertThat(submitted).isZero();
  }

  @Test
  void anotherRequestAtTheSameTimeIsAConflict() {
    submission = new Submission(CAUSE, "key", "hash");
    store.meanwhile = () -> store.keys.put("key", new Keyed(JobId.next(), "another"));

    assertThat(refusal())
        .isEqualTo(new Refusal.Conflict("Idempotency-Key key was used with another request."));
  }

  // ---- What changes before it is accepted

  @Test
  void anImageThatBecomesPublicMeanwhileIsRefused() {
    store.meanwhile = () -> own(Visibility.PUBLIC);

    assertThat(refusal()).isEqualTo(new Refusal.NotShared(IMAGE));
  }

  @Test
  void aCallerThatMayNoLongerIsRefused() {
    store.meanwhile =
        () -> {
          store.standing = new Standing(2);
          isPermitted = false;
        };

    assertThat(refusal()).isInstanceOf(Refusal.NotPermitted.class);
  }

  @Test
  void aCallerThatStillMayIsNot() {
    store.meanwhile = () -> store.standing = new Standing(2);

    assertThat(refusal()).isNull();
  }

  @Test
  void aJobIsWhatWasAsked() {
    submission = new Submission(CAUSE, "key", "hash");
    JobId id = submit();

    assertThat(store.accepted)
        .containsExactly(
            new Accepted(
                id, ALICE, "user", batch(), List.of(ImageId.named(IMAGE)), "key", "hash", CAUSE));
  }
}
