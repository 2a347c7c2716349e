package dev.vitrine.catalog;

import dev.vitrine.access.Access;
import dev.vitrine.directory.Authority;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue: the built-in entries, which cannot be changed, and those that a cloud
 * administrator adds. Everybody may read it. All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Catalog {
  private final CatalogStore store;
  private final BuiltIn builtIn;
  private final Access access;

  public Catalog(CatalogStore store, BuiltIn builtIn, Access access) {
    this.store = store;
    this.builtIn = builtIn;
    this.access = access;
  }

  /** A service as a token's catalogue has it. */
  public record Entry(Service service, List<Address> addresses) {}

  /** An endpoint as a token's catalogue has it. */
  public record Address(Endpoint endpoint, String url) {}

  /** The catalogue for an authenticated caller: enabled services and endpoints. */
  public List<Entry> of(Caller caller) {
    CatalogStore.Content stored = store.read();
    List<Endpoint> endpoints = endpoints(stored);
    return services(stored).stream()
        .filter(Service::enabled)
        .map(service -> new Entry(service, addresses(caller, service, endpoints)))
        .toList();
  }

  private static List<Address> addresses(Caller caller, Service service, List<Endpoint> all) {
    ProjectId project = caller.project();
    List<Address> addresses = new ArrayList<>();
    for (Endpoint endpoint : all) {
      String url =
          endpoint.enabled() && endpoint.service().equals(service.id())
              ? endpoint.url().of(caller.user().value(), project == null ? null : project.value())
              : null;
      if (url != null) {
        addresses.add(new Address(endpoint, url));
      }
    }
    return addresses;
  }

  /** As {@link #of}, for a request that asks for the catalogue. */
  public List<Entry> show(Caller caller) {
    access.require(caller, Operation.SHOW_OWN_CATALOG);
    return of(caller);
  }

  public List<Service> services(Caller caller) {
    access.require(caller, Operation.LIST_SERVICES);
    return services(store.read());
  }

  public Service service(Caller caller, String id) {
    access.require(caller, Operation.SHOW_SERVICE);
    return find("service", id, services(store.read()), Service::id);
  }

  /** Creates a service; {@code draft} builds it from its new id. */
  public Service createService(Caller caller, Function<String, Service> draft) {
    require(caller, Operation.CREATE_SERVICE);
    Service service = draft.apply(Ids.next());
    store.add(service);
    return service;
  }

  public Service updateService(Caller caller, String id, UnaryOperator<Service> change) {
    require(caller, Operation.UPDATE_SERVICE);
    requireChangeable(builtIn.hasService(id), "service", id);
    return found("service", id, store.updateService(id, change));
  }

  /** Deletes a service with its endpoints. */
  public void deleteService(Caller caller, String id) {
    require(caller, Operation.DELETE_SERVICE);
    requireChangeable(builtIn.hasService(id), "service", id);
    requireThere("service", id, store.deleteService(id));
  }

  public List<Endpoint> endpoints(Caller caller) {
    access.require(caller, Operation.LIST_ENDPOINTS);
    return endpoints(store.read());
  }

  public Endpoint endpoint(Caller caller, String id) {
    access.require(caller, Operation.SHOW_ENDPOINT);
    return find("endpoint", id, endpoints(store.read()), Endpoint::id);
  }

  /**
   * Creates an endpoint. Its service may also be a built-in one.
   *
   * @param withRegion whether to create its region if it does not exist
   */
  public Endpoint createEndpoint(
      Caller caller, Function<String, Endpoint> draft, boolean withRegion) {
    require(caller, Operation.CREATE_ENDPOINT);
    Endpoint endpoint = draft.apply(Ids.next());
    String region = endpoint.region();
    if (withRegion && region != null && !builtIn.hasRegion(region)) {
      store.addIfAbsent(new Region(region, "", null));
    }
    store.add(endpoint, builtIn);
    return endpoint;
  }

  public Endpoint updateEndpoint(Caller caller, String id, UnaryOperator<Endpoint> change) {
    require(caller, Operation.UPDATE_ENDPOINT);
    requireChangeable(builtIn.hasEndpoint(id), "endpoint", id);
    return found("endpoint", id, store.updateEndpoint(id, change, builtIn));
  }

  public void deleteEndpoint(Caller caller, String id) {
    require(caller, Operation.DELETE_ENDPOINT);
    requireChangeable(builtIn.hasEndpoint(id), "endpoint", id);
    requireThere("endpoint", id, store.deleteEndpoint(id));
  }

  public List<Region> regions(Caller caller) {
    access.require(caller, Operation.LIST_REGIONS);
    return regions(store.read());
  }

  public Region region(Caller caller, String id) {
    access.require(caller, Operation.SHOW_REGION);
    return find("region", id, regions(store.read()), Region::id);
  }

  /** Creates a region, with an existing parent or with none. */
  public Region createRegion(Caller caller, Region region) {
    require(caller, Operation.CREATE_REGION);
    if (builtIn.hasRegion(region.id())) {
      throw new Refusal.NameTaken("region", region.id(), null).asException();
    }
    store.add(region, builtIn);
    return region;
  }

  public Region updateRegion(Caller caller, String id, UnaryOperator<Region> change) {
    require(caller, Operation.UPDATE_REGION);
    requireChangeable(builtIn.hasRegion(id), "region", id);
    return found(
        "region",
        id,
        store.updateRegion(
            id,
            old -> {
              Region changed = change.apply(old);
              if (!Objects.equals(changed.parent(), old.parent())) {
                throw new Refusal.Invalid("The parent of a region cannot be changed.")
                    .asException();
              }
              return changed;
            }));
  }

  public void deleteRegion(Caller caller, String id) {
    require(caller, Operation.DELETE_REGION);
    requireChangeable(builtIn.hasRegion(id), "region", id);
    requireThere("region", id, store.deleteRegion(id));
  }

  private List<Service> services(CatalogStore.Content stored) {
    return Stream.concat(builtIn.services().stream(), stored.services().stream()).toList();
  }

  private List<Endpoint> endpoints(CatalogStore.Content stored) {
    return Stream.concat(builtIn.endpoints().stream(), stored.endpoints().stream()).toList();
  }

  /**
   * A stored region with the id of the built-in one is not listed: it was created before the
   * settings named that region.
   */
  private List<Region> regions(CatalogStore.Content stored) {
    return Stream.concat(
            Stream.of(builtIn.region()),
            stored.regions().stream().filter(region -> !builtIn.hasRegion(region.id())))
        .toList();
  }

  /**
   * The catalogue is shared by all domains, so the administrator of one domain cannot change it.
   */
  private void require(Caller caller, Operation operation) {
    Authority.require(access, caller, operation).requireCloudAdmin();
  }

  /** Refuses what is built in, and an id with the character NUL: none that is stored has it. */
  private static void requireChangeable(boolean isBuiltIn, String kind, String id) {
    requireThere(kind, id, id.indexOf('\0') < 0);
    if (isBuiltIn) {
      throw new Refusal.Forbidden(
              "The %s %s is built in: it follows from the server's settings.".formatted(kind, id))
          .asException();
    }
  }

  private static <T> T find(String kind, String id, List<T> all, Function<T, String> idOf) {
    return found(
        kind, id, all.stream().filter(one -> idOf.apply(one).equals(id)).findFirst().orElse(null));
  }

  private static <T> T found(String kind, String id, @Nullable T one) {
    requireThere(kind, id, one != null);
    return Objects.requireNonNull(one);
  }

  private static void requireThere(String kind, String id, boolean isThere) {
    if (!isThere) {
      throw new Refusal.Absent(kind, id).asException();
    }
  }
}
