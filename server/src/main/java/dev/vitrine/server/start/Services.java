package dev.vitrine.server.start;

import dev.vitrine.access.Access;
import dev.vitrine.access.DecisionListener;
import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.catalog.Catalog;
import dev.vitrine.directory.CustomPolicies;
import dev.vitrine.directory.Domains;
import dev.vitrine.directory.EnterpriseProjectGrants;
import dev.vitrine.directory.EnterpriseProjects;
import dev.vitrine.directory.Grants;
import dev.vitrine.directory.Groups;
import dev.vitrine.directory.LoginThrottle;
import dev.vitrine.directory.Passwords;
import dev.vitrine.directory.Projects;
import dev.vitrine.directory.Roles;
import dev.vitrine.directory.Users;
import dev.vitrine.explain.Denials;
import dev.vitrine.explain.Explanations;
import dev.vitrine.history.AccessHistory;
import dev.vitrine.history.History;
import dev.vitrine.history.Refusals;
import dev.vitrine.image.BlobStore;
import dev.vitrine.image.Images;
import dev.vitrine.image.ImsImages;
import dev.vitrine.image.Quotas;
import dev.vitrine.job.Jobs;
import dev.vitrine.limit.Limits;
import dev.vitrine.login.AccessKeys;
import dev.vitrine.login.ApplicationCredentials;
import dev.vitrine.login.ApplicationSecrets;
import dev.vitrine.login.KeyRing;
import dev.vitrine.login.Login;
import dev.vitrine.login.SecretCipher;
import dev.vitrine.login.ServiceTokens;
import dev.vitrine.login.Signatures;
import dev.vitrine.login.TemporaryKeys;
import dev.vitrine.login.TokenVerifier;
import dev.vitrine.login.Tokens;
import dev.vitrine.server.iam.CustomPoliciesResource;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.webhook.Messenger;
import dev.vitrine.webhook.Webhooks;
import java.time.InstantSource;

/**
 * The services of core, created from stores and settings. The resources of the protocols call them.
 */
final class Services {
  final Access access;

  /** Verifies the tokens of requests; a verifier of foreign tokens is plugged in here. */
  final TokenVerifier tokenVerifier;

  final ServiceTokens serviceTokens;
  final Signatures signatures;
  final Login login;
  final AccessKeys accessKeys;
  final TemporaryKeys temporaryKeys;
  final ApplicationCredentials applicationCredentials;
  final Catalog catalog;
  final Limits limits;
  final Domains domains;
  final Projects projects;
  final Users users;
  final Groups groups;
  final Roles roles;
  final Grants grants;
  final CustomPolicies customPolicies;
  final EnterpriseProjects enterpriseProjects;
  final EnterpriseProjectGrants enterpriseProjectGrants;
  final Quotas quotas;
  final Images images;
  final ImsImages imsImages;
  final Sharing sharing;
  final Jobs jobs;
  final History history;
  final Webhooks webhooks;
  final AccessHistory accessHistory;
  final Refusals refusals;
  final Explanations explanations;

  /**
   * @param url the server's URL for clients, without a path
   * @param submitted runs after a batch was stored
   * @param messenger sends what webhooks tell
   * @param changed runs after something was stored that a webhook may have to tell
   * @param decisions receives every decision
   * @param clock the time of this process; what is stored has that of the database
   */
  Services(
      Stores stores,
      BlobStore blobs,
      KeyRing ring,
      Passwords passwords,
      Settings settings,
      String url,
      Runnable submitted,
      Messenger messenger,
      Runnable changed,
      DecisionListener decisions,
      InstantSource clock) {
    Sharing.Rules rules = settings.sharing();
    access = new Access(stores.authorizations(), clock, decisions);

    Tokens tokens = new Tokens(ring, clock);
    tokenVerifier = tokens;
    serviceTokens = new ServiceTokens(tokenVerifier, access);
    signatures = new Signatures(stores.accessKeys(), ring, clock, settings.signatureRequire());
    LoginThrottle throttle = new LoginThrottle(settings.login(), System::nanoTime);
    login =
        new Login(
            stores.logins(),
            stores.applicationCredentials(),
            access,
            tokens,
            passwords,
            throttle,
            settings.tokenLifetime());
    accessKeys = new AccessKeys(stores.accessKeys(), stores.users(), access, ring);
    temporaryKeys = new TemporaryKeys(tokenVerifier, ring, access, clock);
    applicationCredentials =
        new ApplicationCredentials(
            stores.applicationCredentials(),
            stores.logins(),
            stores.users(),
            access,
            new ApplicationSecrets(passwords),
            clock);

    BuiltIn builtIn = BuiltIn.at(url, settings.region());
    catalog = new Catalog(stores.catalog(), builtIn, access);
    limits = new Limits(stores.limits(), stores.catalog(), builtIn, access, settings.quotas());
    domains = new Domains(stores.domains(), access);
    projects = new Projects(stores.projects(), access);
    users = new Users(stores.users(), access, passwords, settings.passwords(), throttle);
    groups = new Groups(stores.groups(), stores.users(), access);
    roles = new Roles(stores.roles(), access);
    grants = new Grants(stores.grants(), access);
    customPolicies =
        new CustomPolicies(stores.customPolicies(), access, CustomPoliciesResource::requirePolicy);
    enterpriseProjects = new EnterpriseProjects(stores.enterpriseProjects(), access);
    enterpriseProjectGrants =
        new EnterpriseProjectGrants(
            grants,
            stores.grants(),
            stores.enterpriseProjects(),
            stores.users(),
            stores.groups(),
            access);

    quotas = new Quotas(stores.images(), access, settings.quotas());
    images =
        new Images(
            stores.images(),
            blobs,
            access,
            rules,
            stores.enterpriseProjects(),
            settings.inspect(),
            quotas);
    imsImages = new ImsImages(images, stores.images(), access, rules, quotas);
    sharing = new Sharing(stores.members(), access, rules);
    jobs = new Jobs(stores.jobs(), access, rules, settings.batch(), submitted);
    history = new History(stores.events(), stores.images(), access, rules, clock);
    webhooks =
        new Webhooks(stores.webhooks(), access, new SecretCipher(ring), messenger, clock, changed);
    accessHistory = new AccessHistory(stores.accessEvents(), access);
    refusals = new Refusals(stores.refusals(), access);
    explanations =
        new Explanations(
            access,
            stores.logins(),
            stores.users(),
            stores.projects(),
            stores.images(),
            new Denials(ring),
            rules,
            clock);
  }
}
