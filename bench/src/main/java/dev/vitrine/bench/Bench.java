package dev.vitrine.bench;

import dev.vitrine.bench.Options.Chapter;
import dev.vitrine.client.Login;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.postgres.engine.Database.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code ./vitrine bench}: every figure of {@code docs/performance.md}, in one run. */
public final class Bench {
  private final Path home;
  private final Options options;
  private final Report report;
  private final Lab lab;
  private final List<Server> servers = new ArrayList<>();

  private Bench(Path home, Options options, Report report, Lab lab) {
    this.home = home;
    this.options = options;
    this.report = report;
    this.lab = lab;
  }

  /** Runs the benchmark; the exit code says whether it ran, not whether bars were reached. */
  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    if (given.contains("--help") || given.contains("-h")) {
      System.out.println(Options.HELP);
      return;
    }
    Path home = Path.of(System.getProperty("vitrine.home", "."));
    try {
      if (!given.isEmpty() && given.getFirst().equals("seed")) {
        seed(Options.parse(given.subList(1, given.size()), home));
        return;
      }
      Options options = Options.parse(given, home);
      Report report = new Report(options.out(), machine());
      try (Lab lab = new Lab(home, options.database())) {
        new Bench(home, options, report, lab).run();
      }
    } catch (IllegalArgumentException e) {
      System.err.println("vitrine bench: " + e.getMessage() + "; see --help");
      System.exit(2);
    } catch (IllegalStateException | UncheckedIOException | RequestFailed e) {
      System.err.println("vitrine bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void seed(Options options) {
    Address database = options.database();
    if (database == null) {
      throw new IllegalArgumentException("seed takes --db");
    }
    long begin = System.nanoTime();
    Seeder seeder = new Seeder(database);
    seeder.spread(options.memberships());
    System.out.printf(
        "%,d images and %,d memberships are there, after %.0f s%n",
        seeder.number("select count(*) from image"),
        seeder.number("select count(*) from image_member"),
        (System.nanoTime() - begin) / 1e9);
  }

  private void run() throws IOException {
    // Log in first, so that an unreachable server fails at once.
    Server other = options.against() == null ? null : other(options.against());
    if (has(Chapter.STARTS)) {
      try (Lab another = new Lab(home, null)) {
        Starts.measure(options, report, another);
      }
    }
    Server ours = ours();
    servers.add(ours);
    if (!isOwn()) {
      report.progress(
          "limit, nodes, floods, receivers and growth take a database of the benchmark's own: left out");
    }
    if (other != null) {
      servers.add(other);
    }
    if (has(Chapter.REQUESTS)) {
      Requests requests = new Requests(options, report);
      requests.measure(servers);
      if (has(Chapter.LIMIT) && isOwn()) {
        Limit.measure(options, report, lab, requests, ours);
      }
    }
    if (has(Chapter.LOGINS)) {
      Logins.measure(options, report, servers);
    }
    if (has(Chapter.BATCH)) {
      Batch.measure(options, report, servers);
    }
    if (has(Chapter.BYTES)) {
      Bytes.measure(options, report, lab, servers);
    }
    if (has(Chapter.NODES) && isOwn()) {
      Nodes.measure(options, report, lab, ours);
    }
    if (has(Chapter.FLOODS) && isOwn()) {
      Floods.measure(options, report, lab);
    }
    if (has(Chapter.RECEIVERS) && isOwn()) {
      try (Lab another = new Lab(home, null)) {
        HostileReceivers.measure(options, report, another);
      }
    }
    if (has(Chapter.GROWTH) && isOwn()) {
      try (Lab another = new Lab(home, null)) {
        Growth.measure(options, report, another);
      }
    }
    report.end();
  }

  private boolean has(Chapter chapter) {
    return options.chapters().contains(chapter);
  }

  /** Whether we started the server: only then do we know its database. */
  private boolean isOwn() {
    return options.clouds() == null;
  }

  private Server ours() {
    Path clouds = options.clouds();
    if (clouds == null) {
      report.progress("starting a Vitrine");
      clouds = lab.first().data().resolve("clouds.yaml");
    }
    return Server.at("vitrine", Lab.login(clouds, "alice"), Lab.login(clouds, "bob"));
  }

  private static Server other(URI identity) {
    return Server.at("other", login(identity, "alice"), login(identity, "bob"));
  }

  private static Login login(URI identity, String name) {
    return new Login(identity, name, name + "-pass", "Default", name + "-project");
  }

  private static Map<String, String> machine() throws IOException {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put("processor", first("/proc/cpuinfo", "model name"));
    machine.put("memory", first("/proc/meminfo", "MemTotal"));
    machine.put("kernel", System.getProperty("os.version"));
    machine.put("java", System.getProperty("java.vm.version"));
    machine.put(
        "vitrine",
        Objects.requireNonNullElse(
            Bench.class.getPackage().getImplementationVersion(), "of an unpackaged build"));
    return machine;
  }

  private static String first(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .orElse("unknown");
  }
}
