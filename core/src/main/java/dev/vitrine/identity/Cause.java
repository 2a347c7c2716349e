package dev.vitrine.identity;

import org.jspecify.annotations.Nullable;

/**
 * The request that makes a change, as recorded with the change. A caller cannot choose how its
 * request is identified in the history: the client's request id is stored beside our own id, never
 * instead of it.
 *
 * @param request our own id of it
 * @param client what the client called it; null if it did not
 */
public record Cause(String request, @Nullable String client) {}
