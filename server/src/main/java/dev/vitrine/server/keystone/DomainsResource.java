package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.Domain;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Domains;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import java.util.List;
import java.util.Objects;

/** {@code /v3/domains} and {@code /v3/auth/domains}. */
public final class DomainsResource {
  private static final int MAX_NAME = 64;

  private final Domains domains;
  private final Page page;

  public DomainsResource(Domains domains, String url) {
    this.domains = domains;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_DOMAIN, this::create)
        .on(Operation.LIST_DOMAINS, this::list)
        .on(Operation.SHOW_DOMAIN, this::show)
        .on(Operation.UPDATE_DOMAIN, this::update)
        .on(Operation.DELETE_DOMAIN, this::delete)
        .on(Operation.LIST_OWN_DOMAINS, this::listOwn);
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "domain");
    return one(
        201,
        domains.create(
            request.caller(),
            fields.name("name", MAX_NAME),
            Objects.requireNonNullElse(fields.text("description"), ""),
            fields.flag("enabled", true)));
  }

  private Reply list(Request request) {
    return all(request, domains.list(request.caller(), Query.filter(request).in(null)));
  }

  private Reply listOwn(Request request) {
    return all(request, domains.ofCaller(request.caller()));
  }

  private Reply show(Request request) {
    return one(200, domains.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "domain");
    return one(
        200,
        domains.update(
            request.caller(),
            id(request),
            old ->
                new Domain(
                    old.id(),
                    fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
                    Objects.requireNonNullElse(fields.text("description", old.description()), ""),
                    fields.flag("enabled", old.enabled()))));
  }

  private Reply delete(Request request) {
    domains.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static DomainId id(Request request) {
    return Query.id(request, "domain", DomainId::new);
  }

  private Reply one(int status, Domain domain) {
    return page.one(status, "domain", "domains", node(domain));
  }

  private Reply all(Request request, List<Domain> list) {
    return page.all(request, "domains", list, DomainsResource::node);
  }

  private static ObjectNode node(Domain domain) {
    ObjectNode node =
        Page.node()
            .put("id", domain.id().value())
            .put("name", domain.name())
            .put("description", domain.description())
            .put("enabled", domain.enabled());
    node.putArray("tags");
    node.putObject("options");
    return node;
  }
}
