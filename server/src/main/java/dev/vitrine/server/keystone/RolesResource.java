package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.Roles;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import java.util.Objects;
import java.util.Set;

/** {@code /v3/roles}. */
public final class RolesResource {
  private static final int MAX_NAME = 255;

  /** Fields with a meaning; all others are stored and returned. */
  private static final Set<String> KNOWN =
      Set.of("id", "name", "domain_id", "description", "options", "links", "policy");

  private final Roles roles;
  private final Page page;

  public RolesResource(Roles roles, String url) {
    this.roles = roles;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_ROLE, QueryParameters.taking(this::create))
        .on(Operation.LIST_ROLES, Query.listing(this::list, "domain_id", "name"))
        .on(Operation.SHOW_ROLE, QueryParameters.taking(this::show))
        .on(Operation.UPDATE_ROLE, QueryParameters.taking(this::update))
        .on(Operation.DELETE_ROLE, QueryParameters.taking(this::delete));
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "role");
    fields.refuseGiven(null);
    DomainId domain = fields.id("domain_id", DomainId::new);
    return one(
        201,
        roles.create(
            request.caller(),
            domain,
            id ->
                changed(fields, new Role(id, domain, fields.name("name", MAX_NAME), null, false))));
  }

  private Reply list(Request request) {
    Filter filter = Query.filter(request);
    return page.all(
        request,
        "roles",
        roles.list(request.caller(), filter.domain(), filter.name()),
        RolesResource::node);
  }

  private Reply show(Request request) {
    return one(200, roles.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "role");
    return one(200, roles.update(request.caller(), id(request), old -> changed(fields, old)));
  }

  /** The role, changed by the request. */
  private static Role changed(Fields fields, Role old) {
    fields.refuseGiven(old.id().value());
    fields.refuse(
        "policy", MissingNode.getInstance(), "custom policies are made by /v3.0/OS-ROLE/roles");
    if (!Objects.equals(
        fields.has("domain_id") ? fields.id("domain_id", DomainId::new) : old.domain(),
        old.domain())) {
      throw new Refusal.Invalid("Cannot change Domain ID").asException();
    }
    return new Role(
        old.id(),
        old.domain(),
        fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
        fields.text("description", old.description()),
        old.shipped(),
        Options.immutable(fields, old.immutable()),
        fields.extras(KNOWN, old.extras()));
  }

  private Reply delete(Request request) {
    roles.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static RoleId id(Request request) {
    return request.pathId("role", RoleId::new);
  }

  private Reply one(int status, Role role) {
    return page.one(status, "role", "roles", node(role));
  }

  static ObjectNode node(Role role) {
    ObjectNode node =
        Fields.tree(role.extras())
            .put("id", role.id().value())
            .put("name", role.name())
            .put("domain_id", role.domain() == null ? null : role.domain().value())
            .put("description", role.description());
    Options.write(role.shipped() || role.immutable(), node);
    return node;
  }
}
