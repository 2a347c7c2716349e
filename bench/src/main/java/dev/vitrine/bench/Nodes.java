package dev.vitrine.bench;

import dev.vitrine.bench.Server.Run;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The same requests to one node, and to three on the same database. */
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
            "CPU a request by nodes", "work", "try", "nodes", "requests/s", "CPU ms", "p99 ms");
    for (Scenario scenario : List.of(Scenario.MEMBERS, Scenario.POST)) {
      List<Double> single = new ArrayList<>();
      List<Double> several = new ArrayList<>();
      for (int i = 1; i <= options.tries(); i++) {
        for (Server server : List.of(one, three)) {
          report.progress("%s, try %d, %d nodes".formatted(scenario, i, server.nodes().size()));
          // Each node has a share of the load to warm up with.
          Duration warm = Duration.ofSeconds((long) options.warm() * server.nodes().size());
          Queue<byte[]> added = Scenario.nothingAdded();
          int connections = options.connections().getFirst();
          if (i == 1) {
            Load.drive(server.nodes(), connections, warm, scenario.on(stage, added));
          }
          Run run =
              server.run(
                  connections, Duration.ofSeconds(options.seconds()), scenario.on(stage, added));
          table.add(
              scenario,
              i,
              server.nodes().size(),
              run.load().rate(),
              run.cpu(),
              run.load().percentile(99));
          (server.equals(one) ? single : several).add(run.cpu());
        }
      }
      double ratio = median(several) / median(single);
      report.judge(
          scenario + ": times the CPU of one node, with three", "<= 1.1", ratio, ratio <= 1.1);
    }
    report.add(table);
  }

  private static double median(List<Double> figures) {
    return Figures.median(figures.stream().mapToDouble(figure -> figure));
  }
}
