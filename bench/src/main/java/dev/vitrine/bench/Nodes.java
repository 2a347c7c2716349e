package dev.vitrine.bench;

import dev.vitrine.bench.Server.Run;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Compares one node with three on the same database. */
final class Nodes {
  private Nodes() {}

  static void measure(Options options, Report report, Lab lab, Server one) {
    report.progress("nodes: two more");
    List<URI> urls = new ArrayList<>(one.nodes());
    urls.add(lab.another(2).url());
    urls.add(lab.another(3).url());
    Server three = one.through(urls);
    Stage stage = one.stage();
    Table table =
        new Table(
            "CPU a request by nodes, each with as many connections",
            "work",
            "try",
            "nodes",
            "requests/s",
            "CPU server ms",
            "CPU database ms",
            "p99 ms");
    int connections = options.connections().getFirst();
    for (Scenario scenario : List.of(Scenario.MEMBERS, Scenario.POST)) {
      Queue<byte[]> added = Scenario.nothingAdded();
      for (URI node : urls) {
        // One by one, so that each is as warm as the single node.
        report.progress("%s: warming %s up".formatted(scenario, node));
        Duration warm = Duration.ofSeconds(options.warm());
        Load.drive(List.of(node), connections, warm, scenario.on(stage, added));
      }
      List<Double> single = new ArrayList<>();
      List<Double> several = new ArrayList<>();
      for (int i = 1; i <= options.tries(); i++) {
        for (Server server : List.of(one, three)) {
          int nodes = server.nodes().size();
          report.progress("%s, try %d, %d nodes".formatted(scenario, i, nodes));
          Run run =
              server.run(
                  connections * nodes,
                  Duration.ofSeconds(options.seconds()),
                  scenario.on(stage, added));
          table.add(
              scenario,
              i,
              nodes,
              run.load().rate(),
              run.serverCpu(),
              run.databaseCpu(),
              run.load().percentile(99));
          (server.equals(one) ? single : several).add(run.cpu());
        }
      }
      double ratio = median(several) / median(single);
      double bar = scenario.writes() ? 1.15 : 1.1;
      report.judge(
          scenario + ": times the CPU of one node, with three", "<= " + bar, ratio, ratio <= bar);
    }
    report.add(table);
  }

  private static double median(List<Double> figures) {
    return Figures.median(figures.stream().mapToDouble(figure -> figure));
  }
}
