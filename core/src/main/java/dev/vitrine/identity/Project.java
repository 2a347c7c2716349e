package dev.vitrine.identity;

/** A project: what owns images, and what they are shared with. */
public record Project(
    ProjectId id, DomainId domain, String name, String description, boolean enabled) {}
