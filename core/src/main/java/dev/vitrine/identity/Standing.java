package dev.vitrine.identity;

/**
 * What the database says of a caller in the statement that reads the subject (ruling 3).
 *
 * @param authorizationVersion grows with every change that can touch this caller: of a grant,
 *     group, membership or role; of its user, project or domain; the end of a token. Cached facts
 *     about a caller (its token is valid, what it may do) are valid only for the version that they
 *     were read with
 */
public record Standing(long authorizationVersion) {}
