package dev.vitrine.identity;

/**
 * What the database says of a caller in the statement that reads the subject (ruling 3).
 *
 * @param authorizationVersion grows with every change that can touch this caller: of a grant,
 *     group, membership or role; of its user, project or domain; the end of a token. What is kept
 *     of a caller, that its token stands and what it may do, is good only for the version it was
 *     read with
 */
public record Standing(long authorizationVersion) {}
