package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Json;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.client.Session;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A cloud to which the user is signed in. */
final class Cloud {
  /** Of the process, by whom they trust. */
  private static final Map<Trust, Client> CLIENTS = new ConcurrentHashMap<>();

  private static final int PAGE = 1000;
  private static final int POLICIES_PAGE = 300;
  private static final int GRANTS_PAGE = 50;

  private final Account account;
  private final Session session;

  private Cloud(Account account, Session session) {
    this.account = account;
    this.session = session;
  }

  /**
   * With the token of an earlier command, as long as the server accepts it. Not in the second half
   * of its lifetime: an upload begun with it would end without one.
   */
  static Cloud signIn(Account account, Shell shell) {
    TokenCache tokens = new TokenCache(shell);
    String token = tokens.get(account);
    if (token != null) {
      try {
        Session session = session(client(account), account, token);
        if (isInFirstHalf(session.details())) {
          return new Cloud(account, session);
        }
      } catch (RequestFailed e) {
        if (!isUnknown(e)) {
          throw e;
        }
        tokens.remove(account);
      }
    }
    return signInAnew(account, shell);
  }

  private static boolean isInFirstHalf(JsonNode token) {
    Instant issued = Instant.parse(token.path("issued_at").asText());
    Instant expires = Instant.parse(token.path("expires_at").asText());
    return Instant.now().isBefore(issued.plus(Duration.between(issued, expires).dividedBy(2)));
  }

  /** With the credentials; asks the user for a password that is not configured. */
  static Cloud signInAnew(Account account, Shell shell) {
    JsonNode body =
        account.withPassword(of -> shell.password(shell.texts().say("login.password", of))).body();
    if (body == null) {
      String token = Objects.requireNonNull(account.token());
      return new Cloud(account, session(client(account), account, token));
    }
    Session session = client(account).signIn(account.identity(), Json.write(body));
    new TokenCache(shell).put(account, session.token());
    return new Cloud(account, session);
  }

  /** Nothing is sent any more: the process is about to end. */
  static void end() {
    CLIENTS.values().forEach(Client::end);
  }

  /**
   * Revokes the token of earlier commands, then forgets it.
   *
   * @return whether there was one that was still valid
   */
  static boolean signOut(Account account, Shell shell) {
    TokenCache tokens = new TokenCache(shell);
    String token = tokens.get(account);
    if (token == null) {
      return false;
    }
    boolean isRevoked = true;
    try {
      Client client = client(account);
      client.call(aboutItself(client, account, token, "DELETE"));
    } catch (RequestFailed e) {
      if (!isUnknown(e)) {
        throw e;
      }
      isRevoked = false;
    }
    tokens.remove(account);
    return isRevoked;
  }

  /** Whether the server does not know the token any more. */
  private static boolean isUnknown(RequestFailed failed) {
    return failed.response().status() == 401 || failed.response().status() == 404;
  }

  private static Client client(Account account) {
    return CLIENTS.computeIfAbsent(account.trust(), trust -> new Client(trust::tls));
  }

  private static Session session(Client client, Account account, String token) {
    JsonNode known = client.call(aboutItself(client, account, token, "GET")).json();
    Endpoint identity = new Endpoint(client, account.identity(), token);
    return new Session(identity, token, known.path("token"));
  }

  private static HttpRequest aboutItself(
      Client client, Account account, String token, String method) {
    return new Endpoint(client, account.identity(), token)
        .request(method, "/auth/tokens", null)
        .header("X-Subject-Token", token)
        .build();
  }

  /** What Keystone says of the token. */
  JsonNode token() {
    return session.details();
  }

  String user() {
    return session.user();
  }

  /** The id of the project; everything about images is done in one. */
  String project() {
    String project = session.project();
    if (project.isEmpty()) {
      throw new Problem(ExitCode.USAGE, "cloud.noProject");
    }
    return project;
  }

  String domain() {
    return token().at("/user/domain/id").asText();
  }

  /** Keystone, ending in {@code /v3}. */
  Endpoint identity() {
    return session.identity();
  }

  /** The Image API ({@code /v2}) and IMS ({@code /v1}). */
  Endpoint images() {
    Stream<JsonNode> services =
        elements(token().path("catalog")).filter(s -> s.path("type").asText().equals("image"));
    String url =
        services
            .flatMap(service -> elements(service.path("endpoints")))
            .filter(e -> e.path("interface").asText().equals(account.side()))
            .filter(e -> account.region() == null || isIn(e, account.region()))
            .map(e -> e.path("url").asText().replaceFirst("/(v2/?)?$", ""))
            .findFirst()
            .orElseThrow(() -> new Problem(ExitCode.FAILED, "cloud.noImages", account.side()));
    return new Endpoint(identity().client(), URI.create(url), session.token());
  }

  private static boolean isIn(JsonNode endpoint, @Nullable String region) {
    return endpoint.path("region_id").asText().equals(region)
        || endpoint.path("region").asText().equals(region);
  }

  /** IAM ({@code /v3.0}) and Vitrine's own ({@code /vitrine/v1}). */
  Endpoint own() {
    String root = account.identity().toString().replaceFirst("(/identity)?/v3$", "");
    return new Endpoint(identity().client(), URI.create(root), session.token());
  }

  /** All images of a list, whichever page they are on. */
  List<JsonNode> listImages(String query) {
    List<JsonNode> all = new ArrayList<>();
    String marker = "";
    do {
      String path = "/v2/images?limit=" + PAGE + "&" + query + marker;
      JsonNode page = images().call("GET", path, null).json();
      page.path("images").forEach(all::add);
      marker =
          page.has("next") && !page.path("images").isEmpty()
              ? "&marker=" + all.getLast().path("id").asText()
              : "";
    } while (!marker.isEmpty());
    return all;
  }

  JsonNode image(String id) {
    try {
      return images().call("GET", "/v2/images/" + segment(id), null).json();
    } catch (RequestFailed e) {
      if (e.response().status() == 404) {
        throw new Problem(ExitCode.NOT_FOUND, "names.absent.image", id, user());
      }
      throw e;
    }
  }

  /**
   * A list of {@code /vitrine/v1}, whichever pages it is on: the first page, with the rows of the
   * others.
   *
   * @param query of the list; begins with {@code &}, or is empty
   * @param field that has the rows
   * @param size of a page
   * @param limit how many rows at most
   */
  ObjectNode whole(String path, String query, String field, int size, int limit) {
    ObjectNode first = null;
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    String marker = "";
    do {
      String page = path + "?limit=" + Math.min(size, limit - rows.size()) + query + marker;
      ObjectNode answer = Command.object(own().call("GET", page, null).json());
      answer.path(field).forEach(rows::add);
      marker = marker('&', answer);
      first = first == null ? answer : first;
    } while (!marker.isEmpty() && rows.size() < limit);
    first.set(field, rows);
    return first;
  }

  /** All rows. */
  ObjectNode whole(String path, String query, String field, int size) {
    return whole(path, query, field, size, Integer.MAX_VALUE);
  }

  /** The rows of a list of {@code /vitrine/v1}, by pages of the size that the server chooses. */
  List<JsonNode> rows(String path, String field) {
    List<JsonNode> rows = new ArrayList<>();
    String marker = "";
    do {
      JsonNode page = own().call("GET", path + marker, null).json();
      page.path(field).forEach(rows::add);
      marker = marker('?', page);
    } while (!marker.isEmpty());
    return rows;
  }

  /** Of the query for the next page; empty if there is none. */
  private static String marker(char separator, JsonNode page) {
    return page.hasNonNull("next_marker")
        ? separator + "marker=" + value(page.path("next_marker").asText())
        : "";
  }

  /** The members of an image: all for its owner, otherwise the caller's own. */
  List<JsonNode> members(String image) {
    String root =
        "/v1/%s/cloudimages/%s/members?limit=%d".formatted(project(), segment(image), PAGE);
    List<JsonNode> all = new ArrayList<>();
    String marker = "";
    do {
      JsonNode page = images().call("GET", root + marker, null).json();
      page.path("members").forEach(all::add);
      String next = page.at("/page_info/next_marker").asText("");
      marker = next.isEmpty() ? "" : "&marker=" + value(next);
    } while (!marker.isEmpty());
    return all;
  }

  /** The custom policies of the domain. */
  List<JsonNode> policies() {
    List<JsonNode> all = new ArrayList<>();
    for (int page = 1; ; page++) {
      String path = "/v3.0/OS-ROLE/roles?page=%d&per_page=%d".formatted(page, POLICIES_PAGE);
      JsonNode answer = own().call("GET", path, null).json();
      answer.path("roles").forEach(all::add);
      if (all.size() >= answer.path("total_number").asInt() || answer.path("roles").isEmpty()) {
        return all;
      }
    }
  }

  /**
   * Grants at enterprise projects of the domain, by their ids.
   *
   * @param query which; begins without a separator
   */
  List<JsonNode> enterpriseGrants(String query) {
    List<JsonNode> all = new ArrayList<>();
    for (int page = 1; ; page++) {
      String path =
          "/v3.0/OS-PERMISSION/role-assignments?domain_id=%s&page=%d&per_page=%d&%s"
              .formatted(value(domain()), page, GRANTS_PAGE, query);
      JsonNode answer = own().call("GET", path, null).json();
      answer.path("role_assignments").forEach(all::add);
      if (all.size() >= answer.path("total_num").asInt()
          || answer.path("role_assignments").isEmpty()) {
        return all;
      }
    }
  }

  /** A list of Keystone's; empty if the user may not see it. */
  List<JsonNode> listIfAllowed(String path, String field) {
    return listIfAllowed(identity(), path, field);
  }

  private static List<JsonNode> listIfAllowed(Endpoint service, String path, String field) {
    return ifAllowed(() -> elements(service.call("GET", path, null).json().path(field)).toList());
  }

  private static List<JsonNode> ifAllowed(Supplier<List<JsonNode>> list) {
    try {
      return list.get();
    } catch (RequestFailed e) {
      if (e.response().status() == 403) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Enterprise projects of the domain; empty if the user may not see them.
   *
   * @param query which; empty for all
   */
  List<JsonNode> enterpriseProjectsIfAllowed(String query) {
    return listIfAllowed(own(), "/v1.0/enterprise-projects" + query, "enterprise_projects");
  }

  /** The custom policies of the domain; empty if the user may not see them. */
  List<JsonNode> policiesIfAllowed() {
    return ifAllowed(this::policies);
  }

  static Stream<JsonNode> elements(JsonNode list) {
    Iterator<JsonNode> elements = list.isArray() ? list.elements() : List.<JsonNode>of().iterator();
    Iterable<JsonNode> all = () -> elements;
    return StreamSupport.stream(all.spliterator(), false);
  }

  /** A value of a query. */
  static String value(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A segment of a path. */
  static String segment(String text) {
    return value(text).replace("+", "%20");
  }
}
