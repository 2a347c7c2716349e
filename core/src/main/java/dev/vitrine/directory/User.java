package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param defaultProject the project that its tokens are scoped to when a login names no scope; need
 *     not exist
 * @param options those that were set, to whichever value
 */
public record User(
    UserId id,
    DomainId domain,
    String name,
    @Nullable String description,
    @Nullable String email,
    boolean enabled,
    @Nullable ProjectId defaultProject,
    Map<UserOption, Boolean> options,
    Extras extras) {
  public User {
    options = Map.copyOf(options);
  }

  public User(
      UserId id,
      DomainId domain,
      String name,
      @Nullable String description,
      @Nullable String email,
      boolean enabled,
      @Nullable ProjectId defaultProject) {
    this(id, domain, name, description, email, enabled, defaultProject, Map.of(), Extras.NONE);
  }

  boolean has(UserOption option) {
    return options.getOrDefault(option, false);
  }
}
