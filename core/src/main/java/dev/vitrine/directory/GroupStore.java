package dev.vitrine.directory;

import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.UserId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where groups are kept. A name that is taken is refused by {@link
 * dev.vitrine.refusal.Refusal.NameTaken}. Lists are in the order of names.
 */
public interface GroupStore {
  /**
   * Stores a new group. Refused by {@link dev.vitrine.refusal.Refusal.Absent} if its domain does
   * not exist (any more).
   */
  void add(Group group);

  @Nullable Group find(GroupId id);

  List<Group> list(Filter filter);

  List<Group> ofUser(UserId user, Filter filter);

  /** Whether a role of {@link Role#PRIVILEGED} is granted to the group somewhere. */
  boolean carriesCloudAdmin(GroupId id);

  /** Changes a group under a lock. Null: it is gone. */
  @Nullable Group update(GroupId id, UnaryOperator<Group> change);

  /** Removes a group, its memberships and what is granted to it. */
  void delete(GroupId id);

  boolean hasMember(GroupId group, UserId user);

  /**
   * Adds a user to a group. Does nothing if it is already a member. Refused by {@link
   * dev.vitrine.refusal.Refusal.Absent} if one of them is gone.
   */
  void addMember(GroupId group, UserId user);

  /** Removes a user; false: it was not in it. */
  boolean removeMember(GroupId group, UserId user);
}
