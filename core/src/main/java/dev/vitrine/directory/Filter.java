package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Narrows a list; null lets everything through.
 *
 * @param tags of projects; nothing else has any
 */
public record Filter(
    @Nullable DomainId domain, @Nullable String name, @Nullable Boolean enabled, Tags tags) {

  public Filter(@Nullable DomainId domain, @Nullable String name, @Nullable Boolean enabled) {
    this(domain, name, enabled, Tags.ANY);
  }

  /** The same, in one domain. */
  public Filter in(@Nullable DomainId only) {
    return new Filter(only, name, enabled, tags);
  }

  /**
   * The tags that a resource must and must not have (OpenStack API guideline on tags); an empty set
   * is no condition.
   *
   * @param all it has each of these
   * @param any it has at least one of these
   * @param notAll it lacks at least one of these
   * @param none it has none of these
   */
  public record Tags(Set<String> all, Set<String> any, Set<String> notAll, Set<String> none) {
    public static final Tags ANY = new Tags(Set.of(), Set.of(), Set.of(), Set.of());
  }
}
