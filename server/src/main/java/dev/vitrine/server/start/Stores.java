package dev.vitrine.server.start;

import dev.vitrine.access.AuthorizationStore;
import dev.vitrine.bus.BusStore;
import dev.vitrine.catalog.CatalogStore;
import dev.vitrine.directory.CustomPolicyStore;
import dev.vitrine.directory.DomainStore;
import dev.vitrine.directory.EnterpriseProjectStore;
import dev.vitrine.directory.GrantStore;
import dev.vitrine.directory.GroupStore;
import dev.vitrine.directory.ProjectStore;
import dev.vitrine.directory.RoleStore;
import dev.vitrine.directory.UserStore;
import dev.vitrine.history.AccessEventStore;
import dev.vitrine.history.EventStore;
import dev.vitrine.history.RefusalStore;
import dev.vitrine.image.ImageStore;
import dev.vitrine.job.JobStore;
import dev.vitrine.limit.ProjectLimitStore;
import dev.vitrine.login.AccessKeyStore;
import dev.vitrine.login.ApplicationCredentialStore;
import dev.vitrine.login.KeyGenerationStore;
import dev.vitrine.login.LoginStore;
import dev.vitrine.postgres.access.PostgresAuthorizations;
import dev.vitrine.postgres.bus.PostgresBus;
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
import dev.vitrine.postgres.history.PostgresAccessEvents;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.postgres.history.PostgresRefusals;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.postgres.limit.PostgresProjectLimits;
import dev.vitrine.postgres.login.PostgresAccessKeys;
import dev.vitrine.postgres.login.PostgresApplicationCredentials;
import dev.vitrine.postgres.login.PostgresKeyGenerations;
import dev.vitrine.postgres.login.PostgresLogins;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.postgres.webhook.PostgresDeliveries;
import dev.vitrine.postgres.webhook.PostgresWebhooks;
import dev.vitrine.sharing.SharingStore;
import dev.vitrine.tracing.Tracer;
import dev.vitrine.webhook.DeliveryStore;
import dev.vitrine.webhook.WebhookStore;

/**
 * The stores of one database, by their interfaces in core. Another implementation of one is plugged
 * in here.
 */
public record Stores(
    AuthorizationStore authorizations,
    LoginStore logins,
    AccessKeyStore accessKeys,
    KeyGenerationStore keyGenerations,
    ApplicationCredentialStore applicationCredentials,
    UserStore users,
    GroupStore groups,
    ProjectStore projects,
    DomainStore domains,
    RoleStore roles,
    GrantStore grants,
    CustomPolicyStore customPolicies,
    EnterpriseProjectStore enterpriseProjects,
    CatalogStore catalog,
    ProjectLimitStore limits,
    ImageStore images,
    SharingStore members,
    JobStore jobs,
    EventStore events,
    WebhookStore webhooks,
    DeliveryStore deliveries,
    BusStore bus,
    AccessEventStore accessEvents,
    RefusalStore refusals) {

  /** The same with other jobs. */
  Stores with(JobStore others) {
    return new Stores(
        authorizations,
        logins,
        accessKeys,
        keyGenerations,
        applicationCredentials,
        users,
        groups,
        projects,
        domains,
        roles,
        grants,
        customPolicies,
        enterpriseProjects,
        catalog,
        limits,
        images,
        members,
        others,
        events,
        webhooks,
        deliveries,
        bus,
        accessEvents,
        refusals);
  }

  /**
   * The stores in PostgreSQL.
   *
   * @param tracer begins the spans of jobs
   */
  public static Stores in(Database database, Tracer tracer) {
    JobStore jobs = new PostgresJobs(database, tracer);
    return new Stores(
        new PostgresAuthorizations(database),
        new PostgresLogins(database),
        new PostgresAccessKeys(database),
        new PostgresKeyGenerations(database),
        new PostgresApplicationCredentials(database),
        new PostgresUsers(database),
        new PostgresGroups(database),
        new PostgresProjects(database),
        new PostgresDomains(database),
        new PostgresRoles(database),
        new PostgresGrants(database),
        new PostgresCustomPolicies(database),
        new PostgresEnterpriseProjects(database),
        new PostgresCatalog(database),
        new PostgresProjectLimits(database),
        new PostgresImages(database),
        new PostgresMembers(database),
        jobs,
        new PostgresEvents(database),
        new PostgresWebhooks(database),
        new PostgresDeliveries(database, jobs),
        new PostgresBus(database),
        new PostgresAccessEvents(database),
        new PostgresRefusals(database));
  }
}
