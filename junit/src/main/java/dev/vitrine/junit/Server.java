package dev.vitrine.junit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.client.Client;
import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/**
 * {@code up --ephemeral} as a child process, with an administrator of ours. JUnit closes it: before
 * 5.13 as a {@link CloseableResource}, since then as an {@link AutoCloseable}.
 */
final class Server implements AutoCloseable, CloseableResource {
  private static final Pattern READY = Pattern.compile("Listening on (\\S+), ready in");
  private static final int START_SECONDS = 120;
  private static final int STOP_SECONDS = 60;
  private static final String ADMINISTRATOR = "vitrine-junit";

  private final Process process;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<URI> url = new CompletableFuture<>();
  private final Client client = new Client();
  private final Login login;

  private Server(Process process, String password) throws Exception {
    this.process = process;
    Thread.ofVirtual().name("vitrine-output").start(this::follow);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    URI identity;
    try {
      identity = URI.create(url.get(START_SECONDS, TimeUnit.SECONDS) + "/identity/v3");
    } catch (Exception e) {
      process.destroy();
      throw new IllegalStateException("Vitrine does not start:\n" + String.join("\n", output), e);
    }
    this.login = new Login(identity, ADMINISTRATOR, password, "Default", ADMINISTRATOR);
  }

  /** Starts it; returns when it serves. */
  static Server start() {
    try {
      Path program = Program.folder();
      String password = UUID.randomUUID().toString();
      Path seed = Files.createTempFile("vitrine-seed", ".yaml");
      try {
        Files.writeString(
            seed,
            """
            projects:
              - {domain: Default, name: %1$s}
            users:
              - {domain: Default, name: %1$s, password: %2$s, project: Default/%1$s}
            grants:
              - {user: Default/%1$s, role: admin, project: Default/%1$s}
            """
                .formatted(ADMINISTRATOR, password));
        return new Server(launch(program, seed), password);
      } finally {
        Files.delete(seed);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Vitrine cannot be started", e);
    }
  }

  private static Process launch(Path program, Path seed) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + program.resolve("jvm.options"),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                program.resolve("vitrine.jar").toString(),
                "up",
                "--ephemeral",
                // If this process is killed, the pipe to its standard input ends.
                "--stop-at-eof",
                "--seed=" + seed,
                "--listen=127.0.0.1:0")
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("VITRINE_"));
    return builder.start();
  }

  private void follow() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        Matcher matcher = READY.matcher(line);
        if (matcher.find()) {
          url.complete(URI.create(matcher.group(1)));
        }
      }
    } catch (IOException e) {
      output.add(e.toString());
    }
    url.completeExceptionally(new IllegalStateException("it has ended"));
  }

  /** Two tenants for one test. */
  Tenants tenants() {
    Session administrator = client.signIn(login);
    return Tenants.make(client, url.join(), administrator);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
