package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;

/** A group of users. */
public record Group(GroupId id, DomainId domain, String name, String description, Extras extras) {
  public Group(GroupId id, DomainId domain, String name, String description) {
    this(id, domain, name, description, Extras.NONE);
  }
}
