package dev.vitrine.server.keystone;

import dev.vitrine.directory.Reference;
import dev.vitrine.login.ApplicationCredentialStore;
import dev.vitrine.login.Login;
import dev.vitrine.login.RequestedScope;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v3/auth/tokens}: one method, {@code password}, {@code token} or {@code
 * application_credential}, and a scope. A project without a domain is in the user's domain (IAM:
 * 获取IAM用户Token).
 */
sealed interface AuthRequest {
  /** The kinds of scope (Keystone); a request has at most one. */
  List<String> SCOPES = List.of("project", "domain", "unscoped", "system", "OS-TRUST:trust");

  record WithPassword(Reference user, String password, RequestedScope scope)
      implements AuthRequest {
    @Override
    public Login.Issued by(Login login, String origin) {
      return login.withPassword(user, password, scope, origin);
    }
  }

  record WithToken(String token, RequestedScope scope) implements AuthRequest {
    @Override
    public Login.Issued by(Login login, String origin) {
      return login.withToken(token, scope);
    }
  }

  record WithApplicationCredential(ApplicationCredentialStore.Reference credential, String secret)
      implements AuthRequest {
    @Override
    public Login.Issued by(Login login, String origin) {
      return login.withApplicationCredential(credential, secret, origin);
    }
  }

  /**
   * Carries out the login.
   *
   * @param origin what limits count the client by
   */
  Login.Issued by(Login login, String origin);

  static AuthRequest read(Request request) {
    Fields auth = Fields.body(request).object("auth");
    Fields identity = auth.required("identity");
    List<String> methods = identity.texts("methods");
    if (methods.equals(List.of("password"))) {
      Fields user = identity.required("password").required("user");
      Reference reference = reference(user, null);
      Reference.@Nullable InDomain home =
          reference instanceof Reference.ByName(String name, Reference.InDomain domain)
              ? domain
              : null;
      return new WithPassword(reference, user.requiredText("password"), scope(auth, home));
    }
    if (methods.equals(List.of("token"))) {
      return new WithToken(identity.required("token").requiredText("id"), scope(auth, null));
    }
    if (methods.equals(List.of("application_credential"))) {
      if (auth.has("scope")) {
        throw new Refusal.Invalid("Application credentials cannot request a scope.").asException();
      }
      Fields credential = identity.required("application_credential");
      return new WithApplicationCredential(
          application(credential), credential.requiredText("secret"));
    }
    throw new Refusal.Unauthenticated().asException();
  }

  private static ApplicationCredentialStore.Reference application(Fields credential) {
    String id = credential.text("id");
    return id != null
        ? new ApplicationCredentialStore.Reference.ById(id)
        : new ApplicationCredentialStore.Reference.ByName(
            credential.requiredText("name"), reference(credential.required("user"), null));
  }

  private static RequestedScope scope(Fields auth, Reference.@Nullable InDomain home) {
    if (!auth.has("scope")) {
      return new RequestedScope.Unspecified();
    }
    if (auth.is("scope", "unscoped")) {
      return new RequestedScope.Unscoped();
    }
    Fields scope = auth.object("scope");
    if (SCOPES.stream().filter(kind -> isGiven(scope, kind)).count() > 1) {
      throw new Refusal.Invalid("Specify one scope only: %s.".formatted(String.join(", ", SCOPES)))
          .asException();
    }
    if (isGiven(scope, "project")) {
      return new RequestedScope.ForProject(reference(scope.object("project"), home));
    }
    if (isGiven(scope, "domain")) {
      return new RequestedScope.ForDomain(domain(scope.object("domain")));
    }
    if (isGiven(scope, "unscoped")) {
      return new RequestedScope.Unscoped();
    }
    if (isGiven(scope, "system") || isGiven(scope, "OS-TRUST:trust")) {
      // Roles for these scopes do not exist here.
      throw new Refusal.Unauthenticated().asException();
    }
    throw scope.missing("project, domain or unscoped");
  }

  private static boolean isGiven(Fields scope, String kind) {
    return scope.has(kind) && !scope.raw(kind).isNull();
  }

  private static Reference reference(Fields named, Reference.@Nullable InDomain home) {
    String id = named.text("id");
    if (id != null) {
      return new Reference.ById(id);
    }
    String name = named.requiredText("name");
    return new Reference.ByName(
        name, home == null || named.has("domain") ? domain(named.required("domain")) : home);
  }

  private static Reference.InDomain domain(Fields domain) {
    String name = domain.text("name");
    return name == null
        ? new Reference.InDomain.ById(domain.requiredText("id"))
        : new Reference.InDomain.ByName(name);
  }
}
