package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where grants are kept. Every change increments the authorization versions that it affects (ruling
 * 3).
 */
public interface GrantStore {
  /**
   * The domains of a grant's place and of its holder, and its role; null for each that does not
   * exist.
   */
  record Parts(@Nullable DomainId target, @Nullable DomainId principal, @Nullable Role role) {}

  Parts parts(RoleGrant grant);

  /**
   * Makes a grant. If it exists, nothing changes. Refused by {@link
   * dev.vitrine.refusal.Refusal.Absent} if its place, its holder or its role is gone.
   */
  void grant(RoleGrant grant);

  boolean exists(RoleGrant grant);

  /** Takes a grant back; false: there was none. */
  boolean revoke(RoleGrant grant);

  /** The roles of a user or group at a place, by name. */
  List<Role> roles(Target target, Principal principal);

  /** As {@link #roles}, with all attributes of the roles. */
  List<GrantedRole> rolesInFull(Target target, Principal principal);

  /**
   * Narrows a list of grants; null lets everything through.
   *
   * @param within only grants at places in this domain
   * @param domain only grants at this domain itself
   * @param inherited true: only grants at all projects of a domain; false: only others
   */
  record Query(
      @Nullable DomainId within,
      @Nullable UserId user,
      @Nullable GroupId group,
      @Nullable RoleId role,
      @Nullable ProjectId project,
      @Nullable DomainId domain,
      @Nullable Boolean inherited) {}

  /** Grants as they were made. */
  List<NamedGrant> list(Query query);

  /** Grants as they take effect: on each member of a group, at each project of a domain. */
  List<NamedGrant> listEffective(Query query);

  /**
   * A user with a grant of its own.
   *
   * @param roles how many it is granted at the place
   */
  record HoldingUser(User user, int roles) {}

  /** Users that are granted something at a place, not by a group; by name. */
  List<HoldingUser> users(Target target);

  /** A group with a grant. */
  record HoldingGroup(Group group, Instant createdAt) {}

  /** Groups that are granted something at a place; by name. */
  List<HoldingGroup> groups(Target target);

  /** Where in a domain a user or group has a direct grant. */
  List<EnterpriseProjectId> enterpriseProjects(DomainId domain, Principal principal);

  /**
   * Narrows the grants of a domain; null lets everything through.
   *
   * @param toUsers true: only grants to users; false: only grants to groups
   * @param user only grants to this user
   * @param withGroups whether {@code user} also selects the grants to the groups of that user
   * @param place only grants at places of this kind
   * @param placeId only grants at places with this id
   */
  record GrantQuery(
      DomainId domain,
      @Nullable RoleId role,
      @Nullable Boolean toUsers,
      @Nullable UserId user,
      @Nullable GroupId group,
      boolean withGroups,
      @Nullable Place place,
      @Nullable String placeId,
      int offset,
      int limit) {}

  /** The kinds of {@link Target}. */
  enum Place {
    PROJECT,
    DOMAIN,
    ALL_PROJECTS,
    ENTERPRISE_PROJECT
  }

  /** Grants of a domain as they were made, in the order of their keys. */
  Slice<RoleGrant> grants(GrantQuery query);
}
