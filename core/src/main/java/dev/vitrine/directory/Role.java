package dev.vitrine.directory;

import dev.vitrine.access.Privilege;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import java.util.List;
import java.util.Locale;
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
  /** The name of the role that makes its holder a cloud administrator (ruling 2). */
  public static final String ADMIN = Privilege.CLOUD_ADMIN.role();

  /** The name of the role that lets a service validate the tokens of its users. */
  public static final String SERVICE = Privilege.SERVICE.role();

  /**
   * The roles that only a cloud administrator may give to somebody, by granting them or by adding a
   * user to a group that has one. Nobody else may set the password of another user that has one,
   * because whoever knows the password can act as that user.
   */
  public static final List<String> PRIVILEGED = List.of(ADMIN, SERVICE);

  /**
   * Whether a service that reads it in a token could take it for a privileged role: services
   * compare names without regard to case.
   */
  static boolean resemblesPrivileged(String name) {
    return PRIVILEGED.contains(name.strip().toLowerCase(Locale.ROOT));
  }

  public Role(
      RoleId id,
      @Nullable DomainId domain,
      String name,
      @Nullable String description,
      boolean shipped) {
    this(id, domain, name, description, shipped, false, Extras.NONE);
  }

  /** Whether it is one of {@link #PRIVILEGED}; a domain may have others of these names. */
  boolean isPrivileged() {
    return domain == null && PRIVILEGED.contains(name);
  }

  /** The same, immutable or not. */
  Role immutable(boolean is) {
    return new Role(id, domain, name, description, shipped, is, extras);
  }
}
