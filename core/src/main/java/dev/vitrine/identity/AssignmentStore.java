package dev.vitrine.identity;

import dev.vitrine.identity.Assignment.Principal;
import dev.vitrine.identity.Assignment.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where grants are kept. Every change makes what was compiled from them stale (ruling 3). */
public interface AssignmentStore {
  /** The domains of a grant's parts, and its role; null for what does not exist. */
  record Parts(@Nullable DomainId target, @Nullable DomainId principal, @Nullable Role role) {}

  Parts parts(Assignment assignment);

  /**
   * Grants; what is granted stays. Refused by {@link dev.vitrine.Refusal.Absent} if a part is gone.
   */
  void grant(Assignment assignment);

  boolean exists(Assignment assignment);

  /** Takes a grant back; false: there was none. */
  boolean revoke(Assignment assignment);

  /** The roles somebody is granted at a place, by name. */
  List<Role> roles(Target target, Principal principal);

  /**
   * Narrows a list of grants; null lets everything through.
   *
   * @param within grants made in this domain
   * @param domain the place is this domain
   * @param inherited whether it is made at all projects of a domain
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
  List<RoleAssignment> list(Query query);

  /** Grants as they take effect: on each member of a group, at each project of a domain. */
  List<RoleAssignment> listEffective(Query query);
}
