package dev.vitrine.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vitrine.directory.LoginThrottle;
import dev.vitrine.directory.PasswordRules;
import dev.vitrine.image.Inspect;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.job.Jobs;
import dev.vitrine.login.RequestSignature;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.server.bus.BusAddress;
import dev.vitrine.server.bus.BusSettings;
import dev.vitrine.server.http.Connections;
import dev.vitrine.server.http.Network;
import dev.vitrine.server.http.Rate;
import dev.vitrine.server.http.TrustedProxies;
import dev.vitrine.server.tls.CertificateFiles;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final List<String> REQUIRED =
      List.of("--listen", "127.0.0.1:9292", "--data", "/srv/vitrine");

  @TempDir Path folder;

  private static Settings read(String... more) throws SettingsRefused {
    return read(Map.of(), more);
  }

  private static Settings read(Map<String, String> environment, String... more)
      throws SettingsRefused {
    List<String> options = new ArrayList<>(REQUIRED);
    options.addAll(List.of(more));
    return Settings.read(options, environment, Map.of());
  }

  private static List<String> problems(Map<String, String> environment, String... more) {
    return refused(() -> read(environment, more));
  }

  private static List<String> refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
    return catchThrowableOfType(SettingsRefused.class, read).problems();
  }

  @Test
  void everythingHasADefaultButListenAndData() throws SettingsRefused {
    assertThat(read())
        .isEqualTo(
            new Settings(
                List.of(new ListenAddress("127.0.0.1", 9292)),
                Path.of("/srv/vitrine"),
                null,
                10,
                null,
                null,
                TrustedProxies.NONE,
                true,
                Path.of("/srv/vitrine/blobs"),
                new DataSize(256 << 20),
                Path.of("/srv/vitrine/keys"),
                "RegionOne",
                Duration.ofHours(24),
                new PasswordRules(8, true),
                210_000,
                false,
                Set.of(),
                new LoginThrottle.Limits(5, 100),
                new Sharing.Rules(Consent.GLANCE, 128, 10, true, false, NativeApi.GLANCE),
                Inspect.STRICT,
                ProjectQuotas.NONE,
                new Jobs.Limits(100, 128),
                2,
                Duration.ofDays(30),
                true,
                List.of(),
                null,
                null,
                new DataSize(1 << 20),
                new DataSize(4 << 10),
                Duration.ofMinutes(5),
                new Connections.Limits(2_500, 500),
                null,
                null,
                Duration.ZERO,
                Duration.ofSeconds(30),
                null,
                null,
                null,
                Setting.AccessLines.OFF,
                Level.INFO));
  }

  private static final Map<String, String> ALL_SET = allSet();

  private static Map<String, String> allSet() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("listen", "[::1]:80,10.0.0.1:80");
    values.put("data", "/d");
    values.put("db", "jdbc:postgresql://db.example.org/vitrine");
    values.put("db.user", "u");
    values.put("db.password", "p");
    values.put("db.connections", "3");
    values.put("public-url", "https://images.example.org");
    values.put("tls.certificate", "/c.pem");
    values.put("tls.key", "/c.key");
    values.put("tls.password", "s");
    values.put("trusted-proxies", "10.1.0.0/16, 2001:db8::7");
    values.put("trusted-proxies.header", "forwarded");
    values.put("blobs", "/b");
    values.put("blobs.reserve", "0B");
    values.put("keys", "/k");
    values.put("region", "north");
    values.put("token.lifetime", "30m");
    values.put("password.min-length", "12");
    values.put("password.common", "allow");
    values.put("password.iterations", "600000");
    values.put("admin.must-change", "true");
    values.put("signature.require", "project,host");
    values.put("login.failures", "0");
    values.put("login.address-failures", "9");
    values.put("sharing.consent", "strict");
    values.put("sharing.members", "any");
    values.put("sharing.max-members", "-1");
    values.put("sharing.max-members-whole-image", "5");
    values.put("sharing.encrypted", "allow");
    values.put("images.inspect", "warn");
    values.put("native", "ims");
    values.put("quota.images", "100");
    values.put("quota.bytes", "2TiB");
    values.put("batch.max-images", "7");
    values.put("batch.max-members", "8");
    values.put("jobs.workers", "0");
    values.put("jobs.kept", "3d");
    values.put("webhooks", "off");
    values.put("webhooks.allow", "10.2.0.0/16");
    values.put("bus.url", "amqps://a,b:7/cloud");
    values.put("bus.ca", "/ca.pem");
    values.put("bus.user", "n");
    values.put("bus.password", "q");
    values.put("bus.exchange", "images");
    values.put("bus.topic", "events");
    values.put("bus.queues", "quorum");
    values.put("history.kept", "365d");
    values.put("http.max-body", "64KiB");
    values.put("http.min-rate", "0B");
    values.put("http.idle", "10s");
    values.put("connections.max", "30");
    values.put("connections.per-address", "20");
    values.put("rate.address", "600/m");
    values.put("rate.caller", "7/s");
    values.put("console", "off");
    values.put("shutdown.delay", "4s");
    values.put("shutdown.grace", "5s");
    values.put("management.listen", "127.0.0.1:9293");
    values.put("management.min-free", "1GiB");
    values.put("healthcheck.disable-by-file", "/off");
    values.put("traces.endpoint", "http://127.0.0.1:4318/v1/traces");
    values.put("traces.sample", "0.01");
    values.put("access-log", "json");
    values.put("log.level", "debug");
    return values;
  }

  private static final Settings ALL_READ =
      new Settings(
          List.of(new ListenAddress("::1", 80), new ListenAddress("10.0.0.1", 80)),
          Path.of("/d"),
          new Database.Address("jdbc:postgresql://db.example.org/vitrine", "u", "p"),
          3,
          URI.create("https://images.example.org"),
          new CertificateFiles(Path.of("/c.pem"), Path.of("/c.key"), "s"),
          new TrustedProxies(
              List.of(Network.parse("10.1.0.0/16"), Network.parse("2001:db8::7")),
              TrustedProxies.Header.FORWARDED),
          false,
          Path.of("/b"),
          new DataSize(0),
          Path.of("/k"),
          "north",
          Duration.ofMinutes(30),
          new PasswordRules(12, false),
          600_000,
          true,
          Set.of(RequestSignature.Required.HOST, RequestSignature.Required.PROJECT),
          new LoginThrottle.Limits(0, 9),
          new Sharing.Rules(Consent.STRICT, -1, 5, false, true, NativeApi.IMS),
          Inspect.WARN,
          new ProjectQuotas(OptionalLong.of(100), OptionalLong.of(2L << 40)),
          new Jobs.Limits(7, 8),
          0,
          Duration.ofDays(3),
          false,
          List.of(Network.parse("10.2.0.0/16")),
          new BusSettings(
              new BusAddress(
                  true,
                  List.of(new BusAddress.Host("a", 5671), new BusAddress.Host("b", 7)),
                  "cloud"),
              Path.of("/ca.pem"),
              "n",
              "q",
              "images",
              "events",
              BusSettings.Queues.QUORUM),
          Duration.ofDays(365),
          new DataSize(64 << 10),
          new DataSize(0),
          Duration.ofSeconds(10),
          new Connections.Limits(30, 20),
          new Rate(600, Duration.ofMinutes(1)),
          new Rate(7, Duration.ofSeconds(1)),
          Duration.ofSeconds(4),
          Duration.ofSeconds(5),
          new Settings.Management(
              new ListenAddress("127.0.0.1", 9293), true, new DataSize(1 << 30)),
          new Settings.Traces(URI.create("http://127.0.0.1:4318/v1/traces"), 0.01),
          Path.of("/off"),
          Setting.AccessLines.JSON,
          Level.DEBUG);

  @Test
  void eachIsReadFromAnOption() throws SettingsRefused {
    List<String> apart = new ArrayList<>();
    List<String> joined = new ArrayList<>();
    ALL_SET.forEach(
        (name, value) -> {
          apart.addAll(List.of("--" + name, value));
          joined.add("--" + name + "=" + value);
        });

    assertThat(Settings.read(apart, Map.of(), Map.of())).isEqualTo(ALL_READ);
    assertThat(Settings.read(joined, Map.of(), Map.of())).isEqualTo(ALL_READ);
  }

  @Test
  void eachIsReadFromAVariable() throws SettingsRefused {
    Map<String, String> environment = new HashMap<>();
    ALL_SET.forEach(
        (name, value) ->
            environment.put(
                "VITRINE_" + name.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"),
                value));

    assertThat(Settings.read(List.of(), environment, Map.of())).isEqualTo(ALL_READ);
  }

  @Test
  void eachIsReadFromTheFile() throws Exception {
    Path file = write("all.properties", ALL_SET);

    assertThat(Settings.read(List.of("--config", file.toString()), Map.of(), Map.of()))
        .isEqualTo(ALL_READ);
    assertThat(Settings.read(List.of(), Map.of("VITRINE_CONFIG", file.toString()), Map.of()))
        .isEqualTo(ALL_READ);
  }

  @Test
  void everySettingIsTestedAbove() {
    assertThat(Setting.ALL)
        .extracting(Setting::name)
        .containsExactlyInAnyOrderElementsOf(
            java.util.stream.Stream.concat(
                    ALL_SET.keySet().stream(), java.util.stream.Stream.of("config"))
                .toList());
    assertThat(Setting.ALL).extracting(Setting::variable).doesNotHaveDuplicates();
  }

  @Test
  void anOptionComesBeforeAVariableBeforeTheFileBeforeWhatTheCommandSets() throws Exception {
    Path file = write("vitrine.properties", Map.of("region", "file"));
    List<String> options = List.of("--listen", "localhost:1", "--data", folder.toString());
    Map<Setting<?>, String> fallbacks = Map.of(Setting.REGION, "command");
    Map<String, String> environment = Map.of("VITRINE_REGION", "variable");
    List<String> withRegion = new ArrayList<>(options);
    withRegion.add("--region=option");

    assertThat(Settings.read(withRegion, environment, fallbacks).region()).isEqualTo("option");
    assertThat(Settings.read(options, environment, fallbacks).region()).isEqualTo("variable");
    assertThat(Settings.read(options, Map.of(), fallbacks).region()).isEqualTo("file");
    Files.delete(file);
    assertThat(Settings.read(options, Map.of(), fallbacks).region()).isEqualTo("command");
  }

  @Test
  void allProblemsAreToldAtOnceEachWithWhereItCameFrom() throws Exception {
    Path file =
        write("vitrine.properties", Map.of("sharing.consnet", "strict", "http.max-body", "big"));

    assertThat(
            refused(
                () ->
                    Settings.read(
                        List.of(
                            "--data",
                            folder.toString(),
                            "--sharing.membrs=any",
                            "--port=80",
                            "up",
                            "--keys"),
                        Map.of("VITRINE_TOKEN_LIFETIM", "1h", "VITRINE_DB_USER", "u"),
                        Map.of())))
        .containsExactlyInAnyOrder(
            "--sharing.membrs: no such setting; did you mean sharing.members?",
            "--port: no such setting; did you mean listen?",
            "up: not an option; options start with --",
            "--keys: needs a value, a path",
            "VITRINE_TOKEN_LIFETIM: no such setting; did you mean VITRINE_TOKEN_LIFETIME?",
            "VITRINE_DB_USER: means nothing without db",
            "sharing.consnet in " + file + ": no such setting; did you mean sharing.consent?",
            "http.max-body in "
                + file
                + ": must be an amount of data, such as 64KiB or 1MiB, below 2GiB, not 'big'",
            "--listen: missing; addresses to listen on, HOST:PORT, with commas between them; port 0: any free port");
  }

  @Test
  void whatIsNothingLikeASettingIsNotGuessed() {
    assertThat(problems(Map.of(), "--quotas=1")).containsExactly("--quotas: no such setting");
  }

  /** As if these settings had just got their names. */
  private static final SettingNames RENAMED =
      new SettingNames(
          Setting.ALL,
          Map.of("members.max", Setting.SHARING_MAX_MEMBERS, "catalogue.region", Setting.REGION));

  private List<String> problemsOfFormerNames(Map<String, String> environment, String... more) {
    List<String> options = new ArrayList<>(List.of("--listen=localhost:1", "--data=" + folder));
    options.addAll(List.of(more));
    return refused(() -> Settings.read(options, environment, Map.of(), RENAMED));
  }

  @Test
  void aFormerNameIsRefusedWithThePresentOneAsAnOption() {
    assertThat(problemsOfFormerNames(Map.of(), "--members.max", "3", "--catalogue.region=north"))
        .containsExactly(
            "--members.max: this setting is now called sharing.max-members",
            "--catalogue.region: this setting is now called region");
  }

  @Test
  void aFormerNameIsRefusedWithThePresentOneAsAVariable() {
    assertThat(problemsOfFormerNames(Map.of("VITRINE_MEMBERS_MAX", "3")))
        .containsExactly(
            "VITRINE_MEMBERS_MAX: this setting is now called VITRINE_SHARING_MAX_MEMBERS");
  }

  @Test
  void aFormerNameIsRefusedWithThePresentOneInTheFile() throws IOException {
    Path file = write("vitrine.properties", Map.of("catalogue.region", "north"));

    assertThat(problemsOfFormerNames(Map.of()))
        .containsExactly("catalogue.region in " + file + ": this setting is now called region");
  }

  @Test
  void aPresentNameIsNoFormerOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SettingNames(Setting.ALL, Map.of("region", Setting.NATIVE)));
    assertThat(SettingNames.ALL.settings()).containsAll(SettingNames.ALL.renamed().values());
  }

  @Test
  void theHelpShowsEachSettingUnderItsOwner() {
    List<String> lines = Help.text().lines().toList();

    assertThat(lines).containsSubsequence("Listening", "Data", "Database", "Log");
    assertThat(lines.stream().filter(line -> line.matches(" *--[a-z].*")))
        .extracting(line -> line.strip().split(" ", -1)[0])
        .containsExactlyElementsOf(
            Setting.ALL.stream().map(setting -> "--" + setting.name()).toList());
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    assertThat(Help.text()).doesNotContain("`");
  }

  @Test
  void anOptionIsGivenOnce() {
    assertThat(problems(Map.of(), "--listen=localhost:2")).containsExactly("--listen: given twice");
  }

  @Test
  void aNamedFileMustExist() {
    assertThat(problems(Map.of(), "--config=/no/such"))
        .containsExactly("--config: there is no file /no/such");
  }

  @ParameterizedTest
  @CsvSource({
    "listen, 9292",
    "listen, localhost:",
    "listen, localhost:70000",
    "listen, ::1:9292",
    "db.connections, 0",
    "public-url, ftp://example.org",
    "public-url, https://example.org/images",
    "public-url, https://user@example.org",
    "public-url, example.org",
    "public-url, 'https://exa mple.org'",
    "password.iterations, 999",
    "password.iterations, 5000001",
    "token.lifetime, 24",
    "token.lifetime, 0h",
    "token.lifetime, 24 hours",
    "sharing.members, some",
    "sharing.max-members, many",
    "shutdown.delay, 61m",
    "http.max-body, 1MB",
    "http.max-body, 3GiB",
    "log.level, all",
    "region, ' '",
    "rate.caller, 100",
    "rate.caller, 0/s",
    "rate.address, 1/d",
    "rate.address, 1.5/s",
    "trusted-proxies, proxy.example.org",
    "trusted-proxies, '10.0.0.0/8,'",
    "trusted-proxies, 10.0.0.1/8",
  })
  void malformedValuesAreRefused(String name, String value) {
    Map<String, String> environment =
        Map.of(SettingNames.ALL.named(name).orElseThrow().variable(), value);

    List<String> problems =
        refused(
            () ->
                Settings.read(
                    name.equals("listen") ? List.of("--data=/d") : REQUIRED,
                    environment,
                    Map.of()));

    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith(environment.keySet().iterator().next() + ": must be ")
        .endsWith(", not '" + value + "'");
  }

  /** Vert.x would serve both on one socket, and choose one of them for each connection. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9292", "0.0.0.0:9292", "[::]:9292"})
  void operatorsAndClientsHaveDifferentAddresses(String management) {
    assertThat(problems(Map.of(), "--management.listen", management))
        .containsExactly(
            "--management.listen: %s is an address of listen already; give another one, or off"
                .formatted(management));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9293", "127.0.0.2:9292", "127.0.0.1:0", "off"})
  void anotherAddressIsFreeForOperators(String management) throws SettingsRefused {
    assertThat(read("--management.listen", management).listen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.org/", "http://example.org:8080", "http://[::1]:80"})
  void aPublicUrlIsAnOrigin(String url) throws SettingsRefused {
    assertThat(read("--public-url", url).publicUrl(9292).toString() + "/").startsWith(url);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, http://127.0.0.1:9292",
    "0.0.0.0:0, http://localhost:9292",
    "[::]:0, http://localhost:9292",
    "[::1]:0, http://[::1]:9292",
    "images.example.org:0, http://images.example.org:9292",
  })
  void thePublicUrlFollowsFromWhereItListens(String listen, String url) throws SettingsRefused {
    Settings settings = Settings.read(List.of("--listen", listen, "--data=/d"), Map.of(), Map.of());

    assertThat(settings.publicUrl(9292)).isEqualTo(URI.create(url));
  }

  @Test
  void thePublicUrlFollowsTheFirstAddressAndTls() throws SettingsRefused {
    Settings settings =
        Settings.read(
            List.of(
                "--listen=10.0.0.1:0,[::1]:9293",
                "--data=/d",
                "--tls.certificate=/c.p12",
                "--tls.password=s"),
            Map.of(),
            Map.of());
    assertThat(settings.publicUrl(9292)).isEqualTo(URI.create("https://10.0.0.1:9292"));
  }

  @Test
  void aHeaderOfProxiesNeedsProxies() {
    assertThat(problems(Map.of(), "--trusted-proxies.header=forwarded"))
        .containsExactly("--trusted-proxies.header: means nothing without trusted-proxies");
  }

  @Test
  void aConnectionIsNotIdleTooSoon() {
    assertThat(problems(Map.of(), "--http.idle=9s"))
        .containsExactly(
            "--http.idle: must be at least 10s, because a connection is idle, too, while its answer is prepared");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls.key=/k", "--tls.password=s"})
  void aKeyNeedsItsCertificate(String option) {
    assertThat(refused(() -> read(option)))
        .singleElement()
        .asString()
        .endsWith(": means nothing without tls.certificate");
  }

  @Test
  void noRuleRefusesThePasswordsThatVitrineMakes() {
    assertThat(
            refused(
                () ->
                    Settings.read(
                        List.of("--listen=localhost:1", "--data=/d", "--password.min-length=21"),
                        Map.of(),
                        Map.of())))
        .containsExactly(
            "--password.min-length: at most 20, the length of the passwords that Vitrine makes");
  }

  @Test
  void secretsAreNeverPrinted() throws SettingsRefused {
    assertThat(problems(Map.of("VITRINE_DB", "jdbc:mysql://u:hush@h/d")).toString())
        .contains("jdbc:postgresql:")
        .doesNotContain("hush");
    assertThat(
            read(
                    "--db=jdbc:postgresql://h/d?password=hush",
                    "--db.user=u",
                    "--db.password=quiet",
                    "--tls.certificate=/c.p12",
                    "--tls.password=silent",
                    "--bus.url=amqp://h",
                    "--bus.user=u",
                    "--bus.password=still")
                .toString())
        .doesNotContain("hush", "quiet", "silent", "still");
    assertThat(
            problems(Map.of(), "--bus.url=amqp://u:hush@h", "--bus.user=u", "--bus.password=p")
                .toString())
        .contains("user and password have settings of their own")
        .doesNotContain("hush");
  }

  @Test
  void theBusIsNamedWhollyOrNotAtAll() {
    assertThat(problems(Map.of("VITRINE_BUS_PASSWORD", "p"), "--bus.queues=durable", "--bus.ca=/c"))
        .containsExactlyInAnyOrder(
            "VITRINE_BUS_PASSWORD: means nothing without bus.url",
            "--bus.ca: means nothing without bus.url",
            "--bus.queues: means nothing without bus.url");
    assertThat(
            problems(
                Map.of(),
                "--bus.url=amqp://h",
                "--bus.ca=/ca.pem",
                "--bus.user=u",
                "--bus.password=p"))
        .containsExactly("--bus.ca: means nothing with amqp:// in bus.url");
    assertThat(problems(Map.of(), "--bus.url=amqp://h"))
        .containsExactlyInAnyOrder(
            "--bus.user: missing; user of the bus",
            "--bus.password: missing; password of that user; better in a variable or the file, as db.password");
  }

  private Path write(String name, Map<String, String> values) throws IOException {
    Path file = folder.resolve(name);
    List<String> lines = new ArrayList<>();
    values.forEach((key, value) -> lines.add(key + " = " + value));
    return Files.write(file, lines);
  }

  /** Outgoing connections get higher ones, and one could have it before the server listens. */
  @Test
  void aChosenPortIsNoneOfAnOutgoingConnection() {
    for (int i = 0; i < 20; i++) {
      assertThat(ListenAddress.parse("127.0.0.1:0").withActualPort().port())
          .isBetween(20_000, 32_767);
    }
  }
}
