package dev.vitrine.limit;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.catalog.CatalogStore;
import dev.vitrine.directory.Authority;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.LimitedResource;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.image.Quotas;
import dev.vitrine.limit.ProjectLimitStore.Filter;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The quotas of single projects, as the unified limits of Keystone's flat model (ADR 51): the
 * settings are the registered limits, which cannot be changed here; a limit holds in place of one,
 * for one project. All of them are of the image service, in the region of the settings. {@link
 * Quotas} enforces them.
 *
 * <p>Who may what is Keystone's policy: cloud administrators change limits; a token of a domain
 * reads those of the domain's projects, and a token of a project those of its project. All methods
 * throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Limits {
  private final ProjectLimitStore store;
  private final CatalogStore catalog;
  private final BuiltIn builtIn;
  private final Access access;
  private final ProjectQuotas settings;

  public Limits(
      ProjectLimitStore store,
      CatalogStore catalog,
      BuiltIn builtIn,
      Access access,
      ProjectQuotas settings) {
    this.store = store;
    this.catalog = catalog;
    this.builtIn = builtIn;
    this.access = access;
    this.settings = settings;
  }

  /** The service that all limits are of. */
  public String service() {
    return builtIn.imageService().id();
  }

  /** The region that all limits are in. */
  public String region() {
    return builtIn.region().id();
  }

  /** The registered limits that match. */
  public List<RegisteredLimit> registered(Caller caller, Query query) {
    access.require(caller, Operation.LIST_REGISTERED_LIMITS);
    return Stream.of(LimitedResource.values())
        .filter(resource -> matches(query, resource))
        .map(this::registered)
        .toList();
  }

  public RegisteredLimit registered(Caller caller, String id) {
    access.require(caller, Operation.SHOW_REGISTERED_LIMIT);
    return Stream.of(LimitedResource.values())
        .map(this::registered)
        .filter(limit -> limit.id().equals(id))
        .findFirst()
        .orElseThrow(() -> absent("registered limit", id));
  }

  private RegisteredLimit registered(LimitedResource resource) {
    var setting = settings.of(resource);
    return new RegisteredLimit(
        BuiltIn.id("limit " + resource.word()),
        resource,
        setting.isEmpty() ? ProjectLimit.UNLIMITED : setting.getAsLong() / resource.unit());
  }

  /**
   * Refuses a change of a registered limit, whether or not it exists.
   *
   * @param operation the caller's operation
   */
  public Refused refuseRegistered(Caller caller, Operation operation) {
    require(caller, operation);
    return new Refusal.Forbidden(
            "The registered limits are built in: they follow from the server's settings %s and %s."
                .formatted(LimitedResource.IMAGES.setting(), LimitedResource.BYTES.setting()))
        .asException();
  }

  /** Tells whoever has a token that there is one model. */
  public void requireModel(Caller caller) {
    access.require(caller, Operation.SHOW_LIMIT_MODEL);
  }

  /**
   * What a list is asked for; null lets everything through.
   *
   * @param domain that a limit is of: none is
   */
  public record Query(
      @Nullable String service,
      @Nullable String region,
      @Nullable String resource,
      @Nullable ProjectId project,
      @Nullable DomainId domain) {}

  private boolean matches(Query query, LimitedResource resource) {
    return (query.service() == null || query.service().equals(service()))
        && (query.region() == null || query.region().equals(region()))
        && (query.resource() == null || query.resource().equals(resource.word()))
        && query.domain() == null;
  }

  /** The limits that match and the caller may see. */
  public List<ProjectLimit> list(Caller caller, Query query) {
    Filter visible = visible(caller, access.require(caller, Operation.LIST_LIMITS));
    if (visible == null
        || Stream.of(LimitedResource.values()).noneMatch(resource -> matches(query, resource))) {
      return List.of();
    }
    if (visible.project() != null
        && query.project() != null
        && !visible.project().equals(query.project())) {
      return List.of();
    }
    return store.list(
        new Filter(
            null,
            query.project() == null ? visible.project() : query.project(),
            visible.domain(),
            query.resource() == null ? null : LimitedResource.of(query.resource())));
  }

  public ProjectLimit show(Caller caller, String id) {
    Authorization authorization = access.require(caller, Operation.SHOW_LIMIT);
    Filter visible = visible(caller, authorization);
    List<ProjectLimit> found =
        visible == null || !Ids.isGenerated(id)
            ? List.of()
            : store.list(new Filter(id, visible.project(), visible.domain(), null));
    if (found.isEmpty()) {
      // Whoever may not see all limits gets the same answer whether or not there is one.
      throw authorization.cloudAdmin()
          ? absent("limit", id)
          : new Refusal.NotCloudAdmin("identity:get_limit").asException();
    }
    return found.getFirst();
  }

  /** What the caller may see at all; null: nothing. */
  private static @Nullable Filter visible(Caller caller, Authorization authorization) {
    if (authorization.cloudAdmin()) {
      return new Filter(null, null, null, null);
    }
    return caller.project() == null && caller.domain() == null
        ? null
        : new Filter(null, caller.project(), caller.domain(), null);
  }

  /**
   * A limit that is to be created.
   *
   * @param region null: that of the settings
   */
  public record Draft(
      String service,
      @Nullable String region,
      String resource,
      ProjectId project,
      int maximum,
      @Nullable String description) {}

  /** Creates all of these limits or none. */
  public List<ProjectLimit> create(Caller caller, List<Draft> drafts) {
    require(caller, Operation.CREATE_LIMITS);
    List<ProjectLimit> limits = drafts.stream().map(this::created).toList();
    store.add(limits);
    return limits;
  }

  private ProjectLimit created(Draft draft) {
    LimitedResource resource = LimitedResource.of(draft.resource());
    String region = draft.region() == null ? region() : draft.region();
    if (resource == null || !draft.service().equals(service()) || !region.equals(region())) {
      throw unregistered(draft.service(), region);
    }
    return new ProjectLimit(
        Ids.next(), draft.project(), resource, draft.maximum(), draft.description());
  }

  /** As Keystone: what does not exist is invalid, and what exists has no registered limit. */
  private Refused unregistered(String service, String region) {
    CatalogStore.Content stored = catalog.read();
    if (!builtIn.hasService(service)
        && stored.services().stream().noneMatch(one -> one.id().equals(service))) {
      return unknown("service_id");
    }
    if (!builtIn.hasRegion(region)
        && stored.regions().stream().noneMatch(one -> one.id().equals(region))) {
      return unknown("region_id");
    }
    return new Refusal.Forbidden(
            "Unable to create a limit that has no corresponding registered limit.")
        .asException();
  }

  /** The refusal of a limit whose service, region or project does not exist. */
  public static Refused unknown(String field) {
    return new Refusal.Invalid(
            "Expecting to find %s in limit: it names nothing that exists.".formatted(field))
        .asException();
  }

  /** Changes a limit; its project and resource stay. */
  public ProjectLimit update(Caller caller, String id, UnaryOperator<ProjectLimit> change) {
    require(caller, Operation.UPDATE_LIMIT);
    ProjectLimit updated = Ids.isGenerated(id) ? store.update(id, change) : null;
    if (updated == null) {
      throw absent("limit", id);
    }
    return updated;
  }

  public void delete(Caller caller, String id) {
    require(caller, Operation.DELETE_LIMIT);
    if (!Ids.isGenerated(id) || !store.delete(id)) {
      throw absent("limit", id);
    }
  }

  private static Refused absent(String kind, String id) {
    return new Refusal.NotFound("Could not find %s for %s.".formatted(kind, id)).asException();
  }

  /** An administrator of one domain could give its projects more than the cloud has. */
  private void require(Caller caller, Operation operation) {
    Authority.require(access, caller, operation).requireCloudAdmin();
  }
}
