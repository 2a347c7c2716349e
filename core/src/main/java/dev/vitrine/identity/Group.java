package dev.vitrine.identity;

/** A group of users. */
public record Group(GroupId id, DomainId domain, String name, String description) {}
