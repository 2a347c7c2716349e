package dev.vitrine.catalog;

import dev.vitrine.catalog.Endpoint.Audience;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services and endpoints of Vitrine itself. They are computed from the settings and not stored;
 * their ids are computed from their names, so every node has the same ids.
 */
public record BuiltIn(List<Service> services, List<Endpoint> endpoints, Region region) {
  /**
   * The services below this URL.
   *
   * @param url public, without a slash at the end
   */
  public static BuiltIn at(String url, String region) {
    List<Service> services =
        List.of(service("image", "glance"), service("identity", "keystone"), service("ims", "ims"));
    return new BuiltIn(
        services,
        services.stream().flatMap(service -> endpoints(service, url, region)).toList(),
        new Region(region, "", null));
  }

  private static Service service(String type, String name) {
    return new Service(id(type), type, name, "", true);
  }

  private static Stream<Endpoint> endpoints(Service service, String url, String region) {
    String path =
        switch (service.type()) {
          case "image" -> "/image";
          case "identity" -> "/identity/v3";
          default -> "";
        };
    return Stream.of(Audience.values())
        .map(
            audience ->
                new Endpoint(
                    id(service.type() + " " + audience.word()),
                    service.id(),
                    audience,
                    region,
                    new EndpointUrl(url + path),
                    true));
  }

  /** The id of what is built in under this name. */
  public static String id(String name) {
    return UUID.nameUUIDFromBytes(("vitrine " + name).getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }

  /** The service of Glance's protocol. */
  public Service imageService() {
    return services.stream()
        .filter(service -> service.type().equals("image"))
        .findFirst()
        .orElseThrow();
  }

  public boolean hasService(String id) {
    return services.stream().anyMatch(service -> service.id().equals(id));
  }

  boolean hasEndpoint(String id) {
    return endpoints.stream().anyMatch(endpoint -> endpoint.id().equals(id));
  }

  public boolean hasRegion(@Nullable String id) {
    return region.id().equals(id);
  }
}
