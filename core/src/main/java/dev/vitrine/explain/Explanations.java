package dev.vitrine.explain;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.access.Explanation;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.ProjectStore;
import dev.vitrine.directory.Reference;
import dev.vitrine.directory.User;
import dev.vitrine.directory.UserStore;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.ImageStore;
import dev.vitrine.image.ImageStore.Found;
import dev.vitrine.login.LoginStore;
import dev.vitrine.login.RequestedScope;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.View;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers why an operation is allowed or refused (ruling 10). Every user may ask about itself,
 * where it could log in. A caller that may list the grants of a domain may also ask about the users
 * of that domain in its projects. Nothing is written. All methods throw {@link
 * dev.vitrine.refusal.Refused}.
 */
public final class Explanations {
  private final Access access;
  private final LoginStore logins;
  private final UserStore users;
  private final ProjectStore projects;
  private final ImageStore images;
  private final Denials denials;
  private final Sharing.Rules rules;
  private final InstantSource clock;

  public Explanations(
      Access access,
      LoginStore logins,
      UserStore users,
      ProjectStore projects,
      ImageStore images,
      Denials denials,
      Sharing.Rules rules,
      InstantSource clock) {
    this.access = access;
    this.logins = logins;
    this.users = users;
    this.projects = projects;
    this.images = images;
    this.denials = denials;
    this.rules = rules;
    this.clock = clock;
  }

  /** Answers a question. */
  public Answer explain(Caller asker, Question question) {
    access.require(asker, Operation.EXPLAIN);
    return answer(asker, question);
  }

  /**
   * An earlier refusal, and the decision about the same request now.
   *
   * @param changed true if the subject cannot act now; if its authorization version is no longer
   *     that of the refusal; or if the version of the refusal is not known
   */
  public record Later(Instant refusedAt, boolean changed, Answer answer) {}

  /** Explains the refusal that carried this id. */
  public Later explain(Caller asker, String id) {
    access.require(asker, Operation.SHOW_EXPLANATION);
    Denial denial = denials.read(id);
    if (denial == null) {
      throw new Refusal.Absent("explanation", id).asException();
    }
    Answer answer = answer(asker, denial.question());
    Explanation policy = answer.policy();
    boolean changed = policy == null || policy.version() != denial.version();
    return new Later(denial.at(), changed, answer);
  }

  /** The id by which this refusal can be explained later. */
  public String idOf(
      Caller refused, Operation operation, @Nullable String image, @Nullable String member) {
    return denials.write(
        new Denial(
            new Question(refused.user(), refused.scope(), operation, image, member),
            access.lastVersion(refused),
            clock.instant()));
  }

  private Answer answer(Caller asker, Question question) {
    requireEntitled(asker, question);
    if (question.user().equals(asker.user()) && !couldBeIn(asker, question.scope())) {
      return new Answer(question, null, null);
    }
    Caller subject = subject(question);
    if (question.image() == null) {
      return new Answer(question, access.explain(subject, question.operation()), null);
    }
    Found found = images.find(subject, ImageId.named(question.image()));
    boolean known = isVisible(asker, findFor(asker, question));
    String enterpriseProject =
        known && found.image() != null ? found.image().enterpriseProjectFor(subject) : null;
    Explanation policy =
        access.explain(subject, found.standing(), question.operation(), enterpriseProject);
    if (policy == null) {
      return new Answer(question, null, null);
    }
    return new Answer(
        question, policy, known ? sharing(subject, found, policy, question) : new Answer.NoImage());
  }

  private Found findFor(Caller asker, Question question) {
    return images.find(asker, ImageId.named(String.valueOf(question.image())));
  }

  private Answer.Sharing sharing(
      Caller subject, Found found, Explanation policy, Question question) {
    var image = found.image();
    if (image == null) {
      return new Answer.NoImage();
    }
    boolean cloudAdmin = policy.cloudAdmin() && !question.operation().isOfIms();
    View view = image.asSeenBy(subject, cloudAdmin, found.membership());
    if (!view.isVisible()) {
      return new Answer.OfImage(
          view, image.status(), new Refusal.ImageNotFound(image.id().toString()));
    }
    String member = question.member();
    MemberId id = member != null && MemberId.isValid(member) ? new MemberId(member) : null;
    return new Answer.OfImage(view, image.status(), view.judge(question.operation(), id, rules));
  }

  private boolean isVisible(Caller asker, Found found) {
    if (found.image() == null || found.standing() == null) {
      return false;
    }
    boolean cloudAdmin = access.authorization(asker).cloudAdmin();
    return found.image().asSeenBy(asker, cloudAdmin, found.membership()).isVisible();
  }

  /** Ruling 10: itself, or users of the domain that the asker may list the grants of. */
  private void requireEntitled(Caller asker, Question question) {
    if (question.user().equals(asker.user())) {
      return;
    }
    Authorization authorization = access.require(asker, Operation.LIST_ROLE_ASSIGNMENTS);
    User user = users.find(question.user());
    if (user == null || !authorization.extendsTo(user.domain())) {
      throw new Refusal.Absent("user", question.user().value()).asException();
    }
    DomainId domain =
        switch (question.scope()) {
          case Caller.Scope.InProject(ProjectId id) -> {
            Project project = projects.find(id);
            yield project == null ? null : project.domain();
          }
          case Caller.Scope.InDomain(DomainId id) -> id;
          case Caller.Scope.Unscoped() -> user.domain();
        };
    if (domain == null || !authorization.extendsTo(domain)) {
      throw new Refusal.Absent("project", String.valueOf(question.scope())).asException();
    }
  }

  /**
   * Whether the user has this scope, or would get it by a login. Of others it learns nothing: not
   * which projects there are, and not which are members of an image.
   */
  private boolean couldBeIn(Caller user, Caller.Scope scope) {
    return scope.equals(user.scope())
        || switch (scope) {
          case Caller.Scope.InProject(ProjectId id) ->
              logins.scope(
                      user.user(), new RequestedScope.ForProject(new Reference.ById(id.value())))
                  != null;
          case Caller.Scope.InDomain(DomainId id) ->
              logins.scope(
                      user.user(),
                      new RequestedScope.ForDomain(new Reference.InDomain.ById(id.value())))
                  != null;
          case Caller.Scope.Unscoped() -> true;
        };
  }

  /** As if the user had just logged in. */
  private Caller subject(Question question) {
    Instant now = clock.instant().plus(Duration.ofMinutes(1));
    return new Caller(
        question.user(), question.scope(), "explain", now, now.plusSeconds(60), List.of());
  }
}
