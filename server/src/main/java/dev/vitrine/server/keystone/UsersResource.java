package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.Groups;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.User;
import dev.vitrine.identity.UserId;
import dev.vitrine.identity.Users;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /v3/users}, and the users of a group. */
public final class UsersResource {
  private static final int MAX_NAME = 255;

  private final Users users;
  private final Groups groups;
  private final Page page;

  public UsersResource(Users users, Groups groups, String url) {
    this.users = users;
    this.groups = groups;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_USER, this::create)
        .on(Operation.LIST_USERS, this::list)
        .on(Operation.SHOW_USER, this::show)
        .on(Operation.UPDATE_USER, this::update)
        .on(Operation.DELETE_USER, this::delete)
        .on(Operation.CHANGE_OWN_PASSWORD, this::changeOwnPassword)
        .on(Operation.LIST_USERS_IN_GROUP, this::listInGroup);
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "user");
    String name = fields.name("name", MAX_NAME);
    String description = fields.text("description");
    String email = fields.text("email");
    boolean enabled = fields.flag("enabled", true);
    ProjectId project = fields.id("default_project_id", ProjectId::new);
    return one(
        201,
        users.create(
            request.caller(),
            fields.id("domain_id", DomainId::new),
            (id, domain) -> new User(id, domain, name, description, email, enabled, project),
            fields.text("password")));
  }

  private Reply list(Request request) {
    return all(request, users.list(request.caller(), Query.filter(request)));
  }

  private Reply listInGroup(Request request) {
    GroupId group = Query.id(request, "group", GroupId::new);
    return all(request, groups.members(request.caller(), group, Query.filter(request)));
  }

  private Reply show(Request request) {
    return one(200, users.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "user");
    return one(
        200,
        users.update(
            request.caller(),
            id(request),
            old ->
                new User(
                    old.id(),
                    Objects.requireNonNullElse(fields.id("domain_id", DomainId::new), old.domain()),
                    fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
                    fields.text("description", old.description()),
                    fields.text("email", old.email()),
                    fields.flag("enabled", old.enabled()),
                    fields.has("default_project_id")
                        ? fields.id("default_project_id", ProjectId::new)
                        : old.defaultProject()),
            fields.text("password")));
  }

  private Reply changeOwnPassword(Request request) {
    Fields fields = Fields.of(request, "user");
    users.changeOwnPassword(
        request.caller(),
        id(request),
        fields.requiredText("original_password"),
        fields.requiredText("password"));
    return Reply.empty(204);
  }

  private Reply delete(Request request) {
    users.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static UserId id(Request request) {
    return Query.id(request, "user", UserId::new);
  }

  private Reply one(int status, User user) {
    return page.one(status, "user", "users", node(user));
  }

  private Reply all(Request request, List<User> list) {
    return page.all(request, "users", list, UsersResource::node);
  }

  private static ObjectNode node(User user) {
    ObjectNode node =
        Page.node()
            .put("id", user.id().value())
            .put("name", user.name())
            .put("domain_id", user.domain().value())
            .put("enabled", user.enabled());
    putIfThere(node, "description", user.description());
    putIfThere(node, "email", user.email());
    putIfThere(
        node,
        "default_project_id",
        user.defaultProject() == null ? null : user.defaultProject().value());
    node.putNull("password_expires_at");
    node.putObject("options");
    return node;
  }

  private static void putIfThere(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }
}
