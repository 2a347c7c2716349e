package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.ApplicationCredential;
import dev.vitrine.login.ApplicationCredentials;
import dev.vitrine.login.ApplicationCredentials.Created;
import dev.vitrine.login.ApplicationCredentials.Draft;
import dev.vitrine.login.ApplicationCredentials.WantedRole;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.PreciseTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v3/users/{user_id}/application_credentials}. */
public final class ApplicationCredentialsResource {
  private static final int MAX_NAME = 255;
  private static final int MAX_SECRET = 255;

  private final ApplicationCredentials credentials;
  private final Page page;

  public ApplicationCredentialsResource(ApplicationCredentials credentials, String url) {
    this.credentials = credentials;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_APPLICATION_CREDENTIAL, QueryParameters.taking(this::create))
        .on(Operation.LIST_APPLICATION_CREDENTIALS, Query.listing(this::list, "name"))
        .on(Operation.SHOW_APPLICATION_CREDENTIAL, QueryParameters.taking(this::show))
        .on(Operation.DELETE_APPLICATION_CREDENTIAL, QueryParameters.taking(this::delete));
  }

  private Reply create(Request request) {
    Fields fields =
        Fields.of(request, "application_credential")
            .only(
                "name",
                "description",
                "secret",
                "roles",
                "unrestricted",
                "expires_at",
                "project_id",
                "access_rules");
    if (!fields.raw("access_rules").isMissingNode() && !fields.raw("access_rules").isNull()) {
      throw fields.invalid(
          "access_rules", "is not supported: this server does not narrow a credential to requests");
    }
    String project = fields.text("project_id");
    if (project != null
        && (request.caller().project() == null
            || !request.caller().project().value().equals(project))) {
      throw fields.invalid("project_id", "must be the project of the token");
    }
    String secret = fields.text("secret");
    if (secret != null
        && (secret.isEmpty() || secret.codePointCount(0, secret.length()) > MAX_SECRET)) {
      throw fields.invalid("secret", "must have 1 to " + MAX_SECRET + " characters");
    }
    Created created =
        credentials.create(
            request.caller(),
            user(request),
            new Draft(
                fields.name("name", MAX_NAME),
                fields.text("description"),
                secret,
                roles(fields),
                fields.flag("unrestricted", false),
                end(fields)));
    ObjectNode node = node(created.credential()).put("secret", created.secret());
    return page.one(201, "application_credential", plural(request), node);
  }

  /** Null if the request names none. Keystone: an empty list counts as none. */
  private static @Nullable List<WantedRole> roles(Fields fields) {
    JsonNode value = fields.raw("roles");
    if (value.isMissingNode() || value.isNull() || (value.isArray() && value.isEmpty())) {
      return null;
    }
    if (!value.isArray()) {
      throw fields.invalid("roles", "must be a list");
    }
    List<WantedRole> roles = new ArrayList<>();
    for (JsonNode role : value) {
      String id = text(role.path("id"));
      String name = text(role.path("name"));
      if (id == null && name == null) {
        throw fields.invalid("roles", "must be a list of objects with an id or a name");
      }
      roles.add(new WantedRole(id, name));
    }
    return roles;
  }

  private static @Nullable String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : null;
  }

  /** Reads ISO 8601, in UTC if it has no offset. */
  private static @Nullable Instant end(Fields fields) {
    String text = fields.text("expires_at");
    if (text == null) {
      return null;
    }
    try {
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(text, Instant::from, LocalDateTime::from);
      Instant end =
          parsed instanceof LocalDateTime local
              ? local.toInstant(ZoneOffset.UTC)
              : Instant.from(parsed);
      if (end.atOffset(ZoneOffset.UTC).getYear() > 9999) {
        throw fields.invalid("expires_at", "must be before the year 10000");
      }
      return end.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeParseException e) {
      throw fields.invalid("expires_at", "must be a time as 2030-12-31T23:59:59Z");
    }
  }

  private Reply list(Request request) {
    return page.all(
        request,
        plural(request),
        "application_credentials",
        credentials.list(request.caller(), user(request), Query.text(request, "name")),
        ApplicationCredentialsResource::node);
  }

  private Reply show(Request request) {
    ApplicationCredential credential =
        credentials.show(request.caller(), user(request), id(request));
    return page.one(200, "application_credential", plural(request), node(credential));
  }

  private Reply delete(Request request) {
    credentials.delete(request.caller(), user(request), id(request));
    return Reply.empty(204);
  }

  private static UserId user(Request request) {
    return request.pathId("user", UserId::new);
  }

  private static ApplicationCredentialId id(Request request) {
    return request.pathId("application_credential", ApplicationCredentialId::new);
  }

  private static String plural(Request request) {
    return "users/" + user(request).value() + "/application_credentials";
  }

  private static ObjectNode node(ApplicationCredential credential) {
    ObjectNode node =
        Page.node()
            .put("id", credential.id().value())
            .put("name", credential.name())
            .put("description", credential.description())
            .put("user_id", credential.user().value())
            .put("project_id", credential.project().value())
            .putNull("system")
            .put("unrestricted", credential.unrestricted())
            .put(
                "expires_at",
                credential.expiresAt() == null ? null : PreciseTime.format(credential.expiresAt()));
    ArrayNode roles = node.putArray("roles");
    credential
        .roles()
        .forEach(role -> roles.addObject().put("id", role.id()).put("name", role.name()));
    return node;
  }
}
