package dev.vitrine.history;

import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.JobId;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of one membership, recorded when it was made. It outlives the membership, the image
 * and the job.
 *
 * @param number of the event, its place in the history of the image ({@link EventStore})
 * @param member whose membership changed
 * @param from the status before; null: there was no membership
 * @param to the status after; null: there is no membership
 * @param actor who made the change, or submitted the job that did
 * @param cause the request that made the change, or submitted the job that did
 * @param job that made the change; null: the request itself did
 * @param at by the clock of the database, in microseconds
 */
public record Event(
    ImageId image,
    long number,
    MemberId member,
    @Nullable MemberStatus from,
    @Nullable MemberStatus to,
    UserId actor,
    Cause cause,
    @Nullable JobId job,
    Instant at) {}
