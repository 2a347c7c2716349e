package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.bench.HotStatements.Statement;
import dev.vitrine.client.Session;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The limits of the machine: the HTTP stack with constant answers of the same size, and the
 * database alone with the same statements.
 */
final class Limit {
  private static final double SHARE = 0.6;

  private final Options options;
  private final Report report;
  private final Table table =
      new Table(
          "The limit, requests/s",
          "work",
          "bytes",
          "constant (a)",
          "pgbench (b)",
          "(b) batched reads",
          "a and b, 1 / (1/a + 1/b)",
          "the same, batched reads",
          "measured",
          "share",
          "share, batched reads");

  private Limit(Options options, Report report) {
    this.options = options;
    this.report = report;
  }

  static void measure(Options options, Report report, Lab lab, Requests requests, Server server)
      throws IOException {
    Limit limit = new Limit(options, report);
    Stage stage = server.stage();
    Pgbench pgbench = new Pgbench(lab.database(), lab.folder("pgbench.sql"), options);
    int port = freePort();
    Process constant = start(port);
    try {
      Map<Scenario, Reads> reads = statements(lab, stage);
      reads.keySet().retainAll(options.work());
      for (var read : reads.entrySet()) {
        limit.measure(
            read.getKey(),
            port,
            pgbench.best(read.getValue().single()),
            pgbench.best(read.getValue().batch()),
            requests.best(server, read.getKey()));
      }
    } finally {
      constant.destroy();
    }
    report.add(limit.table);
  }

  /** A statement, and its largest batch. */
  private record Reads(Statement single, Statement batch) {}

  private void measure(
      Scenario scenario, int port, OptionalDouble single, OptionalDouble batch, Load.Result ours) {
    report.progress("limit: %s".formatted(scenario));
    int bytes = (int) (ours.bytes() / ours.requests());
    double constant = constant(port, bytes);
    String what = scenario + ": share of the limit";
    if (single.isEmpty() || batch.isEmpty()) {
      table.add(scenario, bytes, constant, null, null, null, null, ours.rate(), null, null);
      report.judge(what, ">= 0.6", null, null);
      return;
    }
    double perStatement = single.getAsDouble();
    double batched = batch.getAsDouble();
    double limit = both(constant, perStatement);
    double limitOfBatched = both(constant, batched);
    double share = ours.rate() / limit;
    double shareOfBatched = ours.rate() / limitOfBatched;
    table.add(
        scenario,
        bytes,
        constant,
        perStatement,
        batched,
        limit,
        limitOfBatched,
        ours.rate(),
        share,
        shareOfBatched);
    report.judge(what, ">= 0.6", share, share >= SHARE);
    report.judge(what + ", batched reads", ">= 0.6", shareOfBatched, shareOfBatched >= SHARE);
  }

  private static double both(double first, double second) {
    return 1 / (1 / first + 1 / second);
  }

  private double constant(int port, int bytes) {
    List<URI> node = List.of(URI.create("http://127.0.0.1:" + port));
    byte[] request = Load.request("GET", "/" + bytes, null, null);
    Load.drive(node, 16, Duration.ofSeconds(Math.min(options.warm(), 5)), (c, n) -> request);
    double best = 0;
    for (int connections : options.connections()) {
      Duration time = Duration.ofMillis(options.seconds() * 500L);
      best = Math.max(best, Load.drive(node, connections, time, (c, n) -> request).rate());
    }
    return best;
  }

  private static Map<Scenario, Reads> statements(Lab lab, Stage stage) {
    ImageId image = Objects.requireNonNull(ImageId.of(stage.image()));
    Map<Scenario, Reads> statements = new EnumMap<>(Scenario.class);
    Caller owner = caller(stage.owner());
    try (Database database = Database.open(lab.database(), 1)) {
      HotStatements hot = new HotStatements(database);
      Statement list = hot.acceptedImages(caller(stage.consumer()), 25);
      statements.put(Scenario.LIST, new Reads(list, hot.batchOfLists(list)));
      Map.of(
              Scenario.MEMBERS, hot.members(owner, image, 1000),
              Scenario.MEMBER, hot.member(owner, image, stage.consumer().project()),
              Scenario.SHOW, hot.image(owner, image))
          .forEach((work, single) -> statements.put(work, new Reads(single, hot.batch(single))));
    }
    return statements;
  }

  private static Caller caller(Session session) {
    return new Caller(
        new UserId(session.user()),
        new Caller.Scope.InProject(new ProjectId(session.project())),
        session.auditId(),
        session.issuedAt(),
        session.issuedAt().plus(Duration.ofDays(1)),
        List.of("password"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Uses the same JVM and options as the server. */
  private static Process start(int port) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("vitrine.home"), "server", "jvm.options"),
                "-classpath",
                System.getProperty("java.class.path"),
                ConstantServer.class.getName(),
                Integer.toString(port))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said = process.inputReader(UTF_8);
    if (said.readLine() == null) {
      throw new IllegalStateException("the server of constant answers does not start");
    }
    return process;
  }
}
