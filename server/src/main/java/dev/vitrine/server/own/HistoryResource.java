package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.history.AccessEvent;
import dev.vitrine.history.AccessEventStore;
import dev.vitrine.history.AccessHistory;
import dev.vitrine.history.Event;
import dev.vitrine.history.Event.Kind;
import dev.vitrine.history.EventStore.ImageState;
import dev.vitrine.history.EventStore.Place;
import dev.vitrine.history.EventStore.Query;
import dev.vitrine.history.History;
import dev.vitrine.history.History.Recipient;
import dev.vitrine.history.History.Review;
import dev.vitrine.history.History.Usable;
import dev.vitrine.history.History.Way;
import dev.vitrine.history.RefusalStore;
import dev.vitrine.history.RefusalStore.Entry;
import dev.vitrine.history.Refusals;
import dev.vitrine.history.RefusedRequests;
import dev.vitrine.history.RefusedRequests.First;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.IsoTime;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.MemberId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What happened to images, and who can use them: {@code /vitrine/v1/history} and {@code
 * /vitrine/v1/access} for the caller's project, {@code /vitrine/v1/images/{image_id}/history} and
 * {@code …/access} for an image.
 *
 * <p>All take {@code limit} (1 to 1,000, 100 by default), {@code marker} ({@code next_marker} of
 * the page before) and {@code format} ({@code json} or {@code csv}; of what happened, also {@link
 * Cadf cadf}). A history takes {@code since}, {@code until}, {@code project_id} (the member),
 * {@code user_id} (who acted) and {@code kind} (several with commas). A review takes {@code as_of}.
 * Times are ISO 8601.
 */
public final class HistoryResource {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  private final History history;
  private final AccessHistory accessHistory;
  private final Refusals refusals;

  public HistoryResource(History history, AccessHistory accessHistory, Refusals refusals) {
    this.history = history;
    this.accessHistory = accessHistory;
    this.refusals = refusals;
  }

  public void addTo(Routes routes) {
    String[] events = {
      "since", "until", "project_id", "user_id", "kind", "limit", "marker", "format"
    };
    String[] all = {
      "since", "until", "project_id", "user_id", "domain_id", "kind", "limit", "marker", "format"
    };
    String[] refused = {"since", "until", "project_id", "user_id", "limit", "marker", "format"};
    String[] review = {"as_of", "limit", "marker", "format"};
    routes
        .on(Operation.LIST_HISTORY, QueryParameters.taking(this::list, all))
        .on(Operation.SHOW_IMAGE_HISTORY, QueryParameters.taking(this::ofImage, events))
        .on(Operation.LIST_REFUSALS, QueryParameters.taking(this::refused, refused))
        .on(Operation.LIST_ACCESS, QueryParameters.taking(this::usable, review))
        .on(Operation.SHOW_IMAGE_ACCESS, QueryParameters.taking(this::access, review));
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
    Query query = query(request, ofImages);
    List<Line> lines = new ArrayList<>();
    if (isAll || !ofImages.isEmpty()) {
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
    Mark mark = marker(request, HistoryResource::mark);
    AccessEventStore.Query query =
        new AccessEventStore.Query(
            images.since(),
            images.until(),
            images.member(),
            images.actor(),
            mark == null ? null : mark.ofRights(),
            images.limit());
    DomainId domain = id(request, "domain_id", DomainId::new);
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
    return reply(
        request,
        JsonNodeFactory.instance.objectNode(),
        Rows.of(
            "events",
            found,
            limit(request),
            isCadf(request) ? Line::inCadf : Line::node,
            Line::marker));
  }

  private Reply refused(Request request) {
    Mark mark = marker(request, HistoryResource::mark);
    List<Entry> found =
        refusals.list(
            request.caller(),
            new RefusalStore.Query(
                time(request, "since"),
                time(request, "until"),
                id(request, "project_id", ProjectId::new),
                id(request, "user_id", UserId::new),
                mark == null ? null : mark.place(),
                limit(request) + 1));
    return reply(
        request,
        JsonNodeFactory.instance.objectNode(),
        Rows.of(
            isCadf(request) ? "events" : "refusals",
            found,
            limit(request),
            entry -> isCadf(request) ? Cadf.of(entry, node(entry)) : node(entry),
            entry -> entry.until() + " " + entry.number()));
  }

  private Reply usable(Request request) {
    List<Usable> found =
        history.usable(
            request.caller(),
            time(request, "as_of"),
            marker(request, HistoryResource::image),
            limit(request) + 1);
    return reply(
        request,
        review(request),
        Rows.of(
            "images",
            found,
            limit(request),
            HistoryResource::node,
            one -> one.image().image().toString()));
  }

  private Reply access(Request request) {
    Review review =
        history.access(
            request.caller(),
            request.parameter("image_id"),
            time(request, "as_of"),
            marker(request, text -> MemberId.isValid(text) ? new MemberId(text) : null),
            limit(request) + 1);
    ObjectNode node = review(request).setAll(node(review.image()));
    ways(node, "everyone", review.everyone());
    // The owner stands before the members and does not count.
    boolean hasOwner =
        !review.recipients().isEmpty() && review.recipients().getFirst().status() == null;
    return reply(
        request,
        node,
        Rows.of(
            "recipients",
            review.recipients(),
            limit(request) + (hasOwner ? 1 : 0),
            HistoryResource::node,
            one -> one.project().value()));
  }

  private static ObjectNode review(Request request) {
    Instant asOf = time(request, "as_of");
    return JsonNodeFactory.instance
        .objectNode()
        .put("as_of", asOf == null ? null : asOf.toString());
  }

  /** The rows of a page, and where it ends; null if it is the last. */
  private record Rows(String name, List<ObjectNode> nodes, @Nullable String next) {
    /**
     * @param found one more than the limit, if there is a next page
     */
    static <T> Rows of(
        String name,
        List<T> found,
        int limit,
        Function<T, ObjectNode> node,
        Function<T, String> place) {
      List<T> page = found.subList(0, Math.min(limit, found.size()));
      String next = found.size() > limit ? marker(place.apply(page.getLast())) : null;
      return new Rows(name, page.stream().map(node).toList(), next);
    }
  }

  private static final String CADF = "cadf";

  private static boolean isCadf(Request request) {
    return CADF.equals(request.query("format"));
  }

  private static Reply reply(Request request, ObjectNode node, Rows rows) {
    String format = Objects.requireNonNullElse(request.query("format"), "json");
    boolean hasCadf = !rows.name().equals("images") && !rows.name().equals("recipients");
    return switch (format.equals(CADF) && hasCadf ? "json" : format) {
      case "json" -> {
        rows.nodes().forEach(node.putArray(rows.name())::add);
        yield Json.reply(200, node.put("next_marker", rows.next()));
      }
      case "csv" -> {
        Reply reply = Reply.text(200, "text/csv; charset=UTF-8", Csv.of(rows.nodes()));
        yield rows.next() == null ? reply : reply.with("X-Next-Marker", rows.next());
      }
      default ->
          throw QueryParameters.invalid(
              "format", "must be json or csv" + (hasCadf ? " or cadf" : ""));
    };
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

  private static @Nullable String request(@Nullable Cause cause) {
    return cause == null ? null : cause.request();
  }

  private static @Nullable String client(@Nullable Cause cause) {
    return cause == null ? null : cause.client();
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

  private static Query query(Request request, Set<Kind> kinds) {
    String member = request.query("project_id");
    if (member != null && !MemberId.isValid(member)) {
      throw QueryParameters.invalid("project_id", "is no id of a project");
    }
    Mark mark = marker(request, HistoryResource::mark);
    return new Query(
        time(request, "since"),
        time(request, "until"),
        member == null ? null : new MemberId(member),
        id(request, "user_id", UserId::new),
        kinds,
        mark == null ? null : mark.place(),
        limit(request) + 1);
  }

  private static <T> @Nullable T id(Request request, String name, Function<String, T> type) {
    String text = request.query(name);
    try {
      return text == null ? null : type.apply(text);
    } catch (IllegalArgumentException e) {
      throw QueryParameters.invalid(name, "is no id");
    }
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

  private static @Nullable Instant time(Request request, String name) {
    String text = request.query(name);
    if (text == null) {
      return null;
    }
    Instant time = IsoTime.read(text);
    if (time == null) {
      throw QueryParameters.invalid(name, "must be a time by ISO 8601");
    }
    return time;
  }

  private static int limit(Request request) {
    return QueryParameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
  }

  private static String marker(String place) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param read returns null, or throws {@link RuntimeException}, for a text that names no place
   */
  private static <T> @Nullable T marker(Request request, Function<String, @Nullable T> read) {
    String marker = request.query("marker");
    if (marker == null) {
      return null;
    }
    T place = null;
    try {
      place = read.apply(new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      // As null.
    }
    if (place == null) {
      throw QueryParameters.invalid("marker", "must be the next_marker of a page");
    }
    return place;
  }

  private static @Nullable ImageId image(String text) {
    return ImageId.of(text);
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
