package dev.vitrine.server.start;

import dev.vitrine.access.DecisionListener;
import dev.vitrine.directory.Passwords;
import dev.vitrine.image.BlobStore;
import dev.vitrine.login.KeyRing;
import dev.vitrine.server.glance.GlanceProtocol;
import dev.vitrine.server.glance.HealthCheck;
import dev.vitrine.server.glance.ImageDataResource;
import dev.vitrine.server.glance.ImagesResource;
import dev.vitrine.server.glance.MembersResource;
import dev.vitrine.server.glance.SchemasResource;
import dev.vitrine.server.glance.UsageResource;
import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.http.Authenticator;
import dev.vitrine.server.http.Challenge;
import dev.vitrine.server.http.Connections;
import dev.vitrine.server.http.Gate;
import dev.vitrine.server.http.LimitListener;
import dev.vitrine.server.http.Observer;
import dev.vitrine.server.http.Pace;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.http.SignatureAuthenticator;
import dev.vitrine.server.http.Spool;
import dev.vitrine.server.http.TokenAuthenticator;
import dev.vitrine.server.http.WebServer;
import dev.vitrine.server.http.WireProtocol;
import dev.vitrine.server.huawei.Gateway;
import dev.vitrine.server.iam.AccessKeysResource;
import dev.vitrine.server.iam.CustomPoliciesResource;
import dev.vitrine.server.iam.EnterpriseProjectGrantsResource;
import dev.vitrine.server.iam.EnterpriseProjectsResource;
import dev.vitrine.server.iam.GrantsResource;
import dev.vitrine.server.iam.IamProtocol;
import dev.vitrine.server.iam.TemporaryKeysResource;
import dev.vitrine.server.ims.BatchMembersResource;
import dev.vitrine.server.ims.ImsImagesResource;
import dev.vitrine.server.ims.ImsMembersResource;
import dev.vitrine.server.ims.ImsProtocol;
import dev.vitrine.server.ims.JobsResource;
import dev.vitrine.server.ims.QuotasResource;
import dev.vitrine.server.json.NoBody;
import dev.vitrine.server.keystone.ApplicationCredentialsResource;
import dev.vitrine.server.keystone.AssignmentsResource;
import dev.vitrine.server.keystone.CatalogResource;
import dev.vitrine.server.keystone.DomainsResource;
import dev.vitrine.server.keystone.GroupsResource;
import dev.vitrine.server.keystone.KeystoneProtocol;
import dev.vitrine.server.keystone.LimitsResource;
import dev.vitrine.server.keystone.ProjectsResource;
import dev.vitrine.server.keystone.RolesResource;
import dev.vitrine.server.keystone.TokensResource;
import dev.vitrine.server.keystone.UsersResource;
import dev.vitrine.server.own.AccessReviewResource;
import dev.vitrine.server.own.Console;
import dev.vitrine.server.own.ExplainResource;
import dev.vitrine.server.own.ExplainingProtocol;
import dev.vitrine.server.own.HistoryResource;
import dev.vitrine.server.own.OpenApiResource;
import dev.vitrine.server.own.ProjectJobsResource;
import dev.vitrine.server.own.RefusalsResource;
import dev.vitrine.server.own.VitrineProtocol;
import dev.vitrine.server.own.WebhooksResource;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.webhook.Messenger;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects protocols, routes and services to a server: {@link Stores}, then {@link Services}, then
 * routes and {@link #protocols}.
 *
 * <p>A second implementation is plugged in at one place: a store in {@link Stores#in}, a blob store
 * in {@link Vitrine}, which passes it here, a token verifier in {@link Services#tokenVerifier}, a
 * protocol in {@link #protocols}.
 */
public final class Composition {
  private Composition() {}

  /**
   * The server with all protocols, not yet listening.
   *
   * @param url the server's URL for clients, without a path
   * @param submitted runs after a batch was stored
   * @param messenger sends what webhooks tell
   * @param changed runs after something was stored that a webhook may have to tell
   * @param decisions receives every decision
   * @param observer receives each exchange at its end
   * @param demo users that the console's login page offers, each as {@code NAME/DOMAIN}
   */
  public static WebServer open(
      Vertx vertx,
      Stores stores,
      BlobStore blobs,
      KeyRing ring,
      Passwords passwords,
      Settings settings,
      URI url,
      Runnable submitted,
      Messenger messenger,
      Runnable changed,
      DecisionListener decisions,
      Observer observer,
      List<String> demo) {
    Services services =
        new Services(
            stores,
            blobs,
            ring,
            passwords,
            settings,
            url.toString(),
            submitted,
            messenger,
            changed,
            decisions,
            InstantSource.system());
    return open(
        vertx,
        new Connections(Connections.Limits.NONE, settings.trustedProxies()),
        services,
        settings,
        url,
        demo,
        observer,
        LimitListener.NONE,
        () -> false,
        null);
  }

  /**
   * The same, of services.
   *
   * @param connections bounds those to the server; the Vert.x must be its own
   * @param observer receives each exchange at its end
   * @param limits learns of what a limit refused
   * @param isDraining whether the server is about to stop
   * @param gate null: every request goes to its route
   */
  static WebServer open(
      Vertx vertx,
      Connections connections,
      Services services,
      Settings settings,
      URI url,
      List<String> demo,
      Observer observer,
      LimitListener limits,
      BooleanSupplier isDraining,
      @Nullable Gate gate) {
    Authenticator authenticator =
        new SignatureAuthenticator(
            services.signatures,
            new Spool(settings.data().resolve("unproven")),
            new TokenAuthenticator(services.tokenVerifier, services.serviceTokens));
    Routes routes = new Routes(NoBody::around);
    Console console = settings.console() ? new Console(demo) : null;
    Versions versions =
        console == null
            ? new Versions(url.toString())
            : new Versions(url.toString(), console::root);
    if (console != null) {
      console.addTo(routes);
    }
    new HealthCheck(settings.disableByFile(), isDraining).addTo(routes);
    versions.addTo(routes);
    images(routes, services, settings, url.toString());
    identity(routes, services, authenticator, url.toString());
    new ExplainResource(services.explanations, routes).addTo(routes);
    new ProjectJobsResource(services.jobs).addTo(routes);
    new HistoryResource(services.history, services.accessHistory).addTo(routes);
    new AccessReviewResource(services.history).addTo(routes);
    new RefusalsResource(services.refusals).addTo(routes);
    if (settings.webhooks()) {
      new WebhooksResource(services.webhooks).addTo(routes);
    }
    new OpenApiResource().addTo(routes);
    return new WebServer(
        vertx,
        protocols(url.toString(), versions).stream()
            .<WireProtocol>map(one -> new ExplainingProtocol(one, services.explanations))
            .toList(),
        routes,
        authenticator,
        Gateway::badSignature,
        new WebServer.Limits(
            settings.maxBody().bytes(),
            Runtime.getRuntime().maxMemory() / 3,
            Pace.of(settings.minRate().bytes()),
            settings.idle(),
            connections,
            settings.rateOfAddress(),
            settings.rateOfCaller(),
            limits),
        settings.trustedProxies(),
        observer,
        gate);
  }

  /** The protocols, in the order of the lookup by path. */
  public static List<WireProtocol> protocols(String url, Versions versions) {
    Challenge challenge = new Challenge(url + "/v3");
    KeystoneProtocol keystone = new KeystoneProtocol(challenge);
    return List.of(
        new IamProtocol(keystone, challenge),
        new VitrineProtocol(keystone),
        keystone,
        new ImsProtocol(),
        new GlanceProtocol(versions, challenge));
  }

  private static void images(Routes routes, Services services, Settings settings, String url) {
    new SchemasResource(services.access).addTo(routes);
    new ImagesResource(services.images, services.imsImages, settings.sharing().nativeApi(), url)
        .addTo(routes);
    new ImageDataResource(services.images).addTo(routes);
    new UsageResource(services.quotas).addTo(routes);
    new MembersResource(services.sharing).addTo(routes);
    new ImsImagesResource(services.imsImages).addTo(routes);
    new ImsMembersResource(services.sharing).addTo(routes);
    new QuotasResource(services.imsImages).addTo(routes);
    new BatchMembersResource(services.jobs).addTo(routes);
    new JobsResource(services.jobs).addTo(routes);
  }

  private static void identity(
      Routes routes, Services services, Authenticator authenticator, String url) {
    new TokensResource(services.login, services.catalog, url).addTo(routes);
    new ApplicationCredentialsResource(services.applicationCredentials, url).addTo(routes);
    new CatalogResource(services.catalog, url).addTo(routes);
    new LimitsResource(services.limits, url).addTo(routes);
    new DomainsResource(services.domains, url).addTo(routes);
    new ProjectsResource(services.projects, url).addTo(routes);
    new UsersResource(services.users, services.groups, url).addTo(routes);
    new GroupsResource(services.groups, url).addTo(routes);
    new RolesResource(services.roles, url).addTo(routes);
    new AssignmentsResource(services.grants, url).addTo(routes);
    new CustomPoliciesResource(services.customPolicies, url).addTo(routes);
    new EnterpriseProjectGrantsResource(services.enterpriseProjectGrants).addTo(routes);
    new GrantsResource(services.enterpriseProjectGrants).addTo(routes);
    new EnterpriseProjectsResource(services.enterpriseProjects).addTo(routes);
    new AccessKeysResource(services.accessKeys).addTo(routes);
    new TemporaryKeysResource(services.temporaryKeys, authenticator).addTo(routes);
  }
}
