package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.Group;
import dev.vitrine.directory.Groups;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@code /v3/groups}, memberships, and the groups of a user. */
public final class GroupsResource {
  private static final int MAX_NAME = 255;

  /** Fields with a meaning; all others are stored and returned. */
  private static final Set<String> KNOWN =
      Set.of("id", "name", "domain_id", "description", "links");

  private final Groups groups;
  private final Page page;

  public GroupsResource(Groups groups, String url) {
    this.groups = groups;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_GROUP, QueryParameters.taking(this::create))
        .on(Operation.LIST_GROUPS, Query.listing(this::list, "domain_id", "name"))
        .on(Operation.SHOW_GROUP, QueryParameters.taking(this::show))
        .on(Operation.UPDATE_GROUP, QueryParameters.taking(this::update))
        .on(Operation.DELETE_GROUP, QueryParameters.taking(this::delete))
        .on(Operation.LIST_GROUPS_OF_USER, Query.listing(this::listOfUser, "domain_id", "name"))
        .on(Operation.ADD_USER_TO_GROUP, QueryParameters.taking(this::addUser))
        .on(
            Operation.CHECK_USER_IN_GROUP,
            QueryParameters.taking(request -> check(request, Operation.CHECK_USER_IN_GROUP)))
        .on(
            Operation.SHOW_USER_IN_GROUP,
            QueryParameters.taking(request -> check(request, Operation.SHOW_USER_IN_GROUP)))
        .on(Operation.REMOVE_USER_FROM_GROUP, QueryParameters.taking(this::removeUser));
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "group");
    fields.refuseGiven(null);
    return one(
        201,
        groups.create(
            request.caller(),
            fields.id("domain_id", DomainId::new),
            (id, domain) ->
                changed(fields, new Group(id, domain, fields.name("name", MAX_NAME), ""))));
  }

  private Reply list(Request request) {
    return all(request, groups.list(request.caller(), Query.filter(request)));
  }

  private Reply listOfUser(Request request) {
    return all(request, groups.ofUser(request.caller(), user(request), Query.filter(request)));
  }

  private Reply show(Request request) {
    return one(200, groups.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "group");
    return one(200, groups.update(request.caller(), id(request), old -> changed(fields, old)));
  }

  /** The group, changed by the request. */
  private static Group changed(Fields fields, Group old) {
    fields.refuseGiven(old.id().value());
    return new Group(
        old.id(),
        Objects.requireNonNullElse(fields.id("domain_id", DomainId::new), old.domain()),
        fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
        Objects.requireNonNullElse(fields.text("description", old.description()), ""),
        fields.extras(KNOWN, old.extras()));
  }

  private Reply delete(Request request) {
    groups.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private Reply addUser(Request request) {
    groups.add(request.caller(), id(request), user(request));
    return Reply.empty(204);
  }

  private Reply check(Request request, Operation operation) {
    groups.check(request.caller(), operation, id(request), user(request));
    return Reply.empty(204);
  }

  private Reply removeUser(Request request) {
    groups.remove(request.caller(), id(request), user(request));
    return Reply.empty(204);
  }

  private static GroupId id(Request request) {
    return request.pathId("group", GroupId::new);
  }

  private static UserId user(Request request) {
    return request.pathId("user", UserId::new);
  }

  private Reply one(int status, Group group) {
    return page.one(status, "group", "groups", node(group));
  }

  private Reply all(Request request, List<Group> list) {
    return page.all(request, "groups", list, GroupsResource::node);
  }

  private static ObjectNode node(Group group) {
    return Fields.tree(group.extras())
        .put("id", group.id().value())
        .put("name", group.name())
        .put("domain_id", group.domain().value())
        .put("description", group.description());
  }
}
