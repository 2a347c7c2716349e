package dev.vitrine.identity;

/** A role, granted to a user or group at a place. */
public record RoleGrant(Target target, Principal principal, RoleId role) {

  /** Where a role is granted (ruling 7). */
  public sealed interface Target {
    /** At one project. */
    record OnProject(ProjectId project) implements Target {}

    /** At the domain itself: for operations on identities. */
    record OnDomain(DomainId domain) implements Target {}

    /** At all projects of the domain, now and later. */
    record OnAllProjects(DomainId domain) implements Target {}

    /** At one enterprise project of a domain; {@code 0} is in every domain (ruling 8). */
    record OnEnterpriseProject(DomainId domain, EnterpriseProjectId project) implements Target {}
  }

  /** To whom. */
  public sealed interface Principal {
    /** One user. */
    record OfUser(UserId user) implements Principal {}

    /** All members of a group, now and later. */
    record OfGroup(GroupId group) implements Principal {}
  }
}
