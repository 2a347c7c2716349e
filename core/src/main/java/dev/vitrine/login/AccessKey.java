package dev.vitrine.login;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.UserId;
import java.time.Instant;

/**
 * A key that signs requests as its user. Its secret is not part of it.
 *
 * @param enabled whether its signatures are accepted
 * @param createdAt microseconds, by the database's clock
 */
public record AccessKey(
    AccessKeyId id, UserId user, String description, boolean enabled, Instant createdAt) {}
