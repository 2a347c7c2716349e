package dev.vitrine.login;

import dev.vitrine.directory.Named;
import dev.vitrine.identity.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a valid token says to the service that validates it.
 *
 * @param project null if the scope is not a project
 * @param domain of the project, or the scope itself; null if there is no scope
 * @param application the application credential; null: the user came by itself
 * @param roles effective in the scope, by name; may be empty (ruling 4)
 */
public record TokenDetails(
    Caller caller,
    Named user,
    Named userDomain,
    @Nullable Named project,
    @Nullable Named domain,
    List<Named> roles,
    @Nullable Named application) {}
