package dev.vitrine.server.start;

import dev.vitrine.access.Access;
import dev.vitrine.access.DecisionListener;
import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.catalog.Catalog;
import dev.vitrine.directory.CustomPolicies;
import dev.vitrine.directory.Domains;
import dev.vitrine.directory.EnterpriseProjectGrants;
import dev.vitrine.directory.EnterpriseProjectStore;
import dev.vitrine.directory.EnterpriseProjects;
import dev.vitrine.directory.GrantStore;
import dev.vitrine.directory.Grants;
import dev.vitrine.directory.GroupStore;
import dev.vitrine.directory.Groups;
import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.Projects;
import dev.vitrine.directory.Roles;
import dev.vitrine.directory.UserStore;
import dev.vitrine.directory.Users;
import dev.vitrine.explain.Denials;
import dev.vitrine.explain.Explanations;
import dev.vitrine.image.Images;
import dev.vitrine.image.ImsImages;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.job.Jobs;
import dev.vitrine.login.AccessKeyStore;
import dev.vitrine.login.AccessKeys;
import dev.vitrine.login.ApplicationCredentialStore;
import dev.vitrine.login.ApplicationCredentials;
import dev.vitrine.login.ApplicationSecrets;
import dev.vitrine.login.Keys;
import dev.vitrine.login.Login;
import dev.vitrine.login.LoginStore;
import dev.vitrine.login.ServiceTokens;
import dev.vitrine.login.Signatures;
import dev.vitrine.login.TemporaryKeys;
import dev.vitrine.login.Tokens;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.catalog.PostgresCatalog;
import dev.vitrine.postgres.directory.PostgresCustomPolicies;
import dev.vitrine.postgres.directory.PostgresDomains;
import dev.vitrine.postgres.directory.PostgresEnterpriseProjects;
import dev.vitrine.postgres.directory.PostgresGrants;
import dev.vitrine.postgres.directory.PostgresGroups;
import dev.vitrine.postgres.directory.PostgresProjects;
import dev.vitrine.postgres.directory.PostgresRoles;
import dev.vitrine.postgres.directory.PostgresUsers;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.postgres.login.PostgresAccessKeys;
import dev.vitrine.postgres.login.PostgresApplicationCredentials;
import dev.vitrine.postgres.login.PostgresLogins;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.server.glance.GlanceProtocol;
import dev.vitrine.server.glance.ImageDataResource;
import dev.vitrine.server.glance.ImagesResource;
import dev.vitrine.server.glance.MembersResource;
import dev.vitrine.server.glance.SchemasResource;
import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.http.Challenge;
import dev.vitrine.server.http.Pace;
import dev.vitrine.server.http.Reply;
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
import dev.vitrine.server.keystone.ProjectsResource;
import dev.vitrine.server.keystone.RolesResource;
import dev.vitrine.server.keystone.TokensResource;
import dev.vitrine.server.keystone.UsersResource;
import dev.vitrine.server.own.ExplainResource;
import dev.vitrine.server.own.ExplainingProtocol;
import dev.vitrine.server.own.VitrineProtocol;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.sharing.Sharing;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Ties stores, rules and protocols together. */
public final class Composition {
  private Composition() {}

  /** All that is served, not yet listening. */
  public static WebServer open(
      Vertx vertx,
      Database database,
      FileBlobs blobs,
      Keys keys,
      Passwords passwords,
      Settings settings,
      URI publicUrl,
      JobWorkers workers) {
    return open(
        vertx,
        database,
        blobs,
        keys,
        passwords,
        settings,
        publicUrl,
        workers,
        (caller, decision) -> {});
  }

  /**
   * The same; {@code decisions} hears of every decision.
   *
   * @param workers carry out what is submitted here
   * @param decisions is told every one
   */
  public static WebServer open(
      Vertx vertx,
      Database database,
      FileBlobs blobs,
      Keys keys,
      Passwords passwords,
      Settings settings,
      URI publicUrl,
      JobWorkers workers,
      DecisionListener decisions) {
    String url = publicUrl.toString();
    Access access =
        new Access(new PostgresAuthorizations(database), InstantSource.system(), decisions);
    Tokens tokens = new Tokens(keys, InstantSource.system());
    PostgresImages imageStore = new PostgresImages(database);
    Images images =
        new Images(
            imageStore,
            blobs,
            access,
            settings.sharing(),
            new PostgresEnterpriseProjects(database),
            settings.inspect());
    Sharing sharing = new Sharing(new PostgresMembers(database), access, settings.sharing());
    ImsImages imsImages = new ImsImages(images, imageStore, access, settings.sharing());
    Versions versions = new Versions(url);

    Routes routes = new Routes(NoBody::around);
    routes.on(
        Operation.CHECK_HEALTH, request -> Reply.text(200, "text/plain; charset=UTF-8", "OK"));
    versions.addTo(routes);
    new SchemasResource(access).addTo(routes);
    new ImagesResource(images, imsImages, settings.sharing().nativeApi(), url).addTo(routes);
    new ImageDataResource(images).addTo(routes);
    new MembersResource(sharing).addTo(routes);
    new ImsMembersResource(sharing).addTo(routes);
    new ImsImagesResource(imsImages).addTo(routes);
    new QuotasResource(imsImages).addTo(routes);

    Jobs jobs =
        new Jobs(
            new PostgresJobs(database),
            access,
            settings.sharing(),
            settings.batch(),
            workers::wake);
    new BatchMembersResource(jobs).addTo(routes);
    new JobsResource(jobs).addTo(routes);

    identity(routes, database, access, tokens, passwords, settings, url);
    WebServer.Authenticator authenticator = authenticator(database, tokens, keys, access, settings);
    accessKeys(routes, database, access, keys);
    new TemporaryKeysResource(
            new TemporaryKeys(tokens, keys, access, InstantSource.system()), authenticator)
        .addTo(routes);

    Explanations explanations =
        new Explanations(
            access,
            new PostgresUsers(database),
            new PostgresProjects(database),
            imageStore,
            new Denials(keys),
            settings.sharing(),
            InstantSource.system());
    new ExplainResource(explanations, routes).addTo(routes);

    return new WebServer(
        vertx,
        Stream.concat(
                identityProtocols(url).stream(),
                Stream.of(new ImsProtocol(), new GlanceProtocol(versions, url + "/v3")))
            .<WireProtocol>map(protocol -> new ExplainingProtocol(protocol, explanations))
            .toList(),
        routes,
        authenticator,
        Gateway::badSignature,
        new WebServer.Limits(
            settings.maxBody().bytes(),
            Runtime.getRuntime().maxMemory() / 3,
            Pace.of(settings.minRate().bytes())));
  }

  /** IAM, our own and Keystone, in the order in which they are asked. */
  public static List<WireProtocol> identityProtocols(String url) {
    Challenge challenge = new Challenge(url + "/v3");
    KeystoneProtocol keystone = new KeystoneProtocol(challenge);
    return List.of(new IamProtocol(keystone, challenge), new VitrineProtocol(keystone), keystone);
  }

  /** Signatures and tokens. */
  private static WebServer.Authenticator authenticator(
      Database database, Tokens tokens, Keys keys, Access access, Settings settings) {
    return new SignatureAuthenticator(
        new Signatures(
            new PostgresAccessKeys(database),
            keys,
            InstantSource.system(),
            settings.signatureRequire()),
        new Spool(settings.data().resolve("unproven")),
        new TokenAuthenticator(tokens, new ServiceTokens(tokens, access)));
  }

  /** The part of IAM that is about access keys. */
  static void accessKeys(Routes routes, Database database, Access access, Keys keys) {
    AccessKeyStore store = new PostgresAccessKeys(database);
    new AccessKeysResource(new AccessKeys(store, new PostgresUsers(database), access, keys))
        .addTo(routes);
  }

  /** All behind {@link #identityProtocols}. */
  public static void identity(
      Routes routes,
      Database database,
      Access access,
      Tokens tokens,
      Passwords passwords,
      Settings settings,
      String url) {
    LoginStore logins = new PostgresLogins(database);
    ApplicationCredentialStore applications = new PostgresApplicationCredentials(database);
    Login login =
        new Login(logins, applications, access, tokens, passwords, settings.tokenLifetime());
    Catalog catalog =
        new Catalog(new PostgresCatalog(database), BuiltIn.at(url, settings.region()), access);
    new TokensResource(login, catalog, url).addTo(routes);
    UserStore users = new PostgresUsers(database);
    new ApplicationCredentialsResource(
            new ApplicationCredentials(
                applications,
                logins,
                users,
                access,
                new ApplicationSecrets(passwords),
                InstantSource.system()),
            url)
        .addTo(routes);
    GroupStore groupStore = new PostgresGroups(database);
    Groups groups = new Groups(groupStore, users, access);
    GrantStore grants = new PostgresGrants(database);
    Grants assignments = new Grants(grants, access);
    EnterpriseProjectStore enterpriseProjects = new PostgresEnterpriseProjects(database);
    EnterpriseProjectGrants enterpriseProjectGrants =
        new EnterpriseProjectGrants(
            assignments, grants, enterpriseProjects, users, groupStore, access);
    new CatalogResource(catalog, url).addTo(routes);
    new DomainsResource(new Domains(new PostgresDomains(database), access), url).addTo(routes);
    new ProjectsResource(new Projects(new PostgresProjects(database), access), url).addTo(routes);
    new UsersResource(new Users(users, access, passwords), groups, url).addTo(routes);
    new GroupsResource(groups, url).addTo(routes);
    new RolesResource(new Roles(new PostgresRoles(database), access), url).addTo(routes);
    new AssignmentsResource(assignments, url).addTo(routes);
    new CustomPoliciesResource(
            new CustomPolicies(
                new PostgresCustomPolicies(database),
                access,
                CustomPoliciesResource::requirePolicy),
            url)
        .addTo(routes);
    new EnterpriseProjectGrantsResource(enterpriseProjectGrants).addTo(routes);
    new GrantsResource(enterpriseProjectGrants).addTo(routes);
    new EnterpriseProjectsResource(new EnterpriseProjects(enterpriseProjects, access))
        .addTo(routes);
  }
}
