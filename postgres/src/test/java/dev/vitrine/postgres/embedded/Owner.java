package dev.vitrine.postgres.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A Java process that starts the database of a directory and waits to be killed. */
record Owner(Process process, long postgres) {

  static void main(String[] arguments) throws InterruptedException {
    IO.println(EmbeddedPostgres.start(Path.of(arguments[0])).pid());
    Thread.sleep(Long.MAX_VALUE);
  }

  static Owner of(Path directory) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Not closed: that would close the pipe the process writes to.
    @SuppressWarnings("MustBeClosedChecker")
    BufferedReader output = process.inputReader();
    return new Owner(process, Long.parseLong(String.valueOf(output.readLine())));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
