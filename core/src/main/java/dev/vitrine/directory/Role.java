package dev.vitrine.directory;

import dev.vitrine.access.Privilege;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A role, that is, a policy document with a name.
 *
 * @param domain null: known to all domains
 * @param shipped it came with Vitrine and cannot be changed
 * @param immutable it can be neither changed nor deleted until it is made mutable again
 */
public record Role(
    RoleId id,
    @Nullable DomainId domain,
    String name,
    @Nullable String description,
    boolean shipped,
    boolean immutable,
    Extras extras) {
  /** The name that carries cloud administration (ruling 2). */
  public static final String ADMIN = Privilege.CLOUD_ADMIN.role();

  /** The name that lets a service validate the tokens of its users. */
  public static final String SERVICE = Privilege.SERVICE.role();

  /**
   * The roles that only a cloud administrator may give: by a grant, by adding to a group, or by
   * setting a password.
   */
  public static final List<String> PRIVILEGED = List.of(ADMIN, SERVICE);

  public Role(
      RoleId id,
      @Nullable DomainId domain,
      String name,
      @Nullable String description,
      boolean shipped) {
    this(id, domain, name, description, shipped, false, Extras.NONE);
  }

  /** The same, immutable or not. */
  Role immutable(boolean is) {
    return new Role(id, domain, name, description, shipped, is, extras);
  }
}
