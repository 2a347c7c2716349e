package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Role;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.Roles;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;

/** {@code /v3/roles}. */
public final class RolesResource {
  private static final int MAX_NAME = 255;

  private final Roles roles;
  private final Page page;

  public RolesResource(Roles roles, String url) {
    this.roles = roles;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_ROLE, this::create)
        .on(Operation.LIST_ROLES, this::list)
        .on(Operation.SHOW_ROLE, this::show)
        .on(Operation.UPDATE_ROLE, this::update)
        .on(Operation.DELETE_ROLE, this::delete);
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "role");
    return one(
        201,
        roles.create(
            request.caller(),
            fields.id("domain_id", DomainId::new),
            fields.name("name", MAX_NAME),
            fields.text("description")));
  }

  private Reply list(Request request) {
    DomainId domain = Query.filter(request, "domain_id", DomainId::new);
    String name = Query.filter(request).name();
    return page.all(
        request, "roles", roles.list(request.caller(), domain, name), RolesResource::node);
  }

  private Reply show(Request request) {
    return one(200, roles.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "role");
    return one(
        200,
        roles.update(
            request.caller(),
            id(request),
            old ->
                new Role(
                    old.id(),
                    old.domain(),
                    fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
                    fields.text("description", old.description()),
                    old.shipped())));
  }

  private Reply delete(Request request) {
    roles.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static RoleId id(Request request) {
    return Query.id(request, "role", RoleId::new);
  }

  private Reply one(int status, Role role) {
    return page.one(status, "role", "roles", node(role));
  }

  static ObjectNode node(Role role) {
    ObjectNode node =
        Page.node()
            .put("id", role.id().value())
            .put("name", role.name())
            .put("domain_id", role.domain() == null ? null : role.domain().value())
            .put("description", role.description());
    ObjectNode options = node.putObject("options");
    if (role.shipped()) {
      options.put("immutable", true);
    }
    return node;
  }
}
