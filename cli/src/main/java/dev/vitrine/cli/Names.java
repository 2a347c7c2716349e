package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what a user names, by id or by name. A name that fits several is refused. */
final class Names {
  private static final Pattern IMAGE_ID =
      Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** {@code 0} is the default one of each domain. */
  private static final Pattern ENTERPRISE_PROJECT_ID =
      Pattern.compile("0|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** Images that one request asks for by their ids. */
  private static final int IDS = 100;

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  /** Among which images a name is looked up. */
  enum Among {
    /** Those of the project. */
    OWN,
    /** Those that other projects offer to it, whatever it answered. */
    RECEIVED,
    /** All that it can see. */
    ALL
  }

  private final Cloud cloud;

  Names(Cloud cloud) {
    this.cloud = cloud;
  }

  /** The ids of images, each once, in this order. */
  List<String> images(List<String> given, Among among) {
    return given.stream().map(one -> image(one, among)).distinct().toList();
  }

  /** An id as it is, whether or not the image exists; otherwise the image of that name. */
  String image(String given, Among among) {
    if (IMAGE_ID.matcher(given).matches()) {
      return given.toLowerCase(Locale.ROOT);
    }
    String name = "name=" + Cloud.value(given);
    Stream<JsonNode> found =
        switch (among) {
          case OWN -> own(name);
          case RECEIVED -> received(name);
          case ALL ->
              Stream.of(cloud.listImages(name).stream(), own(name), received(name)).flatMap(s -> s);
        };
    String kind =
        switch (among) {
          case OWN -> "image.own";
          case RECEIVED -> "image.received";
          case ALL -> "image";
        };
    return one(
        kind, given, found.filter(image -> image.path("name").asText().equals(given)).toList());
  }

  private Stream<JsonNode> own(String name) {
    return cloud.listImages(name + "&visibility=all&owner=" + cloud.project()).stream();
  }

  private Stream<JsonNode> received(String name) {
    return cloud.listImages(name + "&visibility=shared&member_status=all").stream()
        .filter(image -> !image.path("owner").asText().equals(cloud.project()));
  }

  List<String> projects(List<String> given) {
    return given.stream().map(this::project).distinct().toList();
  }

  /** An id as it is; otherwise the project of that name, among those that the user may know. */
  String project(String given) {
    if (ID.matcher(given).matches()) {
      return given;
    }
    return one("project", given, named("projects", "/auth/projects", given));
  }

  /** The user's own name is always known. */
  String user(String given) {
    JsonNode self = cloud.token().path("user");
    if (ID.matcher(given).matches()) {
      return given;
    }
    List<JsonNode> known = cloud.listIfAllowed("/users?name=" + Cloud.value(given), "users");
    if (known.isEmpty()) {
      known = inDomain("users", given);
    }
    Stream<JsonNode> own = self.path("name").asText().equals(given) ? Stream.of(self) : Stream.of();
    return one("user", given, Stream.concat(known.stream(), own).toList());
  }

  String group(String given) {
    return ID.matcher(given).matches() ? given : one("group", given, inDomain("groups", given));
  }

  /** An id as it is; otherwise the enterprise project of that name. */
  String enterpriseProject(String given) {
    if (ENTERPRISE_PROJECT_ID.matcher(given).matches()) {
      return given;
    }
    Stream<JsonNode> found =
        cloud.enterpriseProjectsIfAllowed("?name=" + Cloud.value(given)).stream();
    return one("enterprise", given, found.filter(p -> isCalled(p, given)).toList());
  }

  /** An id as it is; otherwise the webhook of that URL or description. */
  String webhook(String given) {
    if (ID.matcher(given).matches()) {
      return given;
    }
    Stream<JsonNode> found =
        WebhookCommands.all(cloud).stream()
            .filter(
                webhook ->
                    Stream.of("url", "description")
                        .anyMatch(field -> webhook.path(field).asText().equals(given)));
    return one("webhook", given, found.toList());
  }

  /** Names by ids: of users, groups, roles, policies and enterprise projects that may be listed. */
  Map<String, String> known() {
    String domain = "?domain_id=" + cloud.domain();
    Map<String, String> known = new HashMap<>();
    Stream.of(
            cloud.listIfAllowed("/users" + domain, "users"),
            cloud.listIfAllowed("/groups" + domain, "groups"),
            cloud.listIfAllowed("/roles", "roles"),
            cloud.policiesIfAllowed(),
            cloud.enterpriseProjectsIfAllowed(""))
        .flatMap(List::stream)
        .forEach(one -> known.put(one.path("id").asText(), name(one)));
    return known;
  }

  /** Names of these images by their ids, as far as the user sees them. */
  Map<String, String> ofImages(List<String> ids) {
    List<String> each = ids.stream().distinct().toList();
    List<JsonNode> found = new ArrayList<>();
    for (int from = 0; from < each.size(); from += IDS) {
      String some = String.join(",", each.subList(from, Math.min(each.size(), from + IDS)));
      found.addAll(cloud.listImages("visibility=all&member_status=all&id=in:" + Cloud.value(some)));
    }
    return byId(found.stream());
  }

  /** Names of the projects that the user may know, by their ids. */
  Map<String, String> ofProjects() {
    return byId(
        Stream.of("/auth/projects", "/projects?domain_id=" + cloud.domain())
            .flatMap(path -> cloud.listIfAllowed(path, "projects").stream()));
  }

  /** Names of the users that the user may know, by their ids. */
  Map<String, String> ofUsers() {
    List<JsonNode> users = cloud.listIfAllowed("/users?domain_id=" + cloud.domain(), "users");
    return byId(Stream.concat(users.stream(), Stream.of(cloud.token().path("user"))));
  }

  private static Map<String, String> byId(Stream<JsonNode> found) {
    Map<String, String> names = new HashMap<>();
    found.forEach(one -> names.put(one.path("id").asText(), one.path("name").asText("")));
    return names;
  }

  /**
   * The name of an id; the id if it has none.
   *
   * @param id null: nothing is named
   */
  static @Nullable String known(Map<String, String> names, JsonNode id) {
    if (id.isNull()) {
      return null;
    }
    String name = names.getOrDefault(id.asText(), "");
    return name.isEmpty() ? id.asText() : name;
  }

  /** A custom policy's is the one that people gave it. */
  private static String name(JsonNode one) {
    return one.path("display_name").asText(one.path("name").asText());
  }

  /** A role of Keystone's, or a policy, shipped or custom. */
  String role(String given) {
    if (ID.matcher(given).matches()) {
      return given;
    }
    Stream<JsonNode> roles = cloud.listIfAllowed("/roles", "roles").stream();
    Stream<JsonNode> policies = cloud.policies().stream();
    return one(
        "policy", given, Stream.concat(roles, policies).filter(r -> isCalled(r, given)).toList());
  }

  /** A custom policy. */
  JsonNode policy(String given) {
    List<JsonNode> policies = cloud.policies();
    String id =
        one(
            "policy",
            given,
            policies.stream()
                .filter(p -> isCalled(p, given) || p.path("id").asText().equals(given))
                .toList());
    return policies.stream()
        .filter(p -> p.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isCalled(JsonNode role, String name) {
    return role.path("name").asText().equals(name)
        || role.path("display_name").asText().equals(name);
  }

  private List<JsonNode> named(String kind, String own, String given) {
    Stream<JsonNode> mine =
        cloud.listIfAllowed(own, kind).stream()
            .filter(one -> one.path("name").asText().equals(given));
    Stream<JsonNode> all =
        cloud.listIfAllowed("/" + kind + "?name=" + Cloud.value(given), kind).stream();
    return Stream.of(mine, all, inDomain(kind, given).stream()).flatMap(s -> s).toList();
  }

  /** Some may list those of their own domain only. */
  private List<JsonNode> inDomain(String kind, String given) {
    return cloud.listIfAllowed(
        "/%s?name=%s&domain_id=%s".formatted(kind, Cloud.value(given), cloud.domain()), kind);
  }

  /**
   * The id of the only one of these.
   *
   * @param kind selects the texts of the problems
   */
  static String one(String kind, String given, List<JsonNode> found) {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    found.forEach(one -> byId.put(one.path("id").asText(), one));
    return switch (byId.size()) {
      case 0 -> throw new Problem(ExitCode.NOT_FOUND, "names.no." + kind, given);
      case 1 -> byId.keySet().iterator().next();
      default ->
          throw new Problem(
              ExitCode.USAGE,
              "names.several",
              given,
              byId.values().stream().map(Names::candidate).collect(Collectors.joining()));
    };
  }

  /** A line that tells one from another. */
  private static String candidate(JsonNode one) {
    String more =
        Stream.of("owner", "domain_id", "created_at")
            .filter(one::hasNonNull)
            .map(field -> "%s=%s".formatted(field, one.path(field).asText()))
            .collect(Collectors.joining(" "));
    return "\n  %s  %s".formatted(one.path("id").asText(), more);
  }
}
