package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.catalog.Catalog;
import dev.vitrine.directory.Named;
import dev.vitrine.identity.Caller;
import dev.vitrine.login.Login;
import dev.vitrine.login.TokenDetails;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import dev.vitrine.server.json.PreciseTime;

/** {@code /v3} and {@code /v3/auth/tokens}. */
public final class TokensResource {
  private static final String SUBJECT = "X-Subject-Token";

  /** Leaves the catalogue out, whatever its value. */
  private static final String NO_CATALOG = "nocatalog";

  private static final String EXPIRED = "allow_expired";

  private final Login login;
  private final Catalog catalog;
  private final String url;

  public TokensResource(Login login, Catalog catalog, String url) {
    this.login = login;
    this.catalog = catalog;
    this.url = url;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_IDENTITY_VERSIONS, QueryParameters.taking(this::versions))
        .on(Operation.LIST_IDENTITY_VERSIONS_BY_SLASH, QueryParameters.taking(this::versions))
        .on(Operation.SHOW_IDENTITY_VERSION, QueryParameters.taking(this::version))
        .on(Operation.SHOW_IDENTITY_VERSION_BY_SLASH, QueryParameters.taking(this::version))
        .on(Operation.ISSUE_TOKEN, QueryParameters.taking(this::issue, NO_CATALOG))
        .on(Operation.VALIDATE_TOKEN, QueryParameters.taking(this::validate, NO_CATALOG, EXPIRED))
        .on(Operation.CHECK_TOKEN, QueryParameters.taking(this::validate, NO_CATALOG, EXPIRED))
        .on(Operation.REVOKE_TOKEN, QueryParameters.taking(this::revoke));
  }

  /** The list of versions, with one entry: where a client without a known version begins. */
  private Reply versions(Request request) {
    ObjectNode versions = Page.node();
    versions.putObject("versions").putArray("values").add(version3(request.prefix()));
    return Json.reply(300, versions);
  }

  private Reply version(Request request) {
    ObjectNode version = Page.node();
    version.set("version", version3(request.prefix()));
    return Json.reply(200, version);
  }

  private ObjectNode version3(String prefix) {
    ObjectNode v3 =
        Page.node()
            .put("id", "v3.14")
            .put("status", "stable")
            .put("updated", "2020-04-07T00:00:00Z");
    v3.putArray("links").addObject().put("rel", "self").put("href", url + prefix + "/v3/");
    v3.putArray("media-types")
        .addObject()
        .put("base", "application/json")
        .put("type", "application/vnd.openstack.identity-v3+json");
    return v3;
  }

  private Reply issue(Request request) {
    Login.Issued issued = AuthRequest.read(request).by(login, request.origin());
    return Json.reply(201, token(request, issued.details())).with(SUBJECT, issued.token());
  }

  private Reply validate(Request request) {
    String subject = subject(request);
    Operation operation =
        request.method().equals("HEAD") ? Operation.CHECK_TOKEN : Operation.VALIDATE_TOKEN;
    TokenDetails details =
        login.explain(request.caller(), operation, subject, Query.strictFlag(request, EXPIRED));
    return Json.reply(200, token(request, details)).with(SUBJECT, subject);
  }

  private Reply revoke(Request request) {
    login.revoke(request.caller(), subject(request));
    return Reply.empty(204);
  }

  private static String subject(Request request) {
    String subject = request.header(SUBJECT);
    if (subject == null) {
      throw new Refusal.NotFound("No token in the request").asException();
    }
    return subject;
  }

  private ObjectNode token(Request request, TokenDetails details) {
    Caller caller = details.caller();
    ObjectNode body = Page.node();
    ObjectNode token = body.putObject("token");
    caller.methods().forEach(token.putArray("methods")::add);
    ObjectNode user = token.putObject("user");
    user.set("domain", named(details.userDomain()));
    user.setAll(named(details.user()));
    user.putNull("password_expires_at");
    token.putArray("audit_ids").add(caller.auditId());
    token
        .put("expires_at", PreciseTime.format(caller.expiresAt()))
        .put("issued_at", PreciseTime.format(caller.issuedAt()));
    Named domain = details.domain();
    if (domain == null) {
      return body;
    }
    if (details.project() == null) {
      token.set("domain", named(domain));
    } else {
      ObjectNode project = token.putObject("project");
      project.set("domain", named(domain));
      project.setAll(named(details.project()));
      token.put("is_domain", false);
    }
    Named application = details.application();
    if (application != null) {
      token.set(
          "application_credential", named(application).put("restricted", caller.isRestricted()));
    }
    ArrayNode roles = token.putArray("roles");
    details.globalRoles().forEach(role -> roles.add(named(role)));
    if (!request.query().containsKey(NO_CATALOG)) {
      token.set("catalog", CatalogResource.node(catalog.of(caller)));
    }
    return body;
  }

  private static ObjectNode named(Named named) {
    return Page.node().put("id", named.id()).put("name", named.name());
  }
}
