package dev.vitrine.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KilledRunTest {

  /** What is killed: a process that starts the server as the extension does. */
  static final class Run {
    private Run() {}

    /** Says when the server serves, and waits. */
    public static void main(String[] args) throws InterruptedException {
      try (Server _ = Server.start()) {
        System.out.println("ready");
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }

  @Test
  void leavesNoServerNoDatabaseAndNoFiles() throws Exception {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Run.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = run.inputReader()) {
      assertThat(output.readLine()).startsWith("ready");
      List<ProcessHandle> left = run.descendants().toList();
      Path data = data(left);
      assertThat(data).isDirectory();

      run.destroyForcibly();

      for (ProcessHandle process : left) {
        process.onExit().get(1, TimeUnit.MINUTES);
      }
      assertThat(data).doesNotExist();
    } finally {
      run.destroyForcibly();
    }
  }

  /** The directory of the server, as the command of its database says. */
  private static Path data(List<ProcessHandle> processes) {
    return processes.stream()
        .flatMap(process -> process.info().arguments().stream().flatMap(Stream::of))
        .filter(argument -> argument.contains("/vitrine-ephemeral-"))
        .map(argument -> Path.of(argument).resolve("../..").normalize())
        .findFirst()
        .orElseThrow();
  }
}
