package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.vitrine.directory.Groups;
import dev.vitrine.directory.User;
import dev.vitrine.directory.Users;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.PreciseTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /v3/users}, and the users of a group. */
public final class UsersResource {
  private static final int MAX_NAME = 255;

  /** Fields with a meaning, the last two in IAM; all others are stored and returned. */
  private static final Set<String> KNOWN =
      Set.of(
          "id",
          "name",
          "domain_id",
          "description",
          "email",
          "enabled",
          "default_project_id",
          "password",
          "password_expires_at",
          "options",
          "links",
          "federated",
          "pwd_status",
          "access_mode");

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
        .on(Operation.CREATE_USER, QueryParameters.taking(this::create))
        .on(Operation.LIST_USERS, Query.listing(this::list, "domain_id", "name", "enabled"))
        .on(Operation.SHOW_USER, QueryParameters.taking(this::show))
        .on(Operation.UPDATE_USER, QueryParameters.taking(this::update))
        .on(Operation.DELETE_USER, QueryParameters.taking(this::delete))
        .on(Operation.CHANGE_OWN_PASSWORD, QueryParameters.taking(this::changeOwnPassword))
        .on(
            Operation.LIST_USERS_IN_GROUP,
            Query.listing(this::listInGroup, "domain_id", "name", "enabled"));
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "user");
    fields.refuseGiven(null);
    String name = fields.name("name", MAX_NAME);
    return one(
        201,
        users.create(
            request.caller(),
            fields.id("domain_id", DomainId::new),
            (id, domain) -> changed(fields, new User(id, domain, name, null, null, true, null)),
            fields.text("password")));
  }

  private Reply list(Request request) {
    return all(request, users.list(request.caller(), Query.filter(request)));
  }

  private Reply listInGroup(Request request) {
    GroupId group = request.pathId("group", GroupId::new);
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
            request.caller(), id(request), old -> changed(fields, old), fields.text("password")));
  }

  /** The user, changed by the request, without its password. */
  private static User changed(Fields fields, User old) {
    fields.refuseGiven(old.id().value());
    fields.refuse("password_expires_at", expiry(old), "no request sets when a password expires");
    fields.refuse("federated", JsonNodeFactory.instance.arrayNode(), "there is no federation here");
    fields.refuse("pwd_status", BooleanNode.FALSE, "no request makes a user change its password");
    fields.refuse(
        "access_mode", TextNode.valueOf("default"), "users are not limited to one access");
    return new User(
        old.id(),
        Objects.requireNonNullElse(fields.id("domain_id", DomainId::new), old.domain()),
        fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
        fields.text("description", old.description()),
        fields.text("email", old.email()),
        fields.flag("enabled", old.enabled()),
        fields.has("default_project_id")
            ? fields.id("default_project_id", ProjectId::new)
            : old.defaultProject(),
        Options.of(fields, old.options()),
        fields.extras(KNOWN, old.extras()),
        old.passwordExpiresAt());
  }

  private Reply changeOwnPassword(Request request) {
    Fields fields = Fields.of(request, "user").only("original_password", "password");
    users.changeOwnPassword(
        ownId(request),
        fields.requiredText("original_password"),
        fields.requiredText("password"),
        request.origin());
    return Reply.empty(204);
  }

  private Reply delete(Request request) {
    users.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  /**
   * The id of a user that changes its own password. An invalid id gets the same answer as a wrong
   * password.
   */
  private static UserId ownId(Request request) {
    try {
      return new UserId(request.parameter("user_id"));
    } catch (IllegalArgumentException e) {
      throw new Refusal.Unauthenticated().asException();
    }
  }

  private static UserId id(Request request) {
    return request.pathId("user", UserId::new);
  }

  private Reply one(int status, User user) {
    return page.one(status, "user", "users", node(user));
  }

  private Reply all(Request request, List<User> list) {
    return page.all(request, "users", list, UsersResource::node);
  }

  private static ObjectNode node(User user) {
    ObjectNode node =
        Fields.tree(user.extras())
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
    node.set("password_expires_at", expiry(user));
    Options.write(user.options(), node);
    return node;
  }

  private static JsonNode expiry(User user) {
    Instant expiry = user.passwordExpiresAt();
    return expiry == null ? NullNode.getInstance() : TextNode.valueOf(PreciseTime.format(expiry));
  }

  private static void putIfThere(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }
}
