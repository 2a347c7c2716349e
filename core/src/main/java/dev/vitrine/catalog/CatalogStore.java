package dev.vitrine.catalog;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stores the services, endpoints and regions that are not built in. Lists are ordered by creation
 * time.
 */
public interface CatalogStore {
  /** All of it, in one snapshot. */
  record Content(List<Service> services, List<Endpoint> endpoints, List<Region> regions) {}

  Content read();

  void add(Service service);

  /** Null: it is gone. */
  @Nullable Service updateService(String id, UnaryOperator<Service> change);

  /** Deletes a service and its endpoints. Returns whether it was there. */
  boolean deleteService(String id);

  /**
   * Stores a new endpoint. Refused by {@link dev.vitrine.refusal.Refusal.Absent} if its service or
   * region is not there (any more).
   *
   * @param builtIn the built-in services and region; these have no row in the database
   */
  void add(Endpoint endpoint, BuiltIn builtIn);

  /** As {@link #add(Endpoint, BuiltIn)}. Null: it is gone. */
  @Nullable Endpoint updateEndpoint(String id, UnaryOperator<Endpoint> change, BuiltIn builtIn);

  /** Whether it was there. */
  boolean deleteEndpoint(String id);

  /**
   * Stores a new region. Refused by {@link dev.vitrine.refusal.Refusal.NameTaken} if its id is
   * taken, or by {@link dev.vitrine.refusal.Refusal.Absent} if its parent does not exist (any
   * more).
   */
  void add(Region region, BuiltIn builtIn);

  /** Stores a region without a parent, unless the id exists. */
  void addIfAbsent(Region region);

  /** Changes a region, whose parent stays. Null: it is gone. */
  @Nullable Region updateRegion(String id, UnaryOperator<Region> change);

  /**
   * Deletes a region. Refused by {@link dev.vitrine.refusal.Refusal.Conflict} if it has endpoints
   * or child regions. Returns whether it was there.
   */
  boolean deleteRegion(String id);
}
