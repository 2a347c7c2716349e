package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.history.AccessEvent;
import dev.vitrine.history.AccessEventStore;
import dev.vitrine.history.AccessHistory;
import dev.vitrine.history.Event;
import dev.vitrine.history.Event.Kind;
import dev.vitrine.history.EventStore.Place;
import dev.vitrine.history.EventStore.Query;
import dev.vitrine.history.History;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.IsoTime;
import dev.vitrine.server.json.Json;
import dev.vitrine.server.own.AuditPages.Rows;
import dev.vitrine.sharing.MemberId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What happened to images and to rights: {@code /vitrine/v1/history} for the caller's project and
 * its domain, {@code /vitrine/v1/images/{image_id}/history} for an image.
 *
 * <p>Both take {@code since}, {@code until}, {@code project_id} (the member, or the project of a
 * right), {@code user_id} (who acted) and {@code kind} (several with commas), the first also {@code
 * domain_id} (whose rights), and what {@link AuditPages} says.
 */
public final class HistoryResource {
  private final History history;
  private final AccessHistory accessHistory;

  public HistoryResource(History history, AccessHistory accessHistory) {
    this.history = history;
    this.accessHistory = accessHistory;
  }

  public void addTo(Routes routes) {
    String[] events = {
      "since", "until", "project_id", "user_id", "kind", "limit", "marker", "format"
    };
    String[] all = {
      "since", "until", "project_id", "user_id", "domain_id", "kind", "limit", "marker", "format"
    };
    routes
        .on(Operation.LIST_HISTORY, QueryParameters.taking(this::list, all))
        .on(Operation.SHOW_IMAGE_HISTORY, QueryParameters.taking(this::ofImage, events));
  }

  private Reply list(Request request) {
    Set<Kind> ofImages = EnumSet.noneOf(Kind.class);
    Set<AccessEvent.Kind> ofRights = EnumSet.noneOf(AccessEvent.Kind.class);
    for (String word : words(request.query("kind"))) {
      AccessEvent.Kind kind = AccessEvent.Kind.of(word);
      if (kind == null) {
        ofImages.add(kind(word));
      } else {
        ofRights.add(kind);
      }
    }
    boolean isAll = ofImages.isEmpty() && ofRights.isEmpty();
    boolean isOfDomain = request.query("domain_id") != null;
    if (isOfDomain && !ofImages.isEmpty()) {
      throw new Refusal.Invalid(
              "domain_id is for changes of rights, and no such kind is asked for.")
          .asException();
    }
    Query query = query(request, ofImages);
    List<Line> lines = new ArrayList<>();
    if (isAll ? !isOfDomain : !ofImages.isEmpty()) {
      history.ofProject(request.caller(), query).forEach(event -> lines.add(line(event)));
    }
    if (isAll || !ofRights.isEmpty()) {
      rights(request, query, ofRights).forEach(event -> lines.add(line(event)));
    }
    lines.sort(NEWEST_FIRST);
    return events(request, lines);
  }

  /**
   * @param kinds empty: all that the caller may read
   */
  private List<AccessEvent> rights(Request request, Query images, Set<AccessEvent.Kind> kinds) {
    Mark mark = AuditPages.marker(request, HistoryResource::mark);
    AccessEventStore.Query query =
        new AccessEventStore.Query(
            images.since(),
            images.until(),
            images.member(),
            images.actor(),
            mark == null ? null : mark.ofRights(),
            images.limit());
    DomainId domain = AuditPages.id(request, "domain_id", DomainId::new);
    return kinds.isEmpty()
        ? accessHistory.listReadable(request.caller(), domain, query)
        : accessHistory.list(request.caller(), domain, kinds, query);
  }

  /**
   * An event in a list of both sorts.
   *
   * @param isOfRights stands after an event of an image of the same time and number
   */
  private record Line(
      Place place, boolean isOfRights, ObjectNode node, UnaryOperator<ObjectNode> cadf) {
    ObjectNode inCadf() {
      return cadf.apply(node);
    }

    String marker() {
      return place.at() + " " + place.number() + (isOfRights ? Mark.OF_RIGHTS : "");
    }
  }

  private static final Comparator<Line> NEWEST_FIRST =
      Comparator.comparing((Line line) -> line.place().at())
          .thenComparingLong(line -> line.place().number())
          .reversed()
          .thenComparing(Line::isOfRights);

  private static Line line(Event event) {
    return new Line(
        new Place(event.at(), event.number()), false, node(event), own -> Cadf.of(event, own));
  }

  private static Line line(AccessEvent event) {
    return new Line(
        new Place(event.at(), event.number()), true, node(event), own -> Cadf.of(event, own));
  }

  /** Where a page ended: after which event of either sort. */
  private record Mark(Place place, boolean isOfRights) {
    static final String OF_RIGHTS = " rights";

    /** For events of rights: one of the same time and number follows that of an image. */
    Place ofRights() {
      long number = place.number();
      return isOfRights || number == Long.MAX_VALUE ? place : new Place(place.at(), number + 1);
    }
  }

  private Reply ofImage(Request request) {
    Query query = query(request, kinds(request.query("kind")));
    return events(
        request,
        history.ofImage(request.caller(), request.parameter("image_id"), query).stream()
            .map(HistoryResource::line)
            .toList());
  }

  private static Reply events(Request request, List<Line> found) {
    return AuditPages.replyOrCadf(
        request,
        JsonNodeFactory.instance.objectNode(),
        Rows.of(
            "events",
            found,
            AuditPages.limit(request),
            AuditPages.isCadf(request) ? Line::inCadf : Line::node,
            Line::marker));
  }

  private static ObjectNode node(Event event) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", Long.toString(event.number()))
        .put("kind", event.kind().word())
        .put("at", event.at().toString())
        .put("image_id", event.image().toString())
        .put("owner_project_id", event.owner() == null ? null : event.owner().value())
        .put("project_id", event.member() == null ? null : event.member().value())
        .put("from", event.from())
        .put("to", event.to())
        .put("user_id", event.actor() == null ? null : event.actor().value())
        .put("request_id", request(event.cause()))
        .put("client_request_id", client(event.cause()))
        .put("job_id", event.job() == null ? null : event.job().value())
        .put("other_account", event.otherAccount())
        .putNull("domain_id")
        .putNull("before")
        .putNull("after");
  }

  /** The same fields in the same order: both are lines of one table. */
  private static ObjectNode node(AccessEvent event) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", Long.toString(event.number()))
            .put("kind", event.kind().word())
            .put("at", event.at().toString())
            .putNull("image_id")
            .putNull("owner_project_id")
            .put("project_id", event.project() == null ? null : event.project().value())
            .putNull("from")
            .putNull("to")
            .put("user_id", event.actor() == null ? null : event.actor().value())
            .put("request_id", request(event.cause()))
            .put("client_request_id", client(event.cause()))
            .putNull("job_id")
            .putNull("other_account")
            .put("domain_id", event.domain() == null ? null : event.domain().value());
    node.set("before", Json.stored(event.before()));
    node.set("after", Json.stored(event.after()));
    return node;
  }

  private static @Nullable String request(@Nullable Cause cause) {
    return cause == null ? null : cause.request();
  }

  private static @Nullable String client(@Nullable Cause cause) {
    return cause == null ? null : cause.client();
  }

  private static Query query(Request request, Set<Kind> kinds) {
    String member = request.query("project_id");
    if (member != null && !MemberId.isValid(member)) {
      throw QueryParameters.invalid("project_id", "is no id of a project");
    }
    Mark mark = AuditPages.marker(request, HistoryResource::mark);
    return new Query(
        AuditPages.time(request, "since"),
        AuditPages.time(request, "until"),
        member == null ? null : new MemberId(member),
        AuditPages.id(request, "user_id", UserId::new),
        kinds,
        mark == null ? null : mark.place(),
        AuditPages.limit(request) + 1);
  }

  private static Set<Kind> kinds(@Nullable String text) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    words(text).forEach(word -> kinds.add(kind(word)));
    return kinds;
  }

  private static List<String> words(@Nullable String text) {
    return text == null ? List.of() : List.of(text.split(",", -1));
  }

  private static Kind kind(String word) {
    Kind kind = Kind.of(word);
    if (kind == null) {
      throw QueryParameters.invalid("kind", "there is no kind '%s'".formatted(word));
    }
    return kind;
  }

  private static Mark mark(String text) {
    boolean isOfRights = text.endsWith(Mark.OF_RIGHTS);
    String[] parts = text.replace(Mark.OF_RIGHTS, "").split(" ", 2);
    return new Mark(
        new Place(
            Objects.requireNonNull(IsoTime.read(parts[0]), "a time"), Long.parseLong(parts[1])),
        isOfRights);
  }
}
