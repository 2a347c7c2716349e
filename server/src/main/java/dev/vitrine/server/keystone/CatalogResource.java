package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.catalog.Catalog;
import dev.vitrine.catalog.Endpoint;
import dev.vitrine.catalog.EndpointUrl;
import dev.vitrine.catalog.Region;
import dev.vitrine.catalog.Service;
import dev.vitrine.identity.Ids;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The catalogue and its parts: services, endpoints and regions. */
public final class CatalogResource {
  private static final int MAX_NAME = 255;

  private final Catalog catalog;
  private final Page page;

  public CatalogResource(Catalog catalog, String url) {
    this.catalog = catalog;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.SHOW_OWN_CATALOG, QueryParameters.taking(this::whole))
        .on(Operation.CREATE_SERVICE, QueryParameters.taking(this::createService))
        .on(Operation.LIST_SERVICES, Query.listing(this::services, "type", "name"))
        .on(Operation.SHOW_SERVICE, QueryParameters.taking(this::service))
        .on(Operation.UPDATE_SERVICE, QueryParameters.taking(this::updateService))
        .on(Operation.DELETE_SERVICE, QueryParameters.taking(this::deleteService))
        .on(Operation.CREATE_ENDPOINT, QueryParameters.taking(this::createEndpoint))
        .on(
            Operation.LIST_ENDPOINTS,
            Query.listing(this::endpoints, "interface", "service_id", "region_id"))
        .on(Operation.SHOW_ENDPOINT, QueryParameters.taking(this::endpoint))
        .on(Operation.UPDATE_ENDPOINT, QueryParameters.taking(this::updateEndpoint))
        .on(Operation.DELETE_ENDPOINT, QueryParameters.taking(this::deleteEndpoint))
        .on(Operation.CREATE_REGION, QueryParameters.taking(this::createRegion))
        .on(Operation.LIST_REGIONS, Query.listing(this::regions, "parent_region_id"))
        .on(Operation.SHOW_REGION, QueryParameters.taking(this::region))
        .on(Operation.UPDATE_REGION, QueryParameters.taking(this::updateRegion))
        .on(Operation.DELETE_REGION, QueryParameters.taking(this::deleteRegion));
  }

  private Reply whole(Request request) {
    ObjectNode body = Page.node();
    body.set("catalog", node(catalog.show(request.caller())));
    page.links(request, body);
    return Json.reply(200, body);
  }

  /** The catalogue in the format of a token. */
  static ArrayNode node(List<Catalog.Entry> entries) {
    ArrayNode catalog = JsonNodeFactory.instance.arrayNode();
    for (Catalog.Entry entry : entries) {
      ObjectNode node = catalog.addObject();
      ArrayNode endpoints = node.putArray("endpoints");
      for (Catalog.Address address : entry.addresses()) {
        Endpoint endpoint = address.endpoint();
        endpoints
            .addObject()
            .put("id", endpoint.id())
            .put("interface", endpoint.audience().word())
            .put("region_id", endpoint.region())
            .put("url", address.url())
            .put("region", endpoint.region());
      }
      Service service = entry.service();
      node.put("id", service.id())
          .put("type", service.type())
          .put("name", Objects.requireNonNullElse(service.name(), ""));
    }
    return catalog;
  }

  private Reply createService(Request request) {
    Fields fields = Fields.of(request, "service").only("type", "name", "description", "enabled");
    String type = fields.name("type", MAX_NAME);
    return answer(
        201,
        catalog.createService(
            request.caller(), id -> changed(fields, new Service(id, type, null, null, true))));
  }

  private Reply updateService(Request request) {
    Fields fields =
        Fields.change(request, "service").only("type", "name", "description", "enabled");
    return answer(
        200,
        catalog.updateService(
            request.caller(), request.parameter("service_id"), old -> changed(fields, old)));
  }

  private static Service changed(Fields fields, Service old) {
    String name = fields.text("name", old.name());
    if (name != null && name.length() > MAX_NAME) {
      throw fields.invalid("name", "must have at most " + MAX_NAME + " characters");
    }
    return new Service(
        old.id(),
        fields.has("type") ? fields.name("type", MAX_NAME) : old.type(),
        name,
        fields.text("description", old.description()),
        fields.flag("enabled", old.enabled()));
  }

  private Reply services(Request request) {
    List<Service> services =
        catalog.services(request.caller()).stream()
            .filter(asked(request, "type", Service::type))
            .filter(asked(request, "name", Service::name))
            .toList();
    return page.all(request, "services", services, CatalogResource::node);
  }

  private Reply service(Request request) {
    return answer(200, catalog.service(request.caller(), request.parameter("service_id")));
  }

  private Reply deleteService(Request request) {
    catalog.deleteService(request.caller(), request.parameter("service_id"));
    return Reply.empty(204);
  }

  /**
   * Keystone: {@code region} creates the region if it does not exist; {@code region_id} must name
   * an existing one.
   */
  private Reply createEndpoint(Request request) {
    Fields fields = endpointFields(Fields.of(request, "endpoint"));
    String service = fields.requiredText("service_id");
    Endpoint.Audience audience = audience(fields);
    EndpointUrl url = url(fields);
    boolean enabled = fields.flag("enabled", true);
    String region = region(fields, null);
    return answer(
        201,
        catalog.createEndpoint(
            request.caller(),
            id -> new Endpoint(id, service, audience, region, url, enabled),
            regionField(fields).equals("region")));
  }

  private Reply updateEndpoint(Request request) {
    Fields fields = endpointFields(Fields.change(request, "endpoint"));
    return answer(
        200,
        catalog.updateEndpoint(
            request.caller(),
            request.parameter("endpoint_id"),
            old ->
                new Endpoint(
                    old.id(),
                    fields.has("service_id") ? fields.requiredText("service_id") : old.service(),
                    fields.has("interface") ? audience(fields) : old.audience(),
                    region(fields, old.region()),
                    fields.has("url") ? url(fields) : old.url(),
                    fields.flag("enabled", old.enabled()))));
  }

  private static Fields endpointFields(Fields fields) {
    return fields.only("service_id", "interface", "url", "region", "region_id", "enabled");
  }

  private static @Nullable String region(Fields fields, @Nullable String old) {
    String field = regionField(fields);
    String region = fields.text(field, old);
    if (region != null && (region.isBlank() || region.length() > Region.MAX_ID)) {
      throw fields.invalid(field, "must have 1 to " + Region.MAX_ID + " characters");
    }
    return region;
  }

  /** The field that names the region; a {@code region_id} of null hides no {@code region}. */
  private static String regionField(Fields fields) {
    return fields.has("region") && fields.text("region_id") == null ? "region" : "region_id";
  }

  private static Endpoint.Audience audience(Fields fields) {
    String word = fields.requiredText("interface");
    for (Endpoint.Audience audience : Endpoint.Audience.values()) {
      if (audience.word().equals(word)) {
        return audience;
      }
    }
    throw fields.invalid("interface", "must be public, internal or admin");
  }

  private static EndpointUrl url(Fields fields) {
    try {
      return new EndpointUrl(fields.requiredText("url"));
    } catch (IllegalArgumentException e) {
      throw fields.invalid("url", Objects.requireNonNullElse(e.getMessage(), "must be a URL"));
    }
  }

  private Reply endpoints(Request request) {
    List<Endpoint> endpoints =
        catalog.endpoints(request.caller()).stream()
            .filter(asked(request, "interface", endpoint -> endpoint.audience().word()))
            .filter(asked(request, "service_id", Endpoint::service))
            .filter(asked(request, "region_id", Endpoint::region))
            .toList();
    return page.all(request, "endpoints", endpoints, CatalogResource::node);
  }

  private Reply endpoint(Request request) {
    return answer(200, catalog.endpoint(request.caller(), request.parameter("endpoint_id")));
  }

  private Reply deleteEndpoint(Request request) {
    catalog.deleteEndpoint(request.caller(), request.parameter("endpoint_id"));
    return Reply.empty(204);
  }

  private Reply createRegion(Request request) {
    Fields fields =
        Fields.of(request, "region").only("id", "description", "parent_region_id", "enabled");
    if (!fields.flag("enabled", true)) {
      throw fields.invalid("enabled", "a region cannot be disabled");
    }
    String id = fields.text("id");
    return answer(
        201,
        catalog.createRegion(
            request.caller(),
            new Region(
                id == null || id.isEmpty() ? Ids.next() : fields.name("id", Region.MAX_ID),
                Objects.requireNonNullElse(fields.text("description"), ""),
                fields.text("parent_region_id"))));
  }

  private Reply updateRegion(Request request) {
    Fields fields = Fields.change(request, "region").only("description", "parent_region_id");
    return answer(
        200,
        catalog.updateRegion(
            request.caller(),
            request.parameter("region_id"),
            old ->
                new Region(
                    old.id(),
                    Objects.requireNonNullElse(fields.text("description", old.description()), ""),
                    fields.text("parent_region_id", old.parent()))));
  }

  private Reply regions(Request request) {
    List<Region> regions =
        catalog.regions(request.caller()).stream()
            .filter(asked(request, "parent_region_id", Region::parent))
            .toList();
    return page.all(request, "regions", regions, CatalogResource::node);
  }

  private Reply region(Request request) {
    return answer(200, catalog.region(request.caller(), request.parameter("region_id")));
  }

  private Reply deleteRegion(Request request) {
    catalog.deleteRegion(request.caller(), request.parameter("region_id"));
    return Reply.empty(204);
  }

  private static <T> Predicate<T> asked(
      Request request, String filter, Function<T, @Nullable String> property) {
    @Nullable String asked = request.query(filter);
    return candidate -> asked == null || asked.equals(property.apply(candidate));
  }

  private Reply answer(int status, Service service) {
    return page.one(status, "service", "services", node(service));
  }

  private Reply answer(int status, Endpoint endpoint) {
    return page.one(status, "endpoint", "endpoints", node(endpoint));
  }

  private Reply answer(int status, Region region) {
    return page.one(status, "region", "regions", node(region));
  }

  private static ObjectNode node(Service service) {
    ObjectNode node = Page.node().put("id", service.id());
    if (service.name() != null) {
      node.put("name", service.name());
    }
    return node.put("type", service.type())
        .put("description", Objects.requireNonNullElse(service.description(), ""))
        .put("enabled", service.enabled());
  }

  private static ObjectNode node(Endpoint endpoint) {
    return Page.node()
        .put("id", endpoint.id())
        .put("interface", endpoint.audience().word())
        .put("region_id", endpoint.region())
        .put("region", endpoint.region())
        .put("service_id", endpoint.service())
        .put("url", endpoint.url().template())
        .put("enabled", endpoint.enabled());
  }

  private static ObjectNode node(Region region) {
    return Page.node()
        .put("id", region.id())
        .put("description", region.description())
        .put("parent_region_id", region.parent());
  }
}
