package dev.vitrine.identity;

/**
 * What the database says of a caller, read in the same statement as the resource of the request
 * (ruling 3).
 *
 * @param authorizationVersion grows whenever something changes that can affect this caller: a
 *     grant, a group, a group membership, a role, the caller's user, project or domain, or the
 *     validity of a token. Cached facts about a caller (its token is valid, what it may do) are
 *     valid only for the version that they were read with
 */
public record Standing(long authorizationVersion) {}
