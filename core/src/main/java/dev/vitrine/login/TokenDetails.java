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
 * @param application the application credential; null: the user logged in without one
 * @param roles effective in the scope, by name; may be empty (ruling 4)
 * @param globalRoles those of them that are known to all domains. Only these are told to services,
 *     as by Keystone: a domain names its own roles as it likes, and a service would trust the name
 */
public record TokenDetails(
    Caller caller,
    Named user,
    Named userDomain,
    @Nullable Named project,
    @Nullable Named domain,
    List<Named> roles,
    List<Named> globalRoles,
    @Nullable Named application) {}
