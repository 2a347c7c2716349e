package dev.vitrine.explain;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import org.jspecify.annotations.Nullable;

/**
 * May this user, in this scope, do this?
 *
 * @param image as the request wrote it; null: on no image in particular
 * @param member of the image, as the request wrote it
 */
public record Question(
    UserId user,
    Caller.Scope scope,
    Operation operation,
    @Nullable String image,
    @Nullable String member) {}
