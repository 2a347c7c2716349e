package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import java.util.Collection;
import java.util.List;

/**
 * A project: what owns images, and what they are shared with.
 *
 * @param tags in the order of their texts, each once
 * @param immutable it can be neither changed nor deleted until it is made mutable again
 */
public record Project(
    ProjectId id,
    DomainId domain,
    String name,
    String description,
    boolean enabled,
    List<String> tags,
    boolean immutable,
    Extras extras) {
  public Project {
    tags = tags.stream().sorted().distinct().toList();
  }

  public Project(ProjectId id, DomainId domain, String name, String description, boolean enabled) {
    this(id, domain, name, description, enabled, List.of(), false, Extras.NONE);
  }

  /** The same, immutable or not. */
  Project immutable(boolean is) {
    return new Project(id, domain, name, description, enabled, tags, is, extras);
  }

  /** The same with these tags and no others. */
  public Project tagged(Collection<String> now) {
    return new Project(id, domain, name, description, enabled, List.copyOf(now), immutable, extras);
  }
}
