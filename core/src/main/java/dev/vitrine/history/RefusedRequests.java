package dev.vitrine.history;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one caller for one operation that were refused for one reason, within about a minute.
 * Each pair of a batch that was refused when it was carried out counts as a request.
 *
 * @param user null: nobody that is known, or several users whose requests were too many to tell
 *     apart
 * @param project of the caller's scope
 * @param domain of the caller's scope
 * @param accessKey that signed them; null: none did
 * @param operation null: several operations that were too many to tell apart, or one that only
 *     another version knows
 * @param reason the word that the access log has for it; null: several
 * @param first of these requests; null if they are of several operations
 */
public record RefusedRequests(
    @Nullable UserId user,
    @Nullable ProjectId project,
    @Nullable DomainId domain,
    @Nullable AccessKeyId accessKey,
    @Nullable Operation operation,
    @Nullable String reason,
    long count,
    @Nullable First first) {

  /**
   * The first request.
   *
   * @param target the last id in its path; null: none, or its client is not known
   * @param request our id of it
   * @param address of its client; null: a batch was carried out, and the request submitted it
   */
  public record First(@Nullable String target, String request, @Nullable String address) {}
}
