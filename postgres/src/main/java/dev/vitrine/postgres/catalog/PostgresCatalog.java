package dev.vitrine.postgres.catalog;

import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.catalog.CatalogStore;
import dev.vitrine.catalog.Endpoint;
import dev.vitrine.catalog.Endpoint.Audience;
import dev.vitrine.catalog.EndpointUrl;
import dev.vitrine.catalog.Region;
import dev.vitrine.catalog.Service;
import dev.vitrine.postgres.directory.Identities;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.refusal.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The tables {@code service}, {@code endpoint} and {@code region}. */
public final class PostgresCatalog implements CatalogStore {
  private static final String SERVICE = "service_id, type, name, description, enabled";
  private static final String ENDPOINT =
      "endpoint_id, service_id, audience, region_id, url, enabled";
  private static final String REGION = "region_id, description, parent_region_id";

  private final Database database;

  public PostgresCatalog(Database database) {
    this.database = database;
  }

  /** Small tables, read whole for each token; one statement, therefore one snapshot. */
  private static final String READ =
      """
      select 0 as kind, service_id, type, name, description, enabled,
        null as endpoint_id, null as audience, null as region_id, null as url,
        null as parent_region_id, created_at
      from service
      union all
      select 1, service_id, null, null, null, enabled, endpoint_id, audience, region_id, url, null,
        created_at
      from endpoint
      union all
      select 2, null, null, null, description, true, null, null, region_id, null, parent_region_id,
        created_at
      from region
      order by kind, created_at
      """;

  @Override
  public Content read() {
    List<Service> services = new ArrayList<>();
    List<Endpoint> endpoints = new ArrayList<>();
    List<Region> regions = new ArrayList<>();
    database.all(
        READ,
        row ->
            switch (row.getInt("kind")) {
              case 0 -> services.add(service(row));
              case 1 -> endpoints.add(endpoint(row));
              default -> regions.add(region(row));
            });
    return new Content(services, endpoints, regions);
  }

  @Override
  public void add(Service service) {
    database.change(
        "insert into service (%s) values (?, ?, ?, ?, ?)".formatted(SERVICE),
        service.id(),
        service.type(),
        service.name(),
        service.description(),
        service.enabled());
  }

  @Override
  public @Nullable Service updateService(String id, UnaryOperator<Service> change) {
    return Identities.update(
        database,
        "select %s from service where service_id = ? for no key update".formatted(SERVICE),
        PostgresCatalog::service,
        id,
        change,
        (session, old, changed) ->
            session.change(
                "update service set type = ?, name = ?, description = ?, enabled = ?"
                    + " where service_id = ?",
                changed.type(),
                changed.name(),
                changed.description(),
                changed.enabled(),
                id));
  }

  @Override
  public boolean deleteService(String id) {
    return database.inTransaction(
        session -> {
          lock(session, "service", id, "update");
          session.change("delete from endpoint where service_id = ?", id);
          return session.change("delete from service where service_id = ?", id) > 0;
        });
  }

  @Override
  public void add(Endpoint endpoint, BuiltIn builtIn) {
    database.inTransaction(
        session -> {
          requireParts(session, endpoint, builtIn);
          return session.change(
              "insert into endpoint (%s) values (?, ?, ?, ?, ?, ?)".formatted(ENDPOINT),
              endpoint.id(),
              endpoint.service(),
              endpoint.audience().word(),
              endpoint.region(),
              endpoint.url().template(),
              endpoint.enabled());
        });
  }

  @Override
  public @Nullable Endpoint updateEndpoint(
      String id, UnaryOperator<Endpoint> change, BuiltIn builtIn) {
    return Identities.update(
        database,
        "select %s from endpoint where endpoint_id = ? for no key update".formatted(ENDPOINT),
        PostgresCatalog::endpoint,
        id,
        change,
        (session, old, changed) -> {
          requireParts(session, changed, builtIn);
          session.change(
              "update endpoint set service_id = ?, audience = ?, region_id = ?, url = ?,"
                  + " enabled = ? where endpoint_id = ?",
              changed.service(),
              changed.audience().word(),
              changed.region(),
              changed.url().template(),
              changed.enabled(),
              id);
        });
  }

  @Override
  public boolean deleteEndpoint(String id) {
    return database.change("delete from endpoint where endpoint_id = ?", id) > 0;
  }

  /**
   * Locks service and region until the commit. A concurrent deletion waits, and then finds the
   * endpoint.
   */
  private static void requireParts(Database.Session session, Endpoint endpoint, BuiltIn builtIn)
      throws SQLException {
    if (!builtIn.hasService(endpoint.service())
        && !lock(session, "service", endpoint.service(), "key share")) {
      throw new Refusal.Absent("service", endpoint.service()).asException();
    }
    requireRegion(session, endpoint.region(), builtIn);
  }

  private static void requireRegion(Database.Session session, @Nullable String id, BuiltIn builtIn)
      throws SQLException {
    if (id != null && !builtIn.hasRegion(id) && !lock(session, "region", id, "key share")) {
      throw new Refusal.Absent("region", id).asException();
    }
  }

  private static boolean lock(Database.Session session, String table, String id, String strength)
      throws SQLException {
    return session.first(
            "select 1 from %1$s where %1$s_id = ? for %2$s".formatted(table, strength),
            row -> true,
            id)
        != null;
  }

  @Override
  public void add(Region region, BuiltIn builtIn) {
    database.inTransaction(
        session -> {
          requireRegion(session, region.parent(), builtIn);
          return Identities.naming(
              "region",
              region.id(),
              null,
              () ->
                  session.change(
                      "insert into region (%s) values (?, ?, ?)".formatted(REGION),
                      region.id(),
                      region.description(),
                      region.parent()));
        });
  }

  @Override
  public void addIfAbsent(Region region) {
    database.change(
        "insert into region (region_id, description) values (?, ?) on conflict do nothing",
        region.id(),
        region.description());
  }

  @Override
  public @Nullable Region updateRegion(String id, UnaryOperator<Region> change) {
    return Identities.update(
        database,
        "select %s from region where region_id = ? for no key update".formatted(REGION),
        PostgresCatalog::region,
        id,
        change,
        (session, old, changed) ->
            session.change(
                "update region set description = ? where region_id = ?",
                changed.description(),
                id));
  }

  @Override
  public boolean deleteRegion(String id) {
    return database.inTransaction(
        session -> {
          lock(session, "region", id, "update");
          if (session.first(
                  """
                  select 1 from endpoint where region_id = ?
                  union all select 1 from region where parent_region_id = ?
                  """,
                  row -> true,
                  id,
                  id)
              != null) {
            throw new Refusal.Conflict(
                    "Unable to delete region %s because it has endpoints or child regions."
                        .formatted(id))
                .asException();
          }
          return session.change("delete from region where region_id = ?", id) > 0;
        });
  }

  private static Service service(ResultSet row) throws SQLException {
    return new Service(
        row.getString("service_id"),
        row.getString("type"),
        row.getString("name"),
        row.getString("description"),
        row.getBoolean("enabled"));
  }

  private static Endpoint endpoint(ResultSet row) throws SQLException {
    return new Endpoint(
        row.getString("endpoint_id"),
        row.getString("service_id"),
        Audience.valueOf(row.getString("audience").toUpperCase(Locale.ROOT)),
        row.getString("region_id"),
        new EndpointUrl(row.getString("url")),
        row.getBoolean("enabled"));
  }

  private static Region region(ResultSet row) throws SQLException {
    return new Region(
        row.getString("region_id"),
        row.getString("description"),
        row.getString("parent_region_id"));
  }
}
