package dev.vitrine.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What Linux says of a process (proc_pid_stat(5)).
 *
 * @param state a letter, {@code Z} for a process that has ended and was not waited for
 * @param started in clock ticks since boot: tells it from a later process with the same number
 */
record ProcessStatus(char state, long started) {
  private static final int STARTED = 19;

  /**
   * Reads it, which takes a file descriptor.
   *
   * @throws NoSuchFileException if there is no such process
   */
  static ProcessStatus of(long pid) throws IOException {
    String line = Files.readString(folder(pid).resolve("stat"));
    // The name, in parentheses, may contain anything.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", STARTED + 2);
    return new ProcessStatus(fields[0].charAt(0), Long.parseLong(fields[STARTED]));
  }

  /** Whether there is such a process; takes no file descriptor. */
  static boolean exists(long pid) {
    return Files.exists(folder(pid));
  }

  boolean hasEnded() {
    return state == 'Z' || state == 'X';
  }

  private static Path folder(long pid) {
    return Path.of("/proc", Long.toString(pid));
  }
}
