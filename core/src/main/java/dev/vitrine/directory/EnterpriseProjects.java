package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.Ids;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.EnterpriseProjectFault;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The enterprise projects of the caller's domain (EPS: 企业项目管理). All methods throw {@link Refused}.
 */
public final class EnterpriseProjects {
  private static final int MAX_DESCRIPTION = 512;
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_-]{1,255}");

  private final EnterpriseProjectStore store;
  private final Access access;

  public EnterpriseProjects(EnterpriseProjectStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  public EnterpriseProject create(Caller caller, String name, String description) {
    DomainId domain = domain(caller, Operation.CREATE_ENTERPRISE_PROJECT);
    requireFit(name, description);
    return store.add(domain, new EnterpriseProjectId(Ids.next()), name, description);
  }

  public Slice<EnterpriseProject> list(Caller caller, EnterpriseProjectStore.Query query) {
    return store.list(domain(caller, Operation.LIST_ENTERPRISE_PROJECTS), query);
  }

  public EnterpriseProject show(Caller caller, EnterpriseProjectId id) {
    return present(store.find(domain(caller, Operation.SHOW_ENTERPRISE_PROJECT), id), id);
  }

  /** Gives another name and description; null leaves the old one. */
  public EnterpriseProject rename(
      Caller caller, EnterpriseProjectId id, @Nullable String name, @Nullable String description) {
    return change(
        caller,
        Operation.UPDATE_ENTERPRISE_PROJECT,
        id,
        old -> {
          if (!old.enabled()) {
            throw fault(
                EnterpriseProjectFault.DISABLED,
                "The disabled enterprise project cannot be modified.");
          }
          EnterpriseProject changed =
              old.named(
                  name == null ? old.name() : name,
                  description == null ? old.description() : description);
          requireFit(changed.name(), changed.description());
          return changed;
        });
  }

  public void enable(Caller caller, EnterpriseProjectId id) {
    change(caller, Operation.ENABLE_ENTERPRISE_PROJECT, id, old -> old.enabled(true));
  }

  /**
   * Disables one: no image can be put into it any more. Its images stay in it, and its grants stay
   * in effect.
   */
  public void disable(Caller caller, EnterpriseProjectId id) {
    change(caller, Operation.DISABLE_ENTERPRISE_PROJECT, id, old -> old.enabled(false));
  }

  private EnterpriseProject change(
      Caller caller,
      Operation operation,
      EnterpriseProjectId id,
      UnaryOperator<EnterpriseProject> change) {
    DomainId domain = domain(caller, operation);
    if (id.equals(EnterpriseProjectId.DEFAULT)) {
      throw fault(
          EnterpriseProjectFault.DEFAULT_IS_FIXED,
          "The default enterprise project cannot be modified.");
    }
    return present(store.update(domain, id, change), id);
  }

  private DomainId domain(Caller caller, Operation operation) {
    return Authority.require(access, caller, operation).domain(null);
  }

  private static void requireFit(String name, String description) {
    if (!NAME.matcher(name).matches() || name.equalsIgnoreCase("default")) {
      throw fault(
          EnterpriseProjectFault.NAME,
          "Invalid enterprise project name: 1 to 255 letters, digits, underscores and hyphens, not"
              + " \"default\".");
    }
    if (description.codePointCount(0, description.length()) > MAX_DESCRIPTION) {
      throw fault(
          EnterpriseProjectFault.DESCRIPTION,
          "Invalid enterprise project description: at most 512 characters.");
    }
  }

  private static EnterpriseProject present(
      @Nullable EnterpriseProject found, EnterpriseProjectId id) {
    if (found == null) {
      throw new Refusal.Absent("enterprise project", id.value()).asException();
    }
    return found;
  }

  private static Refused fault(EnterpriseProjectFault fault, String message) {
    return new Refusal.InvalidEnterpriseProject(fault, message).asException();
  }
}
