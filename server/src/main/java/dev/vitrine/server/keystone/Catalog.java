package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What is served, and where: one place, in every role. Ids follow from names, so that they are the
 * same on every node.
 */
public final class Catalog {
  private static final List<String> INTERFACES = List.of("public", "internal", "admin");

  private final String url;
  private final String region;

  /** A service; {@code path} is its root below the public URL. */
  record Service(String type, String name, String path) {
    String id() {
      return idOf(type);
    }
  }

  /** A service as one audience reaches it. */
  record Endpoint(Service service, String audience) {
    String id() {
      return idOf(service.type() + " " + audience);
    }
  }

  private static final List<Service> SERVICES =
      List.of(
          new Service("image", "glance", ""),
          new Service("identity", "keystone", "/v3"),
          new Service("ims", "ims", ""));

  /**
   * @param url public, without a slash at the end
   */
  public Catalog(String url, String region) {
    this.url = url;
    this.region = region;
  }

  private static String idOf(String name) {
    return UUID.nameUUIDFromBytes(("vitrine " + name).getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }

  String region() {
    return region;
  }

  List<Service> services() {
    return SERVICES;
  }

  List<Endpoint> endpoints() {
    return SERVICES.stream()
        .flatMap(service -> INTERFACES.stream().map(audience -> new Endpoint(service, audience)))
        .toList();
  }

  String address(Endpoint endpoint) {
    return url + endpoint.service().path();
  }

  /** As a token carries it. */
  ArrayNode toJson() {
    ArrayNode catalog = JsonNodeFactory.instance.arrayNode();
    for (Service service : SERVICES) {
      ObjectNode entry = catalog.addObject();
      ArrayNode endpoints = entry.putArray("endpoints");
      for (String audience : INTERFACES) {
        Endpoint endpoint = new Endpoint(service, audience);
        endpoints
            .addObject()
            .put("id", endpoint.id())
            .put("interface", audience)
            .put("region_id", region)
            .put("url", address(endpoint))
            .put("region", region);
      }
      entry.put("id", service.id()).put("type", service.type()).put("name", service.name());
    }
    return catalog;
  }
}
