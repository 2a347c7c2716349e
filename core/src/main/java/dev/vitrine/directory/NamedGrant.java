package dev.vitrine.directory;

import dev.vitrine.identity.RoleGrant;
import org.jspecify.annotations.Nullable;

/**
 * A grant with the names of its role, its holder and its place: as it was made, or as it takes
 * effect on one user in one place.
 *
 * @param grant the grant itself
 * @param inGroup whether the holder is a group
 * @param holderDomain of the holder
 * @param project null: the place is the domain
 * @param domain the domain at which it is granted, or the domain of {@code project}
 */
public record NamedGrant(
    RoleGrant grant,
    Named role,
    boolean inGroup,
    Named holder,
    Named holderDomain,
    @Nullable Named project,
    Named domain) {}
