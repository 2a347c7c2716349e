package dev.vitrine.catalog;

import org.jspecify.annotations.Nullable;

/** A service. Clients look for its type. Its id is 32 lower-case hexadecimal digits. */
public record Service(
    String id, String type, @Nullable String name, @Nullable String description, boolean enabled) {}
