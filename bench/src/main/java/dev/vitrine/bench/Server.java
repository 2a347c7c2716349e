package dev.vitrine.bench;

import dev.vitrine.bench.Processes.Usage;
import dev.vitrine.client.Client;
import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;

/**
 * A server under test. Its port identifies its processes; their connections identify its database.
 *
 * @param nodes roots of the image service; each answers every request
 */
record Server(String name, List<URI> nodes, Login owner, Login consumer) {
  /** For requests that are not measured. */
  static final Client CLIENT = new Client();

  /** The server that a login leads to. */
  static Server at(String name, Login owner, Login consumer) {
    return new Server(name, List.of(CLIENT.signIn(owner).images().url()), owner, consumer);
  }

  Stage stage() {
    return Stage.make(signInOwner(), CLIENT.signIn(consumer));
  }

  Session signInOwner() {
    return CLIENT.signIn(owner);
  }

  /** This server, at other addresses. */
  Server through(List<URI> other) {
    return new Server(name, other, owner, consumer);
  }

  private Set<Long> processes() {
    Set<Long> all = new TreeSet<>();
    nodes.forEach(node -> all.addAll(Processes.listeningOn(node.getPort())));
    return all;
  }

  /** Supplies the current resident memory of the server's own processes, in MiB. */
  DoubleSupplier resident() {
    Set<Long> own = processes();
    Set<Long> database = Processes.databasesOf(own);
    return () -> Processes.usage(own, database).resident();
  }

  /**
   * The server's cost of a load.
   *
   * @param serverCpu milliseconds a request
   * @param databaseCpu milliseconds a request
   * @param resident MiB of the server's own processes at the end
   * @param others cores busy with other work: above 0.3 the run counts as disturbed
   */
  record Run(
      int connections,
      Load.Result load,
      double serverCpu,
      double databaseCpu,
      double resident,
      double others) {
    double cpu() {
      return serverCpu + databaseCpu;
    }
  }

  /** Sends a load to a warm server and reads the usage of its processes before and after. */
  Run run(int connections, Duration duration, Load.Source source) {
    Set<Long> own = processes();
    Set<Long> database = Processes.databasesOf(own);
    List<Long> generator = List.of(ProcessHandle.current().pid());
    Set<Long> counted = new TreeSet<>(own);
    counted.addAll(database);

    double busy = Processes.busy();
    Usage server = Processes.usage(own, database);
    Usage db = Processes.usage(database, List.of());
    Usage me = Processes.usage(generator, counted);
    Load.Result result = Load.drive(nodes, connections, duration, source);
    Usage serverAfter = Processes.usage(own, database);
    Usage dbAfter = Processes.usage(database, List.of());
    Usage meAfter = Processes.usage(generator, counted);
    double busyAfter = Processes.busy();

    double serverCpu = serverAfter.cpu() - server.cpu();
    double databaseCpu = dbAfter.cpu() - db.cpu();
    double others = busyAfter - busy - serverCpu - databaseCpu - (meAfter.cpu() - me.cpu());
    double requests = Math.max(1, result.requests());
    return new Run(
        connections,
        result,
        1000 * serverCpu / requests,
        1000 * databaseCpu / requests,
        serverAfter.resident(),
        Math.max(0, others / result.seconds()));
  }
}
