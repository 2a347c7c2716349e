package dev.vitrine.directory;

import dev.vitrine.identity.RoleGrant;
import org.jspecify.annotations.Nullable;

/**
 * A grant with the names of its parts, as it was made, or as it takes effect on one user in one
 * place.
 *
 * @param grant the grant itself
 * @param inGroup whether the holder is a group
 * @param holderDomain of the holder
 * @param project null: the place is the domain
 * @param domain the place, or the project's
 */
public record NamedGrant(
    RoleGrant grant,
    Named role,
    boolean inGroup,
    Named holder,
    Named holderDomain,
    @Nullable Named project,
    Named domain) {}
