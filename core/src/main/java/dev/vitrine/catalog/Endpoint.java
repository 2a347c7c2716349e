package dev.vitrine.catalog;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a service is reached by one audience in one region.
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

  /** Whom it is for; what Keystone calls an interface. */
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
