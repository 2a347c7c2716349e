package dev.vitrine.bench;

import dev.vitrine.client.Login;
import dev.vitrine.directory.Passwords;
import java.time.Duration;
import java.util.List;

/** Measures the cost of a token, compared with that of the password hash. */
final class Logins {
  private static final int CONNECTIONS = 2;
  private static final int HASHES = 20;

  private Logins() {}

  static void measure(Options options, Report report, List<Server> servers) {
    Table table =
        new Table("POST /v3/auth/tokens", "server", "requests/s", "CPU ms", "p50 ms", "p99 ms");
    double ours = 0;
    for (Server server : servers) {
      report.progress("logins: %s".formatted(server.name()));
      Login login = server.owner();
      byte[] request =
          Load.request("POST", login.identity().getPath() + "/auth/tokens", null, login.body());
      Server keystone = server.through(List.of(login.identity()));
      Load.drive(
          keystone.nodes(),
          CONNECTIONS,
          Duration.ofSeconds(Math.min(5, options.warm())),
          (connection, number) -> request);
      Server.Run run =
          keystone.run(
              CONNECTIONS, Duration.ofSeconds(options.seconds()), (connection, number) -> request);
      table.add(
          server.name(),
          run.load().rate(),
          run.cpu(),
          run.load().percentile(50),
          run.load().percentile(99));
      if (server.equals(servers.getFirst())) {
        ours = run.cpu();
      }
    }
    double hash = hash();
    table.add("the hash alone, in this process", 1000 / hash, hash, hash, null);
    report.add(table);
    report.judge(
        "token: times the CPU of the password's hash", "<= 1.1", ours / hash, ours / hash <= 1.1);
  }

  /** Milliseconds to verify one password. */
  private static double hash() {
    try (Passwords passwords = new Passwords(Passwords.ITERATIONS)) {
      String hash = passwords.hash("a password");
      long begin = 0;
      for (int i = -HASHES; i < HASHES; i++) {
        if (i == 0) {
          begin = System.nanoTime();
        }
        if (!passwords.verify("a password", hash)) {
          throw new IllegalStateException("not verified");
        }
      }
      return (System.nanoTime() - begin) / 1e6 / HASHES;
    }
  }
}
