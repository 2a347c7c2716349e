package dev.vitrine.identity;

/**
 * What the database says of a live caller: its token is not revoked, its user, project and domain
 * are there and enabled. (Of a dead one it says nothing, and the request is refused.)
 *
 * @param authorizationVersion grows with every change of a grant, group, membership or role that
 *     can touch this caller; a compiled authorization is good only for the version it was read with
 *     (ruling 3)
 */
public record Standing(long authorizationVersion) {}
