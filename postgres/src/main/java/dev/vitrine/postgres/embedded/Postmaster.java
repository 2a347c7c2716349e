package dev.vitrine.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A running server process of ours, started by us or found.
 *
 * @param data the directory it serves
 */
record Postmaster(ProcessHandle process, Path data, Binaries binaries, Account account) {

  /** How to ask a server to end; both end sessions at once. */
  enum Shutdown {
    /** Writes everything to its place first. */
    FAST("INT"),
    /** Just ends; the next start replays the write-ahead log. */
    IMMEDIATE("QUIT");

    private final String signal;

    Shutdown(String signal) {
      this.signal = signal;
    }
  }

  /**
   * The server that serves {@code data}, if there is one.
   *
   * <p>A pid file proves nothing: its process may be gone, its number reused, or the whole
   * directory a copy of one that is being served. So the process is asked.
   */
  static Optional<Postmaster> serving(Path data, Binaries binaries, Account account)
      throws IOException {
    Optional<ProcessHandle> process =
        PidFile.read(data).map(PidFile::pid).flatMap(ProcessHandle::of);
    if (process.isEmpty() || !serves(process.get(), data)) {
      return Optional.empty();
    }
    return Optional.of(new Postmaster(process.get(), data, binaries, account));
  }

  /** A server's working directory is the one it serves. */
  private static boolean serves(ProcessHandle process, Path data) throws IOException {
    List<String> commandLine = commandLine(process);
    if (commandLine.stream().findFirst().filter(name -> name.endsWith("/postgres")).isEmpty()) {
      return false;
    }
    try {
      return Files.isSameFile(Path.of("/proc", "" + process.pid(), "cwd"), data);
    } catch (AccessDeniedException e) {
      // Root without CAP_SYS_PTRACE, as in a container.
      return commandLine.contains(data.toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /** Empty for a process that is gone. */
  private static List<String> commandLine(ProcessHandle process) {
    try {
      String line = Files.readString(Path.of("/proc", "" + process.pid(), "cmdline"));
      return List.of(line.split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive() && !isZombie();
  }

  /** Ended, but its parent has not asked how: a careless process 1 in a container never does. */
  private boolean isZombie() {
    try {
      String state = Files.readString(Path.of("/proc", "" + pid(), "stat"));
      return state.startsWith(") Z", state.lastIndexOf(')'));
    } catch (IOException gone) {
      return false;
    }
  }

  /** Whether it was started by {@code command}, followed by anything. */
  boolean wasStartedBy(List<String> command) {
    List<String> line = commandLine(process);
    return line.size() >= command.size() && line.subList(0, command.size()).equals(command);
  }

  /** Waits until it accepts connections, as long as recovery takes; false if it ends instead. */
  boolean awaitReady() {
    return Pause.until(() -> isReady() || !isAlive(), Duration.ofDays(365)) && isReady();
  }

  private boolean isReady() {
    return self().filter(file -> file.status().equals("ready")).isPresent();
  }

  boolean isStopping() {
    return self().filter(file -> file.status().equals("stopping")).isPresent();
  }

  int port() {
    return self().map(PidFile::port).orElse(0);
  }

  private Optional<PidFile> self() {
    try {
      return PidFile.read(data).filter(file -> file.pid() == pid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to end, unless it has, and waits at most for {@code limit}; says whether it ended. */
  boolean stop(Shutdown how, Duration limit) throws IOException {
    if (isAlive()) {
      // As the server's own user, this cannot hit a process of another, should the number be taken.
      Command.run(
          account.command(List.of(binaries.pgCtl(), "kill", how.signal, Long.toString(pid()))), "");
    }
    return Pause.until(() -> !isAlive(), limit);
  }
}
