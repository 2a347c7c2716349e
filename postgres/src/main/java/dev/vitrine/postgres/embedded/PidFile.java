package dev.vitrine.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The lines of {@code postmaster.pid}, in which a server describes itself.
 *
 * @param port 0 until the server listens
 * @param status {@code starting}, {@code ready}, {@code stopping}; empty until the server writes
 *     one
 */
record PidFile(long pid, int port, String status) {

  // PostgreSQL, src/include/utils/pidfile.h, counts the lines from 1.
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  static Path in(Path data) {
    return data.resolve("postmaster.pid");
  }

  /** Empty if there is no file, or its content is invalid. */
  static Optional<PidFile> read(Path data) throws IOException {
    try {
      List<String> lines = Files.readAllLines(in(data));
      return Optional.of(
          new PidFile(
              Long.parseLong(line(lines, PID_LINE, "")),
              Integer.parseInt(line(lines, PORT_LINE, "0")),
              line(lines, STATUS_LINE, "")));
    } catch (NoSuchFileException | NumberFormatException absent) {
      return Optional.empty();
    }
  }

  private static String line(List<String> lines, int index, String otherwise) {
    return index < lines.size() ? lines.get(index).strip() : otherwise;
  }
}
