package dev.vitrine.server.tls;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.work.Worker;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the certificate again when its files have changed, and uses it when they stay the same for
 * one poll interval. A renewal that cannot be used, for example because only one of two files is
 * replaced yet, leaves the current certificate in use.
 */
public final class CertificateRenewal implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CertificateRenewal.class.getName());

  private final Vertx vertx;
  private final CertificateFiles files;
  private final Consumer<Certificate> renewed;
  private final Worker worker;
  private Certificate current;

  /** What the look before found: files that are being written differ from look to look. */
  private CertificateFiles.@Nullable Contents seen;

  /** Logged once, until another certificate is in use. */
  private @Nullable String problem;

  /**
   * Starts at once.
   *
   * @param current the certificate in use, read from {@code files}
   * @param poll how often it looks at the files
   * @param renewed receives each later certificate, on a virtual thread
   */
  public CertificateRenewal(
      Vertx vertx,
      CertificateFiles files,
      Certificate current,
      Duration poll,
      Consumer<Certificate> renewed) {
    this.vertx = vertx;
    this.files = files;
    this.current = current;
    this.renewed = renewed;
    this.worker =
        new Worker("certificate", poll, "The renewal of the certificate failed", this::look);
  }

  private boolean look() {
    try {
      CertificateFiles.Contents found = files.contents();
      if (!current.isOf(found) && found.equals(seen)) {
        use(Certificate.of(vertx, files, found));
      }
      seen = found;
    } catch (InvalidCertificateException e) {
      if (!String.valueOf(e.getMessage()).equals(problem)) {
        problem = e.getMessage();
        LOG.log(WARNING, "The certificate is not renewed: {0}", problem);
      }
    }
    return false;
  }

  private void use(Certificate next) {
    renewed.accept(next);
    current = next;
    problem = null;
    LOG.log(
        INFO, "In use: the certificate of {0}, valid until {1}", next.subject(), next.expires());
  }

  @Override
  public void close() {
    worker.close();
  }
}
