package dev.vitrine.bench;

import dev.vitrine.bench.Server.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures the seven requests, each on every server in turn. */
final class Requests {
  private static final double DISTURBED = 0.3;

  private final Options options;
  private final Report report;
  private final List<Tried> all = new ArrayList<>();
  private final Table tries =
      new Table(
          "Requests, every try",
          "work",
          "server",
          "connections",
          "try",
          "requests/s",
          "p50 ms",
          "p99 ms",
          "CPU server ms",
          "CPU database ms",
          "RSS MiB",
          "disturbed by cores",
          "failures");

  private record Tried(Server server, Scenario scenario, Run run) {}

  /** A server and its test data. */
  private record Subject(Server server, Stage stage) {}

  Requests(Options options, Report report) {
    this.options = options;
    this.report = report;
  }

  /**
   * Measures the servers, and compares the first with the bar and with the second.
   *
   * @param servers ours, and the other one if there is one
   */
  void measure(List<Server> servers) {
    List<Subject> subjects = new ArrayList<>();
    for (Server server : servers) {
      report.progress("%s: images and members".formatted(server.name()));
      subjects.add(new Subject(server, server.stage()));
    }
    for (Scenario scenario : options.work()) {
      for (int i = 1; i <= options.tries(); i++) {
        for (Subject subject : subjects) {
          measure(subject, scenario, i);
        }
      }
    }
    report.add(tries);
    compare(servers.getFirst(), servers.size() > 1 ? servers.getLast() : null);
  }

  private void measure(Subject subject, Scenario scenario, int number) {
    Server server = subject.server();
    int warm = number == 1 ? options.warm() : Math.min(options.warm(), 5);
    report.progress(
        "%s %s, try %d: warming up for %d s".formatted(scenario, server.name(), number, warm));
    int first = options.connections().getFirst();
    Duration warmUp = Duration.ofSeconds(warm);
    Load.drive(server.nodes(), first, warmUp, source(subject, scenario, first, warmUp));
    for (int connections : options.connections()) {
      report.progress(
          "%s %s, try %d, %d connections".formatted(scenario, server.name(), number, connections));
      Duration time = Duration.ofSeconds(options.seconds());
      Run run = server.run(connections, time, source(subject, scenario, connections, time));
      all.add(new Tried(server, scenario, run));
      tries.add(
          scenario,
          server.name(),
          connections,
          number,
          run.load().rate(),
          run.load().percentile(50),
          run.load().percentile(99),
          run.serverCpu(),
          run.databaseCpu(),
          run.resident(),
          run.others(),
          run.load().failures().isEmpty() ? "" : run.load().failures());
    }
  }

  /**
   * The requests of a scenario. Before members are removed, it adds as many as fit in the same
   * time.
   */
  private static Load.Source source(
      Subject subject, Scenario scenario, int connections, Duration time) {
    Queue<byte[]> added = Scenario.nothingAdded();
    if (scenario == Scenario.DELETE) {
      Load.drive(
          subject.server().nodes(), connections, time, Scenario.POST.on(subject.stage(), added));
    }
    return scenario.on(subject.stage(), added);
  }

  private void compare(Server ours, @Nullable Server other) {
    Table table =
        new Table(
            "Requests, medians at %d connections".formatted(options.connections().getFirst()),
            "work",
            "CPU ms",
            "other's CPU ms",
            "times less",
            "requests/s",
            "other's requests/s",
            "times faster",
            "p99 ms",
            "other's p99 ms");
    for (Scenario scenario : options.work()) {
      double cpu = median(ours, scenario, Run::cpu);
      double rate = median(ours, scenario, run -> run.load().rate());
      double p99 = median(ours, scenario, run -> run.load().percentile(99));
      Double otherCpu = other == null ? null : median(other, scenario, Run::cpu);
      Double otherRate = other == null ? null : median(other, scenario, run -> run.load().rate());
      table.add(
          scenario,
          cpu,
          otherCpu,
          otherCpu == null ? null : otherCpu / cpu,
          rate,
          otherRate,
          otherRate == null ? null : rate / otherRate,
          p99,
          other == null ? null : median(other, scenario, run -> run.load().percentile(99)));
      boolean valid = runs(ours, scenario).allMatch(Requests::isValid);
      boolean areValid = all.stream().map(Tried::run).allMatch(Requests::isValid);
      report.judge(
          scenario + ": CPU ms of server and database a request",
          "<= " + scenario.bar(),
          cpu,
          valid && cpu <= scenario.bar());
      report.judge(
          scenario + ": times less CPU than the other",
          ">= " + scenario.ratioBar(),
          otherCpu == null ? null : otherCpu / cpu,
          otherCpu == null ? null : areValid && otherCpu / cpu >= scenario.ratioBar());
      report.judge(
          scenario + ": p99 ms at %d connections".formatted(options.connections().getFirst()),
          "<= " + scenario.latencyBar(),
          p99,
          valid && p99 <= scenario.latencyBar());
    }
    report.add(table);
    double resident =
        all.stream()
            .filter(tried -> tried.server().equals(ours))
            .mapToDouble(tried -> tried.run().resident())
            .max()
            .orElseThrow();
    report.judge("RSS MiB under load", "<= 350", resident, resident <= 350);
    long disturbed = all.stream().filter(tried -> tried.run().others() > DISTURBED).count();
    if (disturbed > 0) {
      report.progress("%d runs were disturbed by other work on this machine".formatted(disturbed));
    }
  }

  /** Whether the run had no failures. */
  private static boolean isValid(Run run) {
    return run.load().failures().isEmpty();
  }

  /** The fastest run over all numbers of connections. */
  Load.Result best(Server server, Scenario scenario) {
    return runs(server, scenario)
        .map(Run::load)
        .max(Comparator.comparingDouble(Load.Result::rate))
        .orElseThrow();
  }

  private Stream<Run> runs(Server server, Scenario scenario) {
    return all.stream()
        .filter(tried -> tried.server().equals(server) && tried.scenario() == scenario)
        .map(Tried::run);
  }

  private interface Figure {
    double of(Run run);
  }

  private double median(Server server, Scenario scenario, Figure figure) {
    return Figures.median(
        runs(server, scenario)
            .filter(run -> run.connections() == options.connections().getFirst())
            .mapToDouble(figure::of));
  }
}
