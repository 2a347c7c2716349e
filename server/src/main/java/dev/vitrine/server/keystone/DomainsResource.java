package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Domains;
import dev.vitrine.identity.DomainId;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@code /v3/domains} and {@code /v3/auth/domains}. */
public final class DomainsResource {
  private static final int MAX_NAME = 64;

  /** Fields with a meaning; all others are stored and returned. */
  private static final Set<String> KNOWN =
      Set.of(
          "id", "name", "description", "enabled", "explicit_domain_id", "tags", "options", "links");

  private final Domains domains;
  private final Page page;

  public DomainsResource(Domains domains, String url) {
    this.domains = domains;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_DOMAIN, QueryParameters.taking(this::create))
        .on(Operation.LIST_DOMAINS, Query.listing(this::list, "name", "enabled"))
        .on(Operation.SHOW_DOMAIN, QueryParameters.taking(this::show))
        .on(Operation.UPDATE_DOMAIN, QueryParameters.taking(this::update))
        .on(Operation.DELETE_DOMAIN, QueryParameters.taking(this::delete))
        .on(Operation.LIST_OWN_DOMAINS, Query.listing(this::listOwn));
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "domain");
    fields.refuseGiven(null);
    return one(
        201,
        domains.create(
            request.caller(),
            id -> changed(fields, new Domain(id, fields.name("name", MAX_NAME), "", true))));
  }

  private Reply list(Request request) {
    return all(request, domains.list(request.caller(), Query.filter(request)));
  }

  private Reply listOwn(Request request) {
    return all(request, domains.ofCaller(request.caller()));
  }

  private Reply show(Request request) {
    return one(200, domains.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "domain");
    return one(200, domains.update(request.caller(), id(request), old -> changed(fields, old)));
  }

  /** The domain, changed by the request. */
  private static Domain changed(Fields fields, Domain old) {
    fields.refuseGiven(old.id().value());
    fields.refuse("explicit_domain_id", MissingNode.getInstance(), "it cannot be set");
    fields.refuse("tags", JsonNodeFactory.instance.arrayNode(), "only projects have tags here");
    return new Domain(
        old.id(),
        fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
        Objects.requireNonNullElse(fields.text("description", old.description()), ""),
        fields.flag("enabled", old.enabled()),
        Options.immutable(fields, old.immutable()),
        fields.extras(KNOWN, old.extras()));
  }

  private Reply delete(Request request) {
    domains.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static DomainId id(Request request) {
    return request.pathId("domain", DomainId::new);
  }

  private Reply one(int status, Domain domain) {
    return page.one(status, "domain", "domains", node(domain));
  }

  private Reply all(Request request, List<Domain> list) {
    return page.all(request, "domains", list, DomainsResource::node);
  }

  private static ObjectNode node(Domain domain) {
    ObjectNode node =
        Fields.tree(domain.extras())
            .put("id", domain.id().value())
            .put("name", domain.name())
            .put("description", domain.description())
            .put("enabled", domain.enabled());
    node.putArray("tags");
    Options.write(domain.immutable(), node);
    return node;
  }
}
