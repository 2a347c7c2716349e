package dev.vitrine.server.start;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.systemd.ServiceManager;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the program until a signal arrives, its database is lost, or, if it is to stop then, its
 * standard input ends.
 *
 * <p>On SIGTERM and SIGINT the JVM runs shutdown hooks and exits with 143 or 130. Our hook passes
 * the request to the thread that started the program, waits until it has stopped everything, and
 * ends the process with that thread's exit code.
 */
final class Foreground {
  private static final System.Logger LOG = System.getLogger(Foreground.class.getName());

  private final CompletableFuture<Integer> wish = new CompletableFuture<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  private Foreground() {}

  /** Starts, calls {@code ready}, waits, stops; the exit code. */
  static int run(
      Settings settings,
      List<String> tenants,
      @Nullable Ephemeral ephemeral,
      Consumer<Vitrine> ready) {
    Foreground foreground = new Foreground();
    Runtime.getRuntime().addShutdownHook(new Thread(foreground::stopBySignal, "stop"));
    if (ephemeral != null && ephemeral.stopsAtEof()) {
      Thread.ofPlatform().daemon().name("eof").start(foreground::stopAtEof);
    }
    int code = ExitCode.NOT_STARTED;
    try {
      code = foreground.serve(settings, tenants, ephemeral, ready);
    } finally {
      foreground.end.complete(code);
    }
    return code;
  }

  private int serve(
      Settings settings,
      List<String> tenants,
      @Nullable Ephemeral ephemeral,
      Consumer<Vitrine> ready) {
    // Not System.out, which hides that nobody reads it.
    OutputStream accessLog = new FileOutputStream(FileDescriptor.out);
    try (ServiceManager manager = ServiceManager.of(System.getenv());
        Vitrine vitrine = Vitrine.start(settings, tenants, ephemeral, accessLog)) {
      var _ = vitrine.databaseLost().thenRun(() -> wish.complete(ExitCode.DATABASE_LOST));
      LOG.log(INFO, "Listening on {0}, ready in {1}", vitrine.url(), took(vitrine));
      ready.accept(vitrine);
      manager.ready("Listening on " + vitrine.url(), vitrine::isResponsive);
      int code = wish.join();
      manager.stopping(settings.shutdownDelay().plus(settings.shutdownGrace()));
      if (code == ExitCode.DATABASE_LOST) {
        LOG.log(ERROR, "The embedded database has ended; stopping, the next start recovers it");
      } else {
        LOG.log(
            INFO,
            "Stopping; new requests are served for {0} s (shutdown.delay), then those in progress have {1} s",
            settings.shutdownDelay().toSeconds(),
            settings.shutdownGrace().toSeconds());
      }
      return code;
    } catch (StartFailure failure) {
      System.err.println("vitrine: " + failure.getMessage());
      LOG.log(DEBUG, "Start failed", failure);
      return ExitCode.NOT_STARTED;
    }
  }

  /** If it is stopping already, waits for that. At an ordinary exit there is nothing to stop. */
  private void stopBySignal() {
    if (!end.isDone()) {
      wish.complete(ExitCode.STOPPED);
      Runtime.getRuntime().halt(end.join());
    }
  }

  private void stopAtEof() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LOG.log(DEBUG, "Standard input cannot be read", e);
    }
    wish.complete(ExitCode.STOPPED);
  }

  /** The time since the process began: this is how long the operator has waited. */
  private static String took(Vitrine vitrine) {
    double seconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
    return String.format(Locale.ROOT, "%.2f s (%s)", seconds, vitrine.times());
  }
}
