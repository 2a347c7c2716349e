package dev.vitrine.catalog;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a service in one region, for one audience.
 *
 * @param service its id
 * @param region its id; null: in none
 */
public record Endpoint(
    String id,
    String service,
    Audience audience,
    @Nullable String region,
    EndpointUrl url,
    boolean enabled) {

  /** The audience of an endpoint. Keystone calls it the interface. */
  public enum Audience {
    PUBLIC,
    INTERNAL,
    ADMIN;

    /** As in JSON and in the database. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
