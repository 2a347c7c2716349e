package dev.vitrine.explain;

import java.time.Instant;

/**
 * A refusal, as its id encodes it.
 *
 * @param version of the authorization it was made by; -1 if that is not known
 * @param at milliseconds
 */
record Denial(Question question, long version, Instant at) {}
