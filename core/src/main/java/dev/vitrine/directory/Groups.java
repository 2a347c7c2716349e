package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Groups and who is in them. All methods throw {@link dev.vitrine.refusal.Refused}. */
public final class Groups {
  private final GroupStore store;
  private final UserStore users;
  private final Access access;

  public Groups(GroupStore store, UserStore users, Access access) {
    this.store = store;
    this.users = users;
    this.access = access;
  }

  /**
   * Makes a group.
   *
   * @param domain null: the one of the caller's scope
   * @param draft builds the group from its new id and its domain
   */
  public Group create(Caller caller, @Nullable DomainId domain, Draft draft) {
    Authority authority = Authority.require(access, caller, Operation.CREATE_GROUP);
    Group group = draft.of(new GroupId(Ids.next()), authority.domain(domain));
    store.add(group);
    return group;
  }

  /** A group without its id and its domain. */
  @FunctionalInterface
  public interface Draft {
    Group of(GroupId id, DomainId domain);
  }

  /**
   * Lists the groups of all domains, or of one. Other callers may list by name, and get the groups
   * that they are in ({@link Authority#list}).
   */
  public List<Group> list(Caller caller, Filter filter) {
    return Authority.list(
        access,
        caller,
        Operation.LIST_GROUPS,
        filter,
        store::list,
        named -> store.ofUser(caller.user(), named),
        true);
  }

  /** Shows a group to callers that administer it or are in it. */
  public Group show(Caller caller, GroupId id) {
    return Authority.show(
        access,
        caller,
        Operation.SHOW_GROUP,
        store.find(id),
        Group::domain,
        group -> store.hasMember(id, caller.user()),
        absent(id));
  }

  /** Changes a group; its domain stays. */
  public Group update(Caller caller, GroupId id, UnaryOperator<Group> change) {
    group(Authority.require(access, caller, Operation.UPDATE_GROUP), id);
    Group updated =
        store.update(
            id,
            old -> {
              Group changed = change.apply(old);
              Authority.refuseMove(old.domain(), changed.domain());
              return changed;
            });
    if (updated == null) {
      throw absent(id).asException();
    }
    return updated;
  }

  public void delete(Caller caller, GroupId id) {
    group(Authority.require(access, caller, Operation.DELETE_GROUP), id);
    store.delete(id);
  }

  /** The groups of a user; every user may ask for its own. */
  public List<Group> ofUser(Caller caller, UserId user, Filter filter) {
    if (caller.user().equals(user)) {
      access.authorization(caller);
      return store.ofUser(user, filter);
    }
    Authority authority = Authority.require(access, caller, Operation.LIST_GROUPS_OF_USER);
    user(authority, user);
    return store.ofUser(user, authority.narrow(filter));
  }

  public List<User> members(Caller caller, GroupId group, Filter filter) {
    Authority authority = Authority.require(access, caller, Operation.LIST_USERS_IN_GROUP);
    group(authority, group);
    return users.inGroup(group, authority.narrow(filter));
  }

  /**
   * Adds a user. Adding a user to a group that has a role of {@link Role#PRIVILEGED} gives it that
   * role, so only a cloud administrator may do it (ruling 2).
   */
  public void add(Caller caller, GroupId group, UserId user) {
    Authority authority = pair(caller, Operation.ADD_USER_TO_GROUP, group, user);
    if (store.carriesCloudAdmin(group)) {
      authority.requireCloudAdmin();
    }
    store.addMember(group, user);
  }

  /**
   * Checks that a user is in a group.
   *
   * @param operation to check or to show it
   */
  public void check(Caller caller, Operation operation, GroupId group, UserId user) {
    pair(caller, operation, group, user);
    if (!store.hasMember(group, user)) {
      throw notIn(group, user).asException();
    }
  }

  public void remove(Caller caller, GroupId group, UserId user) {
    pair(caller, Operation.REMOVE_USER_FROM_GROUP, group, user);
    if (!store.removeMember(group, user)) {
      throw notIn(group, user).asException();
    }
  }

  private Authority pair(Caller caller, Operation operation, GroupId group, UserId user) {
    Authority authority = Authority.require(access, caller, operation);
    group(authority, group);
    user(authority, user);
    return authority;
  }

  private Group group(Authority authority, GroupId id) {
    Group group = store.find(id);
    if (group == null || !authority.extendsTo(group.domain())) {
      throw absent(id).asException();
    }
    return group;
  }

  private void user(Authority authority, UserId id) {
    User user = users.find(id);
    if (user == null || !authority.extendsTo(user.domain())) {
      throw new Refusal.Absent("user", id.value()).asException();
    }
  }

  private static Refusal absent(GroupId id) {
    return new Refusal.Absent("group", id.value());
  }

  private static Refusal notIn(GroupId group, UserId user) {
    return new Refusal.NotFound("User '%s' not found in group '%s'.".formatted(user, group));
  }
}
