package dev.vitrine.sharing;

import dev.vitrine.identity.ImageId;
import java.time.Instant;

/** One offer of one image to one member: the row behind both protocols. Times are microseconds. */
public record Member(
    ImageId image, MemberId id, MemberStatus status, Instant createdAt, Instant updatedAt) {}
