package dev.vitrine.history;

import org.jspecify.annotations.Nullable;

/**
 * The request that makes a change, as it is kept with the change. Evidence is not chosen by whom it
 * is about: what a client calls its request stands beside our own id, never in its place.
 *
 * @param request our own id of it
 * @param client what the client called it; null if it did not
 */
public record Cause(String request, @Nullable String client) {}
