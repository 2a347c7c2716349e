package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param defaultProject the project that its tokens are scoped to when a login names no scope; need
 *     not exist
 * @param options those that were set, to whichever value
 * @param passwordExpiresAt from then on it logs in only after it has changed its password; null:
 *     never
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
    Extras extras,
    @Nullable Instant passwordExpiresAt) {
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
    this(
        id, domain, name, description, email, enabled, defaultProject, Map.of(), Extras.NONE, null);
  }

  /** The same with another expiry of its password; null: never. */
  public User passwordExpiringAt(@Nullable Instant expiry) {
    return new User(
        id, domain, name, description, email, enabled, defaultProject, options, extras, expiry);
  }

  boolean has(UserOption option) {
    return options.getOrDefault(option, false);
  }
}
