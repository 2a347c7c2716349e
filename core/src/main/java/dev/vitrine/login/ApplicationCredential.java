package dev.vitrine.login;

import dev.vitrine.directory.Named;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A credential with which a program acts for a user, with some of the user's roles in one project.
 *
 * @param roles without those that have been deleted
 * @param unrestricted whether it may create credentials that outlive it: other application
 *     credentials, access keys
 * @param expiresAt null: never
 */
public record ApplicationCredential(
    ApplicationCredentialId id,
    UserId user,
    ProjectId project,
    String name,
    @Nullable String description,
    List<Named> roles,
    boolean unrestricted,
    @Nullable Instant expiresAt) {}
