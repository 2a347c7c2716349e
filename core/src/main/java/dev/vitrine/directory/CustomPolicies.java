package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.access.PolicyReader;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.RoleId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.CustomPolicyFault;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The custom policies of the caller's domain (IAM: 自定义策略管理). Those of other domains do not exist
 * here, nor do shipped roles and roles created through Keystone. All methods throw {@link Refused}.
 */
public final class CustomPolicies {
  private static final int MAX_DISPLAY_NAME = 64;

  private final CustomPolicyStore store;
  private final Access access;
  private final DocumentCheck documents;

  /** Refuses a text that is not a policy document, and names the rule and the place. */
  @FunctionalInterface
  public interface DocumentCheck {
    /** Throws {@link Refused}; {@code json} is the text of one JSON value. */
    void require(String json);
  }

  public CustomPolicies(CustomPolicyStore store, Access access, DocumentCheck documents) {
    this.store = store;
    this.access = access;
    this.documents = documents;
  }

  public CustomPolicy create(Caller caller, CustomPolicy.Content content) {
    DomainId domain = domain(caller, Operation.CREATE_CUSTOM_POLICY);
    requireFit(content);
    return store.add(new RoleId(Ids.next()), domain, content);
  }

  public Slice<CustomPolicy> list(Caller caller, int offset, int limit) {
    return store.list(domain(caller, Operation.LIST_CUSTOM_POLICIES), offset, limit);
  }

  public CustomPolicy show(Caller caller, RoleId id) {
    return present(store.find(domain(caller, Operation.SHOW_CUSTOM_POLICY), id), id);
  }

  /** Changes one; the change applies to the next request of every holder. */
  public CustomPolicy update(Caller caller, RoleId id, UnaryOperator<CustomPolicy.Content> change) {
    DomainId domain = domain(caller, Operation.UPDATE_CUSTOM_POLICY);
    return present(
        store.update(
            domain,
            id,
            old -> {
              CustomPolicy.Content changed = change.apply(old);
              requireFit(changed);
              return changed;
            }),
        id);
  }

  /** Deletes one and its grants (IAM does not refuse to delete a granted policy). */
  public void delete(Caller caller, RoleId id) {
    if (!store.delete(domain(caller, Operation.DELETE_CUSTOM_POLICY), id)) {
      throw absent(id);
    }
  }

  private DomainId domain(Caller caller, Operation operation) {
    return Authority.require(access, caller, operation).domain(null);
  }

  private void requireFit(CustomPolicy.Content content) {
    String name = content.displayName();
    int length = name.codePointCount(0, name.length());
    if (name.isBlank()) {
      throw fault(
          CustomPolicyFault.DISPLAY_NAME,
          "The display_name must be a string and cannot be left blank.");
    }
    if (length > MAX_DISPLAY_NAME) {
      throw fault(
          CustomPolicyFault.DISPLAY_NAME_TOO_LONG,
          "The length %d of the display name exceeds 64 characters.".formatted(length));
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw fault(
          CustomPolicyFault.DISPLAY_NAME_CHARACTERS,
          "The display_name contains invalid characters.");
    }
    if (content.document().length() > PolicyReader.MAX_LENGTH) {
      throw fault(
          CustomPolicyFault.POLICY_TOO_LONG,
          "The size %d of the policy exceeds 6,144 characters."
              .formatted(content.document().length()));
    }
    documents.require(content.document());
  }

  private static CustomPolicy present(@Nullable CustomPolicy found, RoleId id) {
    if (found == null) {
      throw absent(id);
    }
    return found;
  }

  private static Refused absent(RoleId id) {
    return new Refusal.Absent("role", id.value()).asException();
  }

  private static Refused fault(CustomPolicyFault fault, String message) {
    return new Refusal.InvalidCustomPolicy(fault, message).asException();
  }
}
