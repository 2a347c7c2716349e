package dev.vitrine.job;

import dev.vitrine.identity.ImageId;
import dev.vitrine.sharing.MemberId;

/** One image and one member of a batch, with the outcome. */
public record Pair(ImageId image, MemberId member, Outcome outcome) {}
