package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.history.EventStore.Place;
import dev.vitrine.history.RefusalStore;
import dev.vitrine.history.RefusalStore.Entry;
import dev.vitrine.history.Refusals;
import dev.vitrine.history.RefusedRequests;
import dev.vitrine.history.RefusedRequests.First;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.IsoTime;
import dev.vitrine.server.own.AuditPages.Rows;
import java.util.List;
import java.util.Objects;

/**
 * Which requests were refused: {@code /vitrine/v1/refusals}, by {@code since}, {@code until},
 * {@code project_id} and {@code user_id}, and what {@link AuditPages} says.
 */
public final class RefusalsResource {
  private final Refusals refusals;

  public RefusalsResource(Refusals refusals) {
    this.refusals = refusals;
  }

  public void addTo(Routes routes) {
    String[] known = {"since", "until", "project_id", "user_id", "limit", "marker", "format"};
    routes.on(Operation.LIST_REFUSALS, QueryParameters.taking(this::list, known));
  }

  private Reply list(Request request) {
    List<Entry> found =
        refusals.list(
            request.caller(),
            new RefusalStore.Query(
                AuditPages.time(request, "since"),
                AuditPages.time(request, "until"),
                AuditPages.id(request, "project_id", ProjectId::new),
                AuditPages.id(request, "user_id", UserId::new),
                AuditPages.marker(request, RefusalsResource::place),
                AuditPages.limit(request) + 1));
    return AuditPages.replyOrCadf(
        request,
        JsonNodeFactory.instance.objectNode(),
        Rows.of(
            AuditPages.isCadf(request) ? "events" : "refusals",
            found,
            AuditPages.limit(request),
            entry -> AuditPages.isCadf(request) ? Cadf.of(entry, node(entry)) : node(entry),
            entry -> entry.until() + " " + entry.number()));
  }

  private static ObjectNode node(Entry entry) {
    RefusedRequests requests = entry.requests();
    First first = requests.first();
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", Long.toString(entry.number()))
        .put("since", entry.since().toString())
        .put("until", entry.until().toString())
        .put("count", requests.count())
        .put("user_id", requests.user() == null ? null : requests.user().value())
        .put("project_id", requests.project() == null ? null : requests.project().value())
        .put("domain_id", requests.domain() == null ? null : requests.domain().value())
        .put("access_key", requests.accessKey() == null ? null : requests.accessKey().value())
        .put("operation", requests.operation() == null ? null : requests.operation().name())
        .put("reason", requests.reason())
        .put("target", first == null ? null : first.target())
        .put("request_id", first == null ? null : first.request())
        .put("address", first == null ? null : first.address());
  }

  private static Place place(String text) {
    String[] parts = text.split(" ", 2);
    return new Place(
        Objects.requireNonNull(IsoTime.read(parts[0]), "a time"), Long.parseLong(parts[1]));
  }
}
