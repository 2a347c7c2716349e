package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.Refusal;
import dev.vitrine.access.Access;
import dev.vitrine.access.Operation;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The catalogue, as a whole and by its parts. It is read only: it follows from the settings. */
public final class CatalogResource {
  private final Catalog catalog;
  private final Access access;
  private final Page page;

  public CatalogResource(Catalog catalog, Access access, String url) {
    this.catalog = catalog;
    this.access = access;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.SHOW_OWN_CATALOG, open(Operation.SHOW_OWN_CATALOG, this::whole))
        .on(Operation.LIST_SERVICES, open(Operation.LIST_SERVICES, this::services))
        .on(Operation.SHOW_SERVICE, open(Operation.SHOW_SERVICE, this::service))
        .on(Operation.LIST_ENDPOINTS, open(Operation.LIST_ENDPOINTS, this::endpoints))
        .on(Operation.SHOW_ENDPOINT, open(Operation.SHOW_ENDPOINT, this::endpoint))
        .on(Operation.LIST_REGIONS, open(Operation.LIST_REGIONS, this::regions))
        .on(Operation.SHOW_REGION, open(Operation.SHOW_REGION, this::region));
  }

  private Handler open(Operation operation, Function<Request, Reply> answer) {
    return request -> {
      access.require(request.caller(), operation);
      return answer.apply(request);
    };
  }

  private Reply whole(Request request) {
    ObjectNode body = Page.node();
    body.set("catalog", catalog.toJson());
    page.links(request, body);
    return Json.reply(200, body);
  }

  private Reply services(Request request) {
    List<Catalog.Service> services =
        catalog.services().stream()
            .filter(asked(request, "type", Catalog.Service::type))
            .filter(asked(request, "name", Catalog.Service::name))
            .toList();
    return page.all(request, "services", services, CatalogResource::node);
  }

  private Reply service(Request request) {
    return page.one(
        200,
        "service",
        "services",
        node(find(request, "service", catalog.services(), Catalog.Service::id)));
  }

  private Reply endpoints(Request request) {
    List<Catalog.Endpoint> endpoints =
        catalog.endpoints().stream()
            .filter(asked(request, "interface", Catalog.Endpoint::audience))
            .filter(asked(request, "service_id", endpoint -> endpoint.service().id()))
            .filter(asked(request, "region_id", endpoint -> catalog.region()))
            .toList();
    return page.all(request, "endpoints", endpoints, this::node);
  }

  private Reply endpoint(Request request) {
    return page.one(
        200,
        "endpoint",
        "endpoints",
        node(find(request, "endpoint", catalog.endpoints(), Catalog.Endpoint::id)));
  }

  private Reply regions(Request request) {
    return page.all(request, "regions", List.of(catalog.region()), CatalogResource::node);
  }

  private Reply region(Request request) {
    String region = find(request, "region", List.of(catalog.region()), Function.identity());
    return page.one(200, "region", "regions", node(region));
  }

  private static <T> Predicate<T> asked(
      Request request, String filter, Function<T, String> property) {
    @Nullable String asked = request.query(filter);
    return candidate -> asked == null || asked.equals(property.apply(candidate));
  }

  private static <T> T find(Request request, String kind, List<T> all, Function<T, String> id) {
    String asked = request.parameter(kind + "_id");
    return all.stream()
        .filter(candidate -> id.apply(candidate).equals(asked))
        .findFirst()
        .orElseThrow(() -> new Refusal.Absent(kind, asked).asException());
  }

  private static ObjectNode node(Catalog.Service service) {
    return Page.node()
        .put("id", service.id())
        .put("name", service.name())
        .put("type", service.type())
        .put("description", "")
        .put("enabled", true);
  }

  private ObjectNode node(Catalog.Endpoint endpoint) {
    return Page.node()
        .put("id", endpoint.id())
        .put("interface", endpoint.audience())
        .put("region_id", catalog.region())
        .put("region", catalog.region())
        .put("service_id", endpoint.service().id())
        .put("url", catalog.address(endpoint))
        .put("enabled", true);
  }

  private static ObjectNode node(String region) {
    return Page.node().put("id", region).put("description", "").putNull("parent_region_id");
  }
}
