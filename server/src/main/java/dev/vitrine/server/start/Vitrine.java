package dev.vitrine.server.start;

import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.bus.Bus;
import dev.vitrine.directory.Passwords;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.image.BlobRecovery;
import dev.vitrine.image.BlobStore;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.login.KeyRing;
import dev.vitrine.login.KeyRotation;
import dev.vitrine.login.Keys;
import dev.vitrine.login.SecretCipher;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.directory.OutdatedPolicies;
import dev.vitrine.postgres.embedded.Durability;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Schema;
import dev.vitrine.postgres.history.Retention;
import dev.vitrine.postgres.history.Seals;
import dev.vitrine.server.bus.AmqpBroker;
import dev.vitrine.server.bus.BusSettings;
import dev.vitrine.server.data.CloudsFile;
import dev.vitrine.server.data.DataDirectory;
import dev.vitrine.server.data.KeyFile;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.http.Connections;
import dev.vitrine.server.http.Descriptors;
import dev.vitrine.server.http.Gate;
import dev.vitrine.server.http.WebServer;
import dev.vitrine.server.management.RefusalAudit;
import dev.vitrine.server.settings.ListenAddress;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import dev.vitrine.server.tls.CertificateRenewal;
import dev.vitrine.server.tls.InvalidCertificateException;
import dev.vitrine.server.webhook.HttpMessenger;
import dev.vitrine.webhook.Deliveries;
import dev.vitrine.work.Worker;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The running program. Its parts start in the order of this file and stop in reverse. Parts that
 * need no database start in parallel with it.
 */
public final class Vitrine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Vitrine.class.getName());

  /** How many outdated policies a start logs. */
  private static final int MAX_LISTED = 20;

  private static final String ADMIN = "admin";

  /** Interval of the removal of expired data. */
  private static final Duration HOUSEKEEPING = Duration.ofHours(1);

  /** How long deliveries of webhooks that have ended can be listed. */
  private static final Duration DELIVERIES_KEPT = Duration.ofDays(30);

  /** How often the history is sealed. */
  private static final Duration SEALING = Duration.ofSeconds(5);

  /** How often the files of the certificate are looked at. */
  private static final Duration RENEWAL = Duration.ofSeconds(5);

  private final Parts parts = new Parts();
  private final CompletableFuture<Void> databaseLost = new CompletableFuture<>();
  private final Settings settings;
  private final List<String> tenants;
  private final @Nullable Ephemeral ephemeral;
  private final OutputStream accessLog;
  private final List<ListenAddress> addresses;
  private final URI url;
  private final CloudsFile clouds;

  private int managementPort;
  private Predicate<Duration> responsive = limit -> true;

  /** Created by this start; null if an earlier one did. */
  private Bootstrap.@Nullable Account administrator;

  private Vitrine(
      Settings settings,
      List<String> tenants,
      @Nullable Ephemeral ephemeral,
      OutputStream accessLog) {
    this.accessLog = accessLog;
    this.settings = settings;
    this.tenants = tenants;
    this.ephemeral = ephemeral;
    this.addresses = settings.listen().stream().map(ListenAddress::withActualPort).toList();
    this.url = settings.publicUrl(addresses.getFirst().port());
    this.clouds = new CloudsFile(settings.data().resolve("clouds.yaml"), settings.region());
  }

  /**
   * Starts everything; returns when the server accepts requests.
   *
   * @param tenants created at the first start, each with a cloud in {@link #clouds}
   * @param ephemeral null: an ordinary server, which keeps its data
   * @param accessLog where the access log goes; stays open
   * @throws StartFailure if it cannot start; nothing is left running
   */
  static Vitrine start(
      Settings settings,
      List<String> tenants,
      @Nullable Ephemeral ephemeral,
      OutputStream accessLog) {
    Vitrine vitrine = new Vitrine(settings, tenants, ephemeral, accessLog);
    try {
      vitrine.startParts();
      return vitrine;
    } catch (Exception e) {
      vitrine.close();
      throw e instanceof StartFailure failure ? failure : new StartFailure(reason(e), e);
    }
  }

  private void startParts() throws Exception {
    TestDouble testDouble = ephemeral == null ? null : new TestDouble();
    if (ephemeral != null) {
      parts.start("directory", () -> ephemeral, Ephemeral::remove);
    }
    Connections connections =
        new Connections(
            settings.connections().within(Descriptors.limit()), settings.trustedProxies());
    DataDirectory data = parts.start("lock", () -> DataDirectory.take(settings.data()));
    var http = parts.startAside("http", () -> vertx(connections), engine -> engine.close().await());
    var watch =
        parts.startAside("watch", () -> Watch.start(http.get(), settings, accessLog), Watch::close);
    var certificate = parts.prepareAside("certificate", () -> certificate(http.get()));
    var keys = parts.prepareAside("keys", () -> KeyFile.open(settings.keys()));
    var blobs = parts.prepareAside("blobs", () -> blobs(data.node()));
    boolean isMigrated = ephemeral != null && parts.time("template", ephemeral::prepare);
    var schema = isMigrated ? null : parts.prepareAside("schema", Schema::new);
    Database.Address where = settings.database() == null ? embedded() : settings.database();
    Database database = parts.start("connect", () -> connect(where));
    if (schema != null) {
      parts.time("migrate", () -> migrate(schema.get(), database, where));
      if (testDouble != null) {
        TestDouble.prepare(database);
      }
    }
    Thread.ofVirtual().name("fill-pool").start(database::fill);
    Passwords passwords =
        parts.start("passwords", () -> new Passwords(settings.passwordIterations()));
    parts.time("bootstrap", () -> bootstrap(database, passwords, keys.get()));
    Stores plain = Stores.in(database, watch.get().tracer());
    Stores stores = testDouble == null ? plain : testDouble.around(plain);
    BlobStore store = testDouble == null ? blobs.get() : testDouble.around(blobs.get());
    BlobRecovery recovery = new BlobRecovery(stores.images(), store);
    parts.time("recover", () -> recovered(recovery));
    parts.time("policies", () -> warnOfOutdatedPolicies(database));
    KeyRing ring = new KeyRing(keys.get());
    KeyRotation rotation =
        new KeyRotation(
            keys.get(),
            ring,
            stores.keyGenerations(),
            List.of(stores.accessKeys(), stores.webhooks()),
            settings.tokenLifetime());
    parts.time("key-ring", rotation::refresh);
    RefusalAudit refusals = parts.start("refusals", () -> new RefusalAudit(stores.refusals()));
    Watch watching = watch.get();
    JobWorkers workers =
        parts.start(
            "jobs",
            () ->
                new JobWorkers(
                    stores.jobs(),
                    settings.sharing(),
                    settings.jobWorkers(),
                    failed -> {
                      refusals.failed(failed);
                      watching.failed(failed);
                    }));
    HttpMessenger messenger =
        parts.start(
            "messenger",
            () ->
                new HttpMessenger(
                    http.get(), settings.webhooksAllow(), url.toString(), Main.version()));
    Deliveries deliveries =
        settings.webhooks()
            ? parts.start("webhooks", () -> deliveries(stores, ring, messenger))
            : null;
    BusSettings named = settings.bus();
    Bus bus = named == null ? null : parts.start("bus", () -> bus(stores, named));
    Services services =
        new Services(
            stores,
            store,
            ring,
            passwords,
            settings,
            url.toString(),
            workers::wake,
            messenger,
            deliveries == null ? () -> {} : deliveries::wake,
            watch.get().decisions(),
            testDouble == null ? InstantSource.system() : testDouble.clock());
    Gate gate =
        testDouble == null ? null : parts.time("seed", () -> begin(testDouble, database, services));
    WebServer web =
        parts.start(
            "composition",
            () ->
                Composition.open(
                    http.get(),
                    connections,
                    services,
                    settings,
                    url,
                    demoUsers(),
                    watch.get().observer(refusals),
                    watch.get().limits(),
                    watch.get()::isDraining,
                    gate),
            composed -> stop(composed, watch.get()));
    Optional<Certificate> first = certificate.get();
    parts.time("listen", () -> listen(web, first.orElse(null)));
    responsive = web::isResponsive;
    if (first.isPresent()) {
      parts.start("renewal", () -> renewal(http.get(), first.get(), web));
    }
    parts.start(
        "key-rotation",
        () ->
            new Worker(
                "key-rotation",
                KeyRotation.POLL,
                "The generations of keys cannot be read; it will be tried again in 5 seconds",
                rotation::next));
    parts.start(
        "housekeeping",
        () ->
            new Worker(
                "housekeeping",
                HOUSEKEEPING,
                "Housekeeping failed; it will be tried again in an hour",
                () -> {
                  stores.logins().sweep();
                  stores.jobs().sweep(settings.jobsKept());
                  stores.deliveries().sweep(DELIVERIES_KEPT);
                  recovery.removeLeftovers();
                  rotation.sweep();
                  return false;
                }));
    parts.start(
        "refusals-stored",
        () ->
            new Worker(
                "refusals",
                RefusalAudit.INTERVAL,
                "Refused requests of the last minute could not be stored",
                refusals::store));
    Seals seals = new Seals(database, AnchorKey.of(keys.get()));
    parts.start(
        "seals",
        () ->
            new Worker(
                "seals",
                SEALING,
                "Events of the history could not be sealed; it will be tried again in 5 seconds",
                seals::next));
    Duration historyKept = settings.historyKept();
    if (historyKept != null) {
      Retention retention = new Retention(database, AnchorKey.of(keys.get()), historyKept);
      parts.start(
          "retention",
          () ->
              new Worker(
                  "retention",
                  HOUSEKEEPING,
                  "Old events of the history could not be removed; it will be tried again in an hour",
                  retention::next));
    }
    watch.get().serving(database, workers, stores.deliveries(), deliveries, bus);
    managementPort = watch.get().port();
    if (addresses.getFirst().isWildcard() && settings.explicitPublicUrl() == null) {
      LOG.log(
          WARNING,
          "The service catalogue names {0}; set public-url if clients use another URL",
          url);
    }
  }

  private static Deliveries deliveries(Stores stores, KeyRing ring, HttpMessenger messenger) {
    return new Deliveries(
        stores.deliveries(), stores.webhooks(), new SecretCipher(ring), messenger);
  }

  private Bus bus(Stores stores, BusSettings named) {
    try {
      return new Bus(stores.bus(), new AmqpBroker(named, "image." + url.getHost()));
    } catch (InvalidCertificateException e) {
      throw new StartFailure("bus.ca cannot be used: " + e.getMessage(), e);
    }
  }

  private Gate begin(TestDouble testDouble, Database database, Services services) {
    return testDouble.begin(
        database,
        services,
        Objects.requireNonNull(administrator, "an ephemeral server has just created it"),
        Objects.requireNonNull(ephemeral).seed(),
        made -> clouds.add(made, url));
  }

  /** For the login page of the console: the demo tenants and the administrator beside them. */
  private List<String> demoUsers() {
    return tenants.isEmpty()
        ? List.of()
        : Stream.concat(
                tenants.stream().map(tenant -> tenant + "/" + tenant),
                Stream.of(ADMIN + "/Default"))
            .toList();
  }

  private static boolean recovered(BlobRecovery recovery) {
    recovery.recover();
    return true;
  }

  private boolean bootstrap(Database database, Passwords passwords, Keys keys) {
    Bootstrap bootstrap = new Bootstrap(database, passwords);
    if (!bootstrap.accepts(keys)) {
      throw new StartFailure(
          "The keys in %s are not those of this database: put there the file of a node that runs on it"
              .formatted(settings.keys()));
    }
    clouds.moveTo(url);
    bootstrap.run(
        tenants,
        settings.region(),
        settings.administratorMustChange(),
        made -> {
          clouds.add(made, url);
          made.stream()
              .filter(account -> account.user().equals(ADMIN))
              .findAny()
              .ifPresent(account -> administrator = account);
        });
    if (!clouds.has(ADMIN)) {
      LOG.log(
          WARNING,
          "{0} has no cloud admin: the node that was the first on this database has it",
          clouds.path());
    }
    return true;
  }

  /** Outdated policies stay valid (ruling 33); this only warns. */
  private static int warnOfOutdatedPolicies(Database database) {
    List<OutdatedPolicies.Outdated> outdated = OutdatedPolicies.in(database);
    outdated.stream()
        .limit(MAX_LISTED)
        .forEach(
            one ->
                LOG.log(
                    WARNING,
                    "Custom policy {0}. New policies of this kind are refused; this one stays in effect",
                    one));
    if (outdated.size() > MAX_LISTED) {
      LOG.log(WARNING, "... and {0} more custom policies", outdated.size() - MAX_LISTED);
    }
    return outdated.size();
  }

  private static Vertx vertx(Connections connections) {
    return connections.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  private Database.Address embedded() throws Exception {
    Path home = settings.data().resolve("postgres");
    Durability durability = ephemeral == null ? Durability.DURABLE : Durability.EPHEMERAL;
    EmbeddedPostgres postgres =
        parts.start("database", () -> EmbeddedPostgres.start(home, durability));
    var _ = postgres.onExit().thenRun(() -> databaseLost.complete(null));
    Database.Address address =
        new Database.Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
    return ephemeral == null ? address : TestDouble.address(address);
  }

  private FileBlobs blobs(String node) {
    try {
      return new FileBlobs(settings.blobs(), node, settings.blobsReserve().bytes());
    } catch (IOException e) {
      throw new StartFailure(
          "The directory of images, %s (blobs), cannot be used: %s".formatted(settings.blobs(), e),
          e);
    }
  }

  private Database connect(Database.Address store) {
    try {
      Database database = Database.open(store, settings.databaseConnections());
      database.warnOfConnectionLimit();
      return database;
    } catch (RuntimeException e) {
      throw new StartFailure(
          "The database at %s cannot be used: %s".formatted(store, reason(e)), e);
    }
  }

  private static int migrate(Schema schema, Database database, Database.Address where) {
    try {
      return schema.migrate(database);
    } catch (IllegalStateException e) {
      throw new StartFailure(
          "The database at %s cannot be used: %s".formatted(where, e.getMessage()), e);
    }
  }

  private Optional<Certificate> certificate(Vertx vertx) {
    Optional<Certificate> read;
    try {
      read = Optional.ofNullable(settings.tls()).map(files -> Certificate.read(vertx, files));
    } catch (InvalidCertificateException e) {
      throw new StartFailure("TLS cannot be used: " + e.getMessage(), e);
    }
    read.filter(certificate -> certificate.expires().isBefore(Instant.now()))
        .ifPresent(
            certificate ->
                LOG.log(
                    WARNING,
                    "The certificate of {0} expired at {1}",
                    certificate.subject(),
                    certificate.expires()));
    return read;
  }

  private CertificateRenewal renewal(Vertx vertx, Certificate current, WebServer web) {
    CertificateFiles files = Objects.requireNonNull(settings.tls());
    return new CertificateRenewal(vertx, files, current, RENEWAL, web::renew);
  }

  private int listen(WebServer web, @Nullable Certificate certificate) throws Exception {
    for (ListenAddress address : addresses) {
      listen(web, address, certificate);
    }
    return addresses.size();
  }

  private static void listen(
      WebServer web, ListenAddress address, @Nullable Certificate certificate) throws Exception {
    try {
      int loops = Runtime.getRuntime().availableProcessors();
      web.listen(address.host(), address.port(), loops, certificate);
    } catch (ExecutionException e) {
      String hint =
          e.getCause() instanceof BindException
              ? "; stop what has it, or choose another with --listen"
              : "";
      throw new StartFailure("Cannot listen on %s: %s%s".formatted(address, reason(e), hint), e);
    }
  }

  private void stop(WebServer web, Watch watch) throws InterruptedException {
    watch.draining();
    web.endConnections(settings.shutdownGrace().toSeconds());
    Thread.sleep(settings.shutdownDelay());
    web.drain(settings.shutdownGrace().toSeconds());
    web.close();
  }

  /** The innermost cause, which explains the failure. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** The server's URL for clients. */
  URI url() {
    return url;
  }

  /** The port of the management listener; 0: none. */
  int managementPort() {
    return managementPort;
  }

  /** The path of {@code clouds.yaml}. */
  Path clouds() {
    return clouds.path();
  }

  /** How long each part took to start. */
  String times() {
    return parts.times();
  }

  /** Whether it does something within this time; not whether it is ready, or its database is. */
  boolean isResponsive(Duration limit) {
    return responsive.test(limit);
  }

  /** Completes when the embedded database ends, also at an ordinary stop. */
  CompletableFuture<Void> databaseLost() {
    return databaseLost;
  }

  @Override
  public void close() {
    parts.close();
  }
}
