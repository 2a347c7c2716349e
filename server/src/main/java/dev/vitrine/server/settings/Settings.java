package dev.vitrine.server.settings;

import dev.vitrine.directory.LoginThrottle;
import dev.vitrine.directory.PasswordRules;
import dev.vitrine.image.Inspect;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.job.Jobs;
import dev.vitrine.login.RequestSignature;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.server.bus.BusAddress;
import dev.vitrine.server.bus.BusSettings;
import dev.vitrine.server.http.Connections;
import dev.vitrine.server.http.Network;
import dev.vitrine.server.http.Rate;
import dev.vitrine.server.http.TrustedProxies;
import dev.vitrine.server.tls.CertificateFiles;
import dev.vitrine.sharing.Sharing;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All settings, validated together. {@link Setting} describes each.
 *
 * @param database null: the embedded one
 * @param listen the first is the one that URLs are derived from
 * @param explicitPublicUrl null: derived from the listen address
 * @param tls null: plain HTTP
 * @param webhooksAllow addresses that webhooks may be sent to although they are not public
 * @param bus null: nothing is published on a message bus
 * @param rateOfAddress null: no limit
 * @param rateOfCaller null: no limit
 * @param management null: no management listener
 * @param traces null: nothing is traced
 * @param disableByFile null: {@code /healthcheck} is always healthy
 */
public record Settings(
    List<ListenAddress> listen,
    Path data,
    Database.@Nullable Address database,
    int databaseConnections,
    @Nullable URI explicitPublicUrl,
    @Nullable CertificateFiles tls,
    TrustedProxies trustedProxies,
    boolean console,
    Path blobs,
    DataSize blobsReserve,
    Path keys,
    String region,
    Duration tokenLifetime,
    PasswordRules passwords,
    int passwordIterations,
    boolean administratorMustChange,
    Set<RequestSignature.Required> signatureRequire,
    LoginThrottle.Limits login,
    Sharing.Rules sharing,
    Inspect inspect,
    ProjectQuotas quotas,
    Jobs.Limits batch,
    int jobWorkers,
    Duration jobsKept,
    boolean webhooks,
    List<Network> webhooksAllow,
    @Nullable BusSettings bus,
    @Nullable Duration historyKept,
    DataSize maxBody,
    DataSize minRate,
    Duration idle,
    Connections.Limits connections,
    @Nullable Rate rateOfAddress,
    @Nullable Rate rateOfCaller,
    Duration shutdownDelay,
    Duration shutdownGrace,
    @Nullable Management management,
    @Nullable Traces traces,
    @Nullable Path disableByFile,
    Setting.AccessLines accessLog,
    Level logLevel) {

  /**
   * The management listener.
   *
   * @param isGiven false: the address is the default of the command
   * @param minFree free space of a disk below which the server is not ready
   */
  public record Management(ListenAddress listen, boolean isGiven, DataSize minFree) {}

  /**
   * Where traces go.
   *
   * @param sample the fraction of requests that begin a trace, 0 to 1
   */
  public record Traces(URI endpoint, double sample) {}

  private static final Duration MIN_IDLE = Duration.ofSeconds(10);

  /** Connections of the embedded database that are reserved for its superuser and for operators. */
  private static final int SPARE = 10;

  /**
   * Reads and validates the settings. Options take precedence over variables, and these over the
   * file.
   *
   * @param options {@code --name value} and {@code --name=value}
   * @param fallbacks values of the command for settings that are not given
   * @throws SettingsRefused if anything is unknown, malformed, missing or contradictory
   */
  public static Settings read(
      List<String> options, Map<String, String> environment, Map<Setting<?>, String> fallbacks)
      throws SettingsRefused {
    return read(options, environment, fallbacks, SettingNames.ALL);
  }

  static Settings read(
      List<String> options,
      Map<String, String> environment,
      Map<Setting<?>, String> fallbacks,
      SettingNames names)
      throws SettingsRefused {
    GivenSettings given = GivenSettings.read(options, environment, fallbacks, names);
    List<ListenAddress> listen = required(given, Setting.LISTEN);
    Path data = required(given, Setting.DATA);
    Settings settings =
        new Settings(
            Objects.requireNonNullElse(listen, List.of(new ListenAddress("127.0.0.1", 0))),
            Objects.requireNonNullElse(data, Path.of("")),
            database(given),
            given.value(Setting.DB_CONNECTIONS),
            given.optional(Setting.PUBLIC_URL),
            tls(given),
            proxies(given),
            given.value(Setting.CONSOLE) == Setting.Served.ON,
            inData(given, Setting.BLOBS, data),
            given.value(Setting.BLOBS_RESERVE),
            inData(given, Setting.KEYS, data),
            given.value(Setting.REGION),
            given.value(Setting.TOKEN_LIFETIME),
            new PasswordRules(
                given.value(Setting.PASSWORD_MIN_LENGTH),
                given.value(Setting.PASSWORD_COMMON) == Setting.Common.REFUSE),
            given.value(Setting.PASSWORD_ITERATIONS),
            given.value(Setting.ADMIN_MUST_CHANGE),
            Objects.requireNonNullElse(given.optional(Setting.SIGNATURE_REQUIRE), Set.of()),
            new LoginThrottle.Limits(
                given.value(Setting.LOGIN_FAILURES), given.value(Setting.LOGIN_ADDRESS_FAILURES)),
            new Sharing.Rules(
                given.value(Setting.SHARING_CONSENT),
                given.value(Setting.SHARING_MAX_MEMBERS),
                given.value(Setting.SHARING_MAX_MEMBERS_WHOLE_IMAGE),
                given.value(Setting.SHARING_MEMBERS) == Setting.Recipients.KNOWN,
                given.value(Setting.SHARING_ENCRYPTED) == Setting.Encrypted.ALLOW,
                given.value(Setting.NATIVE)),
            given.value(Setting.IMAGES_INSPECT),
            new ProjectQuotas(given.value(Setting.QUOTA_IMAGES), given.value(Setting.QUOTA_BYTES)),
            new Jobs.Limits(
                given.value(Setting.BATCH_MAX_IMAGES), given.value(Setting.BATCH_MAX_MEMBERS)),
            given.value(Setting.JOBS_WORKERS),
            given.value(Setting.JOBS_KEPT),
            given.value(Setting.WEBHOOKS) == Setting.Served.ON,
            Objects.requireNonNullElse(given.optional(Setting.WEBHOOKS_ALLOW), List.of()),
            bus(given),
            given.value(Setting.HISTORY_KEPT).orElse(null),
            given.value(Setting.HTTP_MAX_BODY),
            given.value(Setting.HTTP_MIN_RATE),
            given.value(Setting.HTTP_IDLE),
            new Connections.Limits(
                given.value(Setting.CONNECTIONS_MAX), given.value(Setting.CONNECTIONS_PER_ADDRESS)),
            given.value(Setting.RATE_ADDRESS).orElse(null),
            given.value(Setting.RATE_CALLER).orElse(null),
            given.value(Setting.SHUTDOWN_DELAY),
            given.value(Setting.SHUTDOWN_GRACE),
            management(given),
            traces(given),
            given.optional(Setting.HEALTHCHECK_DISABLE_BY_FILE),
            given.value(Setting.ACCESS_LOG),
            given.value(Setting.LOG_LEVEL));
    int connections = settings.databaseConnections();
    if (settings.database() == null && connections > EmbeddedPostgres.MAX_CONNECTIONS - SPARE) {
      given.refuse(
          given.where(Setting.DB_CONNECTIONS)
              + ": the embedded database takes at most "
              + (EmbeddedPostgres.MAX_CONNECTIONS - SPARE));
    }
    Management management = settings.management();
    if (management != null
        && settings.listen().stream().anyMatch(management.listen()::conflictsWith)) {
      given.refuse(
          given.where(Setting.MANAGEMENT_LISTEN)
              + ": %s is an address of listen already; give another one, or off"
                  .formatted(management.listen()));
    }
    if (settings.passwords().minLength() > Bootstrap.PASSWORD_LENGTH) {
      given.refuse(
          given.where(Setting.PASSWORD_MIN_LENGTH)
              + ": at most "
              + Bootstrap.PASSWORD_LENGTH
              + ", the length of the passwords that Vitrine makes");
    }
    if (settings.idle().compareTo(MIN_IDLE) < 0) {
      given.refuse(
          given.where(Setting.HTTP_IDLE)
              + ": must be at least 10s, because a connection is idle, too, while its answer is prepared");
    }
    given.requireNoProblems();
    return settings;
  }

  /** The server's URL for clients, given its port. */
  public URI publicUrl(int actualPort) {
    return explicitPublicUrl == null
        ? URI.create(listen.getFirst().url(tls == null ? "http" : "https", actualPort))
        : explicitPublicUrl;
  }

  private static <T> @Nullable T required(GivenSettings given, Setting<T> setting) {
    if (!given.has(setting)) {
      given.refuse("--" + setting.name() + ": missing; " + setting.about().plain());
    }
    return given.optional(setting);
  }

  private static Path inData(GivenSettings given, Setting<Path> setting, @Nullable Path data) {
    Path path = given.optional(setting);
    Path parent = Objects.requireNonNullElse(data, Path.of(""));
    return path == null ? parent.resolve(setting.name()) : path;
  }

  private static @Nullable Management management(GivenSettings given) {
    DataSize minFree = given.value(Setting.MANAGEMENT_MIN_FREE);
    Optional<ListenAddress> listen = given.optional(Setting.MANAGEMENT_LISTEN);
    return listen == null || listen.isEmpty()
        ? null
        : new Management(listen.get(), !given.isOfCommand(Setting.MANAGEMENT_LISTEN), minFree);
  }

  private static @Nullable Traces traces(GivenSettings given) {
    if (given.has(Setting.TRACES_SAMPLE) && !given.has(Setting.TRACES_ENDPOINT)) {
      given.refuse(given.where(Setting.TRACES_SAMPLE) + ": means nothing without traces.endpoint");
    }
    URI endpoint = given.optional(Setting.TRACES_ENDPOINT);
    return endpoint == null ? null : new Traces(endpoint, given.value(Setting.TRACES_SAMPLE));
  }

  private static @Nullable BusSettings bus(GivenSettings given) {
    if (!given.has(Setting.BUS_URL)) {
      for (Setting<?> setting :
          List.of(
              Setting.BUS_CA,
              Setting.BUS_USER,
              Setting.BUS_PASSWORD,
              Setting.BUS_EXCHANGE,
              Setting.BUS_TOPIC,
              Setting.BUS_QUEUES)) {
        if (given.has(setting)) {
          given.refuse(given.where(setting) + ": means nothing without bus.url");
        }
      }
      return null;
    }
    BusAddress address = given.optional(Setting.BUS_URL);
    if (address != null && !address.isTls() && given.has(Setting.BUS_CA)) {
      given.refuse(given.where(Setting.BUS_CA) + ": means nothing with amqp:// in bus.url");
    }
    String user = required(given, Setting.BUS_USER);
    String password = required(given, Setting.BUS_PASSWORD);
    return address == null || user == null || password == null
        ? null
        : new BusSettings(
            address,
            given.optional(Setting.BUS_CA),
            user,
            password,
            given.value(Setting.BUS_EXCHANGE),
            given.value(Setting.BUS_TOPIC),
            given.value(Setting.BUS_QUEUES));
  }

  private static TrustedProxies proxies(GivenSettings given) {
    TrustedProxies.Header header = given.value(Setting.TRUSTED_PROXIES_HEADER);
    List<Network> networks = given.optional(Setting.TRUSTED_PROXIES);
    if (given.has(Setting.TRUSTED_PROXIES_HEADER) && !given.has(Setting.TRUSTED_PROXIES)) {
      given.refuse(
          given.where(Setting.TRUSTED_PROXIES_HEADER) + ": means nothing without trusted-proxies");
    }
    return networks == null ? TrustedProxies.NONE : new TrustedProxies(networks, header);
  }

  private static @Nullable CertificateFiles tls(GivenSettings given) {
    for (Setting<?> setting : List.of(Setting.TLS_KEY, Setting.TLS_PASSWORD)) {
      if (given.has(setting) && !given.has(Setting.TLS_CERTIFICATE)) {
        given.refuse(given.where(setting) + ": means nothing without tls.certificate");
      }
    }
    Path certificate = given.optional(Setting.TLS_CERTIFICATE);
    return certificate == null
        ? null
        : new CertificateFiles(
            certificate, given.optional(Setting.TLS_KEY), given.optional(Setting.TLS_PASSWORD));
  }

  private static Database.@Nullable Address database(GivenSettings given) {
    for (Setting<?> setting : List.of(Setting.DB_USER, Setting.DB_PASSWORD)) {
      if (given.has(setting) && !given.has(Setting.DB)) {
        given.refuse(given.where(setting) + ": means nothing without db");
      }
    }
    String url = given.optional(Setting.DB);
    String user = given.optional(Setting.DB_USER);
    String password = given.optional(Setting.DB_PASSWORD);
    return url == null ? null : new Database.Address(url, user, password);
  }
}
