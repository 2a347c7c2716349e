package dev.vitrine.server.start;

import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.Reference;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.User;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.Content;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.login.RequestedScope;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.bootstrap.Bootstrap.Account;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.testdouble.Seed;
import dev.vitrine.server.testdouble.Seed.Name;
import dev.vitrine.server.testdouble.Seed.Place;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Applies a {@link Seed} through the services of core, as the administrator: what a rule of core
 * forbids is in no seed. For images and shares the administrator has the role {@code admin} in
 * their projects meanwhile.
 */
final class Seeding {
  private static final int PIECE = 1 << 16;
  private static final Cause CAUSE = new Cause("req-seed", null);

  private final Services services;
  private final Account administrator;
  private final Caller cloud;
  private final Map<String, DomainId> domains = new HashMap<>();
  private final Map<Name, ProjectId> projects = new HashMap<>();
  private final Map<Name, UserId> users = new HashMap<>();
  private final Map<String, String> images = new HashMap<>();
  private final Map<ProjectId, Caller> callers = new LinkedHashMap<>();
  private final Map<String, RoleId> roles = new HashMap<>();

  /**
   * @param administrator the account {@code admin}
   */
  Seeding(Services services, Account administrator) {
    this.services = services;
    this.administrator = administrator;
    this.cloud =
        logIn(
            new RequestedScope.ForProject(
                new Reference.ByName(
                    administrator.project(),
                    new Reference.InDomain.ByName(administrator.domain()))));
  }

  /**
   * Applies the seed.
   *
   * @return an account for each user with a project of its own domain, for the file of clouds
   * @throws StartFailure if a rule refuses a part of it
   */
  List<Account> apply(Seed seed) {
    for (Domain domain : services.domains.list(cloud, new Filter(null, null, null))) {
      domains.put(domain.name(), domain.id());
    }
    for (Role role : services.roles.list(cloud, null, null)) {
      roles.put(role.name(), role.id());
    }
    seed.domains().forEach(one -> at(one.place(), () -> add(one)));
    seed.projects().forEach(one -> at(one.place(), () -> add(one)));
    seed.users().forEach(one -> at(one.place(), () -> add(one)));
    seed.grants().forEach(one -> at(one.place(), () -> add(one)));
    seed.images().forEach(one -> at(one.place(), () -> add(one)));
    seed.shares().forEach(one -> at(one.place(), () -> add(one, seed)));
    for (ProjectId project : callers.keySet()) {
      services.grants.revoke(
          cloud, Operation.REVOKE_ROLE_FROM_USER_ON_PROJECT, ofAdministrator(project));
    }
    return accounts(seed);
  }

  /** A step, which may be refused. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void at(Place place, Step step) {
    try {
      step.run();
    } catch (Refused refused) {
      throw new StartFailure(
          "The seed is refused at %s: %s".formatted(place, refused.refusal()), refused);
    } catch (IOException e) {
      throw new StartFailure("The seed stopped at %s: %s".formatted(place, e), e);
    }
  }

  private void add(Seed.OfDomain one) {
    Domain made =
        services.domains.create(
            cloud,
            random ->
                new Domain(
                    one.id() == null ? random : new DomainId(one.id()), one.name(), "", true));
    domains.put(one.name(), made.id());
  }

  private void add(Seed.OfProject one) {
    Project made =
        services.projects.create(
            cloud,
            domain(one.name().domain()),
            (random, domain) ->
                new Project(
                    one.id() == null ? random : new ProjectId(one.id()),
                    domain,
                    one.name().name(),
                    "",
                    true));
    projects.put(one.name(), made.id());
  }

  private void add(Seed.OfUser one) {
    User made =
        services.users.create(
            cloud,
            domain(one.name().domain()),
            (random, domain) ->
                new User(
                    one.id() == null ? random : new UserId(one.id()),
                    domain,
                    one.name().name(),
                    null,
                    null,
                    true,
                    one.project() == null ? null : project(one.project())),
            one.password());
    users.put(one.name(), made.id());
  }

  private void add(Seed.OfGrant one) {
    Name project = one.project();
    services.grants.grant(
        cloud,
        project == null
            ? Operation.GRANT_ROLE_TO_USER_ON_DOMAIN
            : Operation.GRANT_ROLE_TO_USER_ON_PROJECT,
        new RoleGrant(
            project == null
                ? new RoleGrant.Target.OnDomain(domain(Objects.requireNonNull(one.domain())))
                : new RoleGrant.Target.OnProject(project(project)),
            new RoleGrant.Principal.OfUser(Objects.requireNonNull(users.get(one.user()))),
            Objects.requireNonNull(roles.get(one.role()))));
  }

  private void add(Seed.OfImage one) throws IOException {
    Caller owner = caller(project(one.project()));
    List<ImageEdit.Change> attributes = new ArrayList<>();
    attributes.add(edit -> edit.name(one.key()));
    attributes.add(edit -> edit.visibility(one.visibility()));
    attributes.add(edit -> edit.diskFormat(one.diskFormat()));
    attributes.add(edit -> edit.containerFormat(one.containerFormat()));
    attributes.add(edit -> edit.tags(one.tags()));
    one.properties().forEach((name, value) -> attributes.add(edit -> edit.property(name, value)));
    Image made =
        services.images.create(
            owner, one.id() == null ? null : ImageId.of(one.id()), attributes, CAUSE);
    String id = made.id().toString();
    images.put(one.key(), id);
    if (one.content() != null) {
      services.images.upload(owner, id, content(one.content()), CAUSE);
    }
  }

  private static Content content(Seed.Bytes bytes) {
    return switch (bytes) {
      case Seed.Bytes.OfText(String text) -> {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        yield new Pieces(all.length) {
          @Override
          ByteBuffer piece(long from, int length) {
            return ByteBuffer.wrap(all, (int) from, length).slice();
          }
        };
      }
      case Seed.Bytes.OfSize(long size) ->
          new Pieces(size) {
            @Override
            ByteBuffer piece(long from, int length) {
              return ByteBuffer.allocate(length);
            }
          };
    };
  }

  /** Bytes, a piece at a time. */
  private abstract static class Pieces implements Content {
    private final long size;
    private long sent;

    Pieces(long size) {
      this.size = size;
    }

    abstract ByteBuffer piece(long from, int length);

    @Override
    public OptionalLong announced() {
      return OptionalLong.of(size);
    }

    @Override
    public @Nullable ByteBuffer next() {
      if (sent == size) {
        return null;
      }
      int length = (int) Math.min(PIECE, size - sent);
      ByteBuffer piece = piece(sent, length);
      sent += length;
      return piece;
    }
  }

  private void add(Seed.OfShare one, Seed seed) {
    Name owner =
        seed.images().stream()
            .filter(image -> image.key().equals(one.image()))
            .findAny()
            .orElseThrow()
            .project();
    String image = Objects.requireNonNull(images.get(one.image()));
    MemberId member = MemberId.of(project(one.project()));
    services.sharing.add(caller(project(owner)), image, member, CAUSE);
    if (one.status() != MemberStatus.PENDING) {
      services.sharing.setStatus(
          caller(project(one.project())), image, member.value(), one.status().word(), null, CAUSE);
    }
  }

  /** The administrator in a project. */
  private Caller caller(ProjectId project) {
    return callers.computeIfAbsent(
        project,
        one -> {
          services.grants.grant(
              cloud, Operation.GRANT_ROLE_TO_USER_ON_PROJECT, ofAdministrator(one));
          return logIn(new RequestedScope.ForProject(new Reference.ById(one.value())));
        });
  }

  private RoleGrant ofAdministrator(ProjectId project) {
    return new RoleGrant(
        new RoleGrant.Target.OnProject(project),
        new RoleGrant.Principal.OfUser(cloud.user()),
        Objects.requireNonNull(roles.get(Role.ADMIN)));
  }

  private Caller logIn(RequestedScope scope) {
    return services
        .login
        .withPassword(
            new Reference.ByName(
                administrator.user(), new Reference.InDomain.ByName(administrator.domain())),
            administrator.password(),
            scope,
            "this process")
        .details()
        .caller();
  }

  private DomainId domain(String name) {
    return Objects.requireNonNull(domains.get(name), name);
  }

  private ProjectId project(Name name) {
    return Objects.requireNonNull(projects.get(name), name.toString());
  }

  /** The default project, else the first that a grant names. */
  private static List<Account> accounts(Seed seed) {
    Map<String, Account> accounts = new LinkedHashMap<>();
    for (Seed.OfUser user : seed.users()) {
      Name project =
          user.project() != null
              ? user.project()
              : seed.grants().stream()
                  .filter(grant -> grant.user().equals(user.name()))
                  .map(Seed.OfGrant::project)
                  .filter(Objects::nonNull)
                  .findFirst()
                  .orElse(null);
      if (project != null && project.domain().equals(user.name().domain())) {
        accounts.putIfAbsent(
            user.name().name(),
            new Account(user.name().name(), user.password(), user.name().domain(), project.name()));
      }
    }
    return List.copyOf(accounts.values());
  }
}
