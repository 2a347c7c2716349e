package dev.vitrine.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Requirement;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.tracing.Span;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides whether a caller may carry out an operation. Nothing else looks at
 * grants.
 *
 * <p>A cached authorization is used only if its version equals the version that the request's own
 * statement returned (ruling 3). A revocation or a change of policy therefore applies to the next
 * request on every node.
 */
public final class Access {
  /** An entry takes some KiB: compiled policies. */
  private static final int SUBJECTS = 10_000;

  private static final int TOKENS = 50_000;

  /** The attribute of a span that holds the outcome. */
  private static final String DECISION = "vitrine.decision";

  private final AuthorizationStore grants;
  private final InstantSource clock;
  private final DecisionListener listener;
  private final Cache<Subject, Authorization> compiled =
      Caffeine.newBuilder().maximumSize(SUBJECTS).build();

  /** The version at which a token was last known to be valid. */
  private final Cache<Bearer, Long> seen = Caffeine.newBuilder().maximumSize(TOKENS).build();

  public Access(AuthorizationStore grants) {
    this(grants, InstantSource.system(), (caller, decision) -> {});
  }

  /**
   * @param clock that the condition key {@code g:CurrentTime} reads
   */
  public Access(AuthorizationStore grants, InstantSource clock, DecisionListener listener) {
    this.grants = grants;
    this.clock = clock;
    this.listener = listener;
  }

  private record Subject(
      UserId user, Caller.Scope scope, Caller.@Nullable ByApplication application) {
    static Subject of(Caller caller) {
      return new Subject(caller.user(), caller.scope(), caller.application());
    }
  }

  /** The key of {@code seen}: a token, or an access key in one scope. */
  private record Bearer(Subject subject, String auditId) {
    static Bearer of(Caller caller) {
      return new Bearer(Subject.of(caller), caller.auditId());
    }
  }

  /**
   * Reads the caller's standing and requires that the operation is allowed. For requests whose own
   * statement does not return a standing.
   *
   * @return what the caller may do
   * @throws dev.vitrine.refusal.Refused if the token is no longer valid or the operation is not
   *     allowed
   */
  public Authorization require(Caller caller, Operation operation) {
    return require(caller, grants.standing(caller), operation);
  }

  /**
   * Returns what the caller may do, and does not require that any operation is allowed. For
   * operations that some callers may carry out without the actions that {@link Operation} lists: a
   * user on itself, for example.
   *
   * @throws dev.vitrine.refusal.Refused if the token is no longer valid
   */
  public Authorization authorization(Caller caller) {
    return authorization(caller, grants.standing(caller));
  }

  /**
   * Requires that the operation is allowed.
   *
   * @param standing what the request's own statement said of the caller; null if its user or scope
   *     is not there
   * @return what the caller may do
   * @throws dev.vitrine.refusal.Refused if the token is no longer valid or the operation is not
   *     allowed
   */
  public Authorization require(Caller caller, @Nullable Standing standing, Operation operation) {
    return require(caller, standing, operation, null);
  }

  /**
   * Requires an operation on an image.
   *
   * @param standing what the request's own statement said of the caller; null if its user or scope
   *     is not there
   * @param enterpriseProject the image's enterprise project. Null if there is no image, or if the
   *     caller's project does not own it: to other projects an image is in no enterprise project
   *     (ruling 8)
   * @return what the caller may do
   * @throws dev.vitrine.refusal.Refused if the token is no longer valid or the operation is not
   *     allowed
   */
  public Authorization require(
      Caller caller,
      @Nullable Standing standing,
      Operation operation,
      @Nullable String enterpriseProject) {
    try (Span span = span()) {
      Authorization authorization = authorization(caller, standing);
      require(span, caller, decide(caller, authorization, operation, enterpriseProject));
      return authorization;
    }
  }

  /**
   * Requires an operation that moves an image, both at the enterprise project that the image leaves
   * and at the one it enters (ruling 30). The listener receives one decision: the one that refuses,
   * if any does.
   *
   * @param standing as for {@link #require(Caller, Standing, Operation, String)}
   * @param from the image's enterprise project; null as in that method
   * @param to the enterprise project that the image enters
   * @return what the caller may do
   * @throws dev.vitrine.refusal.Refused if the token is no longer valid or the operation is not
   *     allowed at both
   */
  public Authorization requireMove(
      Caller caller,
      @Nullable Standing standing,
      Operation operation,
      @Nullable String from,
      String to) {
    try (Span span = span()) {
      Authorization authorization = authorization(caller, standing);
      Decision leaving = decide(caller, authorization, operation, from);
      require(
          span, caller, leaving.allowed() ? decide(caller, authorization, operation, to) : leaving);
      return authorization;
    }
  }

  /**
   * Requires an operation that concerns no single image. It is enough that it is allowed somewhere:
   * by grants at project scope, or in one enterprise project.
   *
   * @param standing what the request's own statement said of the caller; null if its user or scope
   *     is not there
   * @return on which images it may be carried out
   * @throws dev.vitrine.refusal.Refused if the token is no longer valid or the operation is allowed
   *     nowhere
   */
  public Reach requireReach(Caller caller, @Nullable Standing standing, Operation operation) {
    try (Span span = span()) {
      Reached reached = reach(caller, authorization(caller, standing), operation);
      require(span, caller, reached.decision());
      return reached.reach();
    }
  }

  private static Span span() {
    return Span.current().begin("authorization");
  }

  private void report(Span span, Caller caller, Decision decision) {
    span.set(DECISION, decision.allowed() ? "allowed" : "denied");
    listener.decided(caller, decision);
  }

  /** Reports the decision; throws the refusal if it denies. */
  private void require(Span span, Caller caller, Decision decision) {
    report(span, caller, decision);
    if (!decision.allowed()) {
      throw decision.refusal().asException();
    }
  }

  /**
   * The reach that follows from what was last known of the caller. It may be stale: use it to build
   * the SQL statement, then confirm it by {@link #requireReach} with the standing that this
   * statement returns.
   */
  public Reach foreseeReach(Caller caller, Operation operation) {
    Authorization kept = lastKnown(caller);
    return kept == null ? Reach.EVERYWHERE : reach(caller, kept, operation).reach();
  }

  /**
   * The images on which the operation is allowed, and one decision to report: one that allows, if
   * there is one.
   *
   * @param at the enterprise project that the decision is about, null for none
   */
  private record Reached(Reach reach, Decision decision, @Nullable String at) {}

  private Reached reach(Caller caller, Authorization authorization, Operation operation) {
    Circumstances now = circumstances(caller, authorization);
    Decision atProject = decide(authorization, operation, now, null);
    Decision telling = atProject;
    String at = null;
    Set<String> exceptions = new HashSet<>();
    for (String enterpriseProject : authorization.enterpriseProjects()) {
      Decision there = decide(authorization, operation, now, enterpriseProject);
      if (there.allowed() != atProject.allowed()) {
        exceptions.add(enterpriseProject);
        telling = there.allowed() ? there : telling;
        at = there.allowed() ? enterpriseProject : at;
      }
    }
    return new Reached(new Reach(atProject.allowed(), exceptions), telling, at);
  }

  /** The last known authorization version of the caller; -1 if none is known. */
  public long lastVersion(Caller caller) {
    Authorization kept = lastKnown(caller);
    return kept == null ? -1 : kept.version();
  }

  /**
   * As {@link #explain(Caller, Standing, Operation, String)}, for an operation on no image. It
   * reads the standing itself.
   */
  public @Nullable Explanation explain(Caller subject, Operation operation) {
    return explain(subject, grants.standing(subject), operation, null);
  }

  /**
   * The decision and everything that led to it, found by the same code that decides; null if the
   * subject's token is not valid. Requires nothing.
   *
   * @param enterpriseProject as for {@link #require}
   */
  public @Nullable Explanation explain(
      Caller subject,
      @Nullable Standing standing,
      Operation operation,
      @Nullable String enterpriseProject) {
    Authorization authorization = standing == null ? null : ifStanding(subject, standing);
    if (authorization == null) {
      return null;
    }
    String at =
        operation.isOfManyImages()
            ? reach(subject, authorization, operation).at()
            : enterpriseProject;
    return Explainer.explain(authorization, operation, circumstances(subject, authorization), at);
  }

  /**
   * Whether the caller was a cloud administrator when last read. This may be stale, but saves a
   * round trip: confirm it by {@link #require} with the standing that the statement returns.
   */
  public boolean isKnownCloudAdmin(Caller caller) {
    Authorization kept = lastKnown(caller);
    return kept != null && kept.cloudAdmin();
  }

  /**
   * A decision that is valid for one standing only.
   *
   * @param standing the standing that the decision was made with
   */
  public record Foreseen(Standing standing, Decision decision) {}

  /**
   * The decision that follows from the rights that were last known of the caller, with the standing
   * that belongs to them. Null if no rights are known for the caller's token, or if they do not
   * allow the operation. Use it for a change that checks, when it is made, that the caller's
   * standing is still the same.
   */
  public @Nullable Foreseen foresee(Caller caller, Operation operation) {
    Authorization kept = lastKnown(caller);
    if (kept == null || !wasSeen(caller, kept.version())) {
      return null;
    }
    try (Span _ = span().set(DECISION, "foreseen")) {
      Decision decision = decide(caller, kept, operation, null);
      return decision.allowed() ? new Foreseen(new Standing(kept.version()), decision) : null;
    }
  }

  /**
   * Reports a foreseen decision to the listener. Call it after the decision has proved right and
   * has been acted on.
   */
  public void confirm(Caller caller, Foreseen foreseen) {
    listener.decided(caller, foreseen.decision());
  }

  private Authorization authorization(Caller caller, @Nullable Standing standing) {
    Authorization authorization = standing == null ? null : ifStanding(caller, standing);
    if (authorization == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return authorization;
  }

  /** What the caller may do, from the cache or read again; null if its token is not valid. */
  private @Nullable Authorization ifStanding(Caller caller, Standing standing) {
    long version = standing.authorizationVersion();
    Authorization kept = lastKnown(caller);
    if (kept != null && kept.version() == version && wasSeen(caller, version)) {
      return kept;
    }
    Authorization fresh = grants.authorization(caller);
    if (fresh == null) {
      return null;
    }
    seen.put(Bearer.of(caller), fresh.version());
    if (kept != null && kept.version() == fresh.version()) {
      // Another token of the same user: the compiled authorization can be used again.
      return kept;
    }
    compiled.put(Subject.of(caller), fresh);
    return fresh;
  }

  private @Nullable Authorization lastKnown(Caller caller) {
    return compiled.getIfPresent(Subject.of(caller));
  }

  private boolean wasSeen(Caller caller, long version) {
    Long last = seen.getIfPresent(Bearer.of(caller));
    return last != null && last == version;
  }

  /**
   * Decides, and does not refuse. For operations that some callers may carry out without the
   * actions that {@link Operation} lists.
   */
  public Decision decide(Caller caller, Authorization authorization, Operation operation) {
    try (Span span = span()) {
      Decision decision = decide(caller, authorization, operation, null);
      report(span, caller, decision);
      return decision;
    }
  }

  /**
   * Whether the operation is allowed. Reports nothing: use it to find what an answer leaves out.
   */
  public boolean allows(Caller caller, Authorization authorization, Operation operation) {
    return decide(caller, authorization, operation, null).allowed();
  }

  private Decision decide(
      Caller caller,
      Authorization authorization,
      Operation operation,
      @Nullable String enterpriseProject) {
    return decide(
        authorization, operation, circumstances(caller, authorization), enterpriseProject);
  }

  /** All actions of the operation's row must be allowed. */
  static Decision decide(
      Authorization authorization,
      Operation operation,
      Circumstances circumstances,
      @Nullable String enterpriseProject) {
    Evaluator evaluator =
        new Evaluator(authorization, circumstances, enterpriseProject, Trace.NONE);
    List<Decision.Reason> reasons = new ArrayList<>(operation.requirements().size());
    for (Requirement requirement : operation.requirements()) {
      reasons.add(evaluator.judge(requirement));
    }
    return Decision.of(operation, reasons);
  }

  private Circumstances circumstances(Caller caller, Authorization authorization) {
    Authorization.Names names = authorization.names();
    return new Circumstances(
        clock.instant(), caller.user(), names.user(), names.domain(), names.project());
  }
}
