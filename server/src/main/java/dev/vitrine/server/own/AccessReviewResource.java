package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.history.EventStore.ImageState;
import dev.vitrine.history.History;
import dev.vitrine.history.History.Recipient;
import dev.vitrine.history.History.Review;
import dev.vitrine.history.History.Usable;
import dev.vitrine.history.History.Way;
import dev.vitrine.identity.ImageId;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.own.AuditPages.Rows;
import dev.vitrine.sharing.MemberId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who can use images, or could {@code as_of} an instant: {@code /vitrine/v1/access} for the
 * caller's project, {@code /vitrine/v1/images/{image_id}/access} for an image. Both take what
 * {@link AuditPages} says.
 */
public final class AccessReviewResource {
  private final History history;

  public AccessReviewResource(History history) {
    this.history = history;
  }

  public void addTo(Routes routes) {
    String[] review = {"as_of", "limit", "marker", "format"};
    routes
        .on(Operation.LIST_ACCESS, QueryParameters.taking(this::usable, review))
        .on(Operation.SHOW_IMAGE_ACCESS, QueryParameters.taking(this::access, review));
  }

  private Reply usable(Request request) {
    List<Usable> found =
        history.usable(
            request.caller(),
            AuditPages.time(request, "as_of"),
            AuditPages.marker(request, AccessReviewResource::image),
            AuditPages.limit(request) + 1);
    return AuditPages.reply(
        request,
        review(request),
        Rows.of(
            "images",
            found,
            AuditPages.limit(request),
            AccessReviewResource::node,
            one -> one.image().image().toString()));
  }

  private Reply access(Request request) {
    Review review =
        history.access(
            request.caller(),
            request.parameter("image_id"),
            AuditPages.time(request, "as_of"),
            AuditPages.marker(request, text -> MemberId.isValid(text) ? new MemberId(text) : null),
            AuditPages.limit(request) + 1);
    ObjectNode node = review(request).setAll(node(review.image()));
    ways(node, "everyone", review.everyone());
    // The owner stands before the members and does not count.
    boolean hasOwner =
        !review.recipients().isEmpty() && review.recipients().getFirst().status() == null;
    Rows rows =
        Rows.of(
            "recipients",
            review.recipients(),
            AuditPages.limit(request) + (hasOwner ? 1 : 0),
            AccessReviewResource::node,
            one -> one.project().value());
    if (AuditPages.isCsv(request)
        && request.query("marker") == null
        && !review.everyone().isEmpty()) {
      rows = rows.after(everyone(review));
    }
    return AuditPages.reply(request, node, rows);
  }

  /** In a table, what every project can do is a row without a project. */
  private static ObjectNode everyone(Review review) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .putNull("project_id")
            .put("relation", "everyone")
            .putNull("member_status")
            .putNull("since");
    ways(node, "can", review.everyone());
    return node.putNull("last_used_at").putNull("other_account");
  }

  private static ObjectNode review(Request request) {
    Instant asOf = AuditPages.time(request, "as_of");
    return JsonNodeFactory.instance
        .objectNode()
        .put("as_of", asOf == null ? null : asOf.toString());
  }

  private static ObjectNode node(ImageState image) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("image_id", image.image().toString())
        .put("owner_project_id", image.owner() == null ? null : image.owner().value())
        .put("visibility", image.visibility().word())
        .put("image_status", image.status().word());
  }

  private static ObjectNode node(Recipient recipient) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("project_id", recipient.project().value())
            .put("relation", recipient.status() == null ? "owner" : "member")
            .put("member_status", recipient.status() == null ? null : recipient.status().word())
            .put("since", recipient.since().toString());
    ways(node, "can", recipient.ways());
    return node.put("last_used_at", text(recipient.lastUsed()))
        .put("other_account", recipient.otherAccount());
  }

  private static ObjectNode node(Usable usable) {
    ObjectNode node =
        node(usable.image())
            .put("relation", relation(usable))
            .put("member_status", usable.membership() == null ? null : usable.membership().word())
            .put("since", usable.since().toString());
    ways(node, "can", usable.ways());
    return node.put("last_used_at", text(usable.lastUsed()));
  }

  /** By whom the project can use it: as its owner, as a member, or as everybody. */
  private static String relation(Usable usable) {
    if (usable.ways().contains(Way.CHANGE)) {
      return "owner";
    }
    return usable.membership() == null ? "everyone" : "member";
  }

  private static void ways(ObjectNode node, String name, Set<Way> ways) {
    var array = node.putArray(name);
    ways.forEach(way -> array.add(way.name().toLowerCase(Locale.ROOT)));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable ImageId image(String text) {
    return ImageId.of(text);
  }
}
