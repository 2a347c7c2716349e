package dev.vitrine.conformance;

import java.util.random.RandomGenerator;

/** What is killed, as a power failure would. */
enum Victim {
  SERVER,
  DATABASE,
  BOTH;

  static Victim any(RandomGenerator random) {
    return values()[random.nextInt(values().length)];
  }

  /** Kills it, and waits for the end of the server. */
  void kill(RunningServer server) {
    if (this != DATABASE) {
      // Killed first, so that the server cannot notice the end of its database.
      server.kill();
    }
    if (this != SERVER) {
      server.database().ifPresent(ProcessHandle::destroyForcibly);
    }
    if (this == DATABASE) {
      // The server starts its database again, or is stopped meanwhile.
      server.terminate();
    }
    server.exitCode();
  }
}
