package dev.vitrine.catalog;

import org.jspecify.annotations.Nullable;

/** A service by its type, which is what clients look for; {@code id} as {@code Ids} make it. */
public record Service(
    String id, String type, @Nullable String name, @Nullable String description, boolean enabled) {}
