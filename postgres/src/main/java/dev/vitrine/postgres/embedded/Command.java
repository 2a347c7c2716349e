package dev.vitrine.postgres.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts programs, always with the same environment and working directory. */
final class Command {

  private static final Redirect NOTHING = Redirect.from(new File("/dev/null"));

  private Command() {}

  /**
   * Runs a program to its end.
   *
   * @param input its standard input, which {@code ps} does not show
   * @throws EmbeddedPostgresException if it fails; the message contains its output
   */
  static void run(List<String> command, String input) throws IOException {
    Process process = start(builder(command));
    try (Writer stdin = process.outputWriter(UTF_8)) {
      stdin.write(input);
    } catch (IOException e) {
      // It ended without reading; its exit status and its output say more than a broken pipe.
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = waitFor(process);
    if (status != 0) {
      throw new EmbeddedPostgresException(
          "%s failed with status %d:%n%s".formatted(String.join(" ", command), status, output));
    }
  }

  /** Starts a program that outlives us and writes to {@code output}. */
  static ProcessHandle launch(List<String> command, Redirect output) throws IOException {
    return start(builder(command).redirectInput(NOTHING).redirectOutput(output)).toHandle();
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The program's user may not be able to enter our working directory.
    builder.directory(Path.of("/").toFile());
    // PGDATA, PGPORT, LC_* and the like would make the result depend on the machine.
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH"));
    environment.putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
    return builder;
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          e.getMessage() + " (setpriv and setsid come with util-linux, sync with coreutils)", e);
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new EmbeddedPostgresException("Interrupted while waiting for " + process, e);
    }
  }
}
