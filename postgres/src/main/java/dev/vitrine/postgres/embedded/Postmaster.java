package dev.vitrine.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The process of a server, started by us or adopted.
 *
 * @param started as in {@link ProcessStatus}
 * @param data its data directory
 */
record Postmaster(long pid, long started, Path data, Binaries binaries, Account account) {

  /** How a server shuts down; both ways end sessions at once. */
  enum Shutdown {
    /** Writes a checkpoint first. */
    FAST("INT"),
    /** Ends without a checkpoint; the next start replays the write-ahead log. */
    IMMEDIATE("QUIT");

    private final String signal;

    Shutdown(String signal) {
      this.signal = signal;
    }
  }

  /**
   * The server that runs on {@code data}, if there is one.
   *
   * <p>A pid file proves nothing: its process may have ended, its number may be reused, or the
   * directory may be a copy of one in use. So this checks the process itself.
   */
  static Optional<Postmaster> serving(Path data, Binaries binaries, Account account)
      throws IOException {
    Optional<Long> pid = PidFile.read(data).map(PidFile::pid);
    if (pid.isEmpty() || !serves(pid.get(), data)) {
      return Optional.empty();
    }
    return Optional.of(of(pid.get(), data, binaries, account));
  }

  /** A server that was just started, and may have ended already. */
  static Postmaster of(long pid, Path data, Binaries binaries, Account account) throws IOException {
    long started;
    try {
      started = ProcessStatus.of(pid).started();
    } catch (NoSuchFileException ended) {
      started = 0;
    }
    return new Postmaster(pid, started, data, binaries, account);
  }

  /** A server's working directory is its data directory. */
  private static boolean serves(long pid, Path data) throws IOException {
    List<String> commandLine = commandLine(pid);
    if (commandLine.stream().findFirst().filter(name -> name.endsWith("/postgres")).isEmpty()) {
      return false;
    }
    try {
      return Files.isSameFile(Path.of("/proc", "" + pid, "cwd"), data);
    } catch (AccessDeniedException e) {
      // Root without CAP_SYS_PTRACE, as in a container.
      return commandLine.contains(data.toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /** Empty for a process that has ended. */
  private static List<String> commandLine(long pid) {
    try {
      String line = Files.readString(Path.of("/proc", "" + pid, "cmdline"));
      return List.of(line.split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }

  /**
   * Whether it runs. A process that was not reaped by its parent does not: process 1 of a container
   * may never do that.
   *
   * <p>Not {@link ProcessHandle#isAlive}: it opens a file, and takes a failure, as when this
   * process has no descriptors left, for the end of the other one.
   */
  boolean isAlive() {
    try {
      ProcessStatus now = ProcessStatus.of(pid);
      return now.started() == started && !now.hasEnded();
    } catch (IOException e) {
      return ProcessStatus.exists(pid);
    }
  }

  /** Whether it was started by {@code command}, followed by anything. */
  boolean wasStartedBy(List<String> command) {
    List<String> line = commandLine(pid);
    return line.size() >= command.size() && line.subList(0, command.size()).equals(command);
  }

  /**
   * Waits until it accepts connections, without a limit for recovery; false if it ends instead.
   *
   * @param isUnwanted whether nobody needs it any more: then it waits no longer, and returns true
   */
  boolean awaitReady(BooleanSupplier isUnwanted) {
    Pause.until(() -> isReady() || !isAlive() || isUnwanted.getAsBoolean(), Duration.ofDays(365));
    return isReady() || isUnwanted.getAsBoolean();
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
      return PidFile.read(data).filter(file -> file.pid() == pid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Shuts it down, and waits at most {@code limit}; whether it ended. */
  boolean stop(Shutdown how, Duration limit) throws IOException {
    if (isAlive()) {
      // Run as the server's user: if the process id is reused, this cannot hit another user's
      // process.
      Command.run(
          account.command(List.of(binaries.pgCtl(), "kill", how.signal, Long.toString(pid))), "");
    }
    return Pause.until(() -> !isAlive(), limit);
  }
}
