package dev.vitrine.server.own;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The pages for people: {@code GET /} for who prefers HTML, and what they need below {@code
 * /vitrine/console}. They are resources of the module {@code console}; all of them are ordinary
 * clients of the public protocols.
 */
public final class Console {
  private static final String RESOURCES = "/dev/vitrine/console/";
  private static final String HTML = "text/html; charset=UTF-8";
  private static final int ETAG_DIGITS = 16;

  /** In the page, where the demo users go. */
  private static final String NO_DEMO = "name=\"vitrine-demo\" content=\"\"";

  private static final Map<String, String> TYPES =
      Map.of(
          "js",
          "text/javascript; charset=UTF-8",
          "css",
          "text/css; charset=UTF-8",
          "svg",
          "image/svg+xml");

  /** Nothing from elsewhere, nothing inline, in no frame; scripts talk to this server alone. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private record Asset(String type, Buffer plain, Buffer gzip) {}

  private final Buffer page;
  private final String etag;
  private final Map<String, Asset> assets = new HashMap<>();

  /**
   * @param demo users that the login page offers, each as {@code NAME/DOMAIN}
   */
  public Console(List<String> demo) {
    String names = "name=\"vitrine-demo\" content=\"%s\"".formatted(String.join(" ", demo));
    byte[] html = new String(resource("index.html"), UTF_8).replace(NO_DEMO, names).getBytes(UTF_8);
    page = Buffer.buffer(html);
    etag = "\"" + digest(html).substring(0, ETAG_DIGITS) + "\"";
    new String(resource("assets.txt"), UTF_8)
        .lines()
        .forEach(name -> assets.put(name, asset(name)));
  }

  /** At the root: the page for who asks for HTML, otherwise what the API answers there. */
  public Reply root(Request request, Supplier<Reply> api) {
    boolean html = Accepted.quality(request.list("Accept"), "text/html") > 0;
    return (html ? page(request) : api.get()).with("Vary", "Accept");
  }

  public void addTo(Routes routes) {
    routes.on(Operation.SHOW_CONSOLE_FILE, this::asset);
  }

  private Reply asset(Request request) {
    Asset asset = assets.get(request.parameter("file"));
    if (asset == null) {
      throw new Refusal.Absent("file", request.parameter("file")).asException();
    }
    boolean gzip = Accepted.quality(request.list("Accept-Encoding"), "gzip") > 0;
    Reply reply =
        secured(Reply.bytes(200, asset.type(), gzip ? asset.gzip() : asset.plain()))
            .with("Cache-Control", "public, max-age=31536000, immutable")
            .with("Vary", "Accept-Encoding");
    return gzip ? reply.with("Content-Encoding", "gzip") : reply;
  }

  private Reply page(Request request) {
    String known = request.list("If-None-Match");
    boolean isKnown = known != null && known.contains(etag);
    Reply reply =
        isKnown
            ? Reply.empty(304)
            : Reply.bytes(200, HTML, page).with("Content-Security-Policy", POLICY);
    return secured(reply).with("ETag", etag).with("Cache-Control", "no-cache");
  }

  private static Reply secured(Reply reply) {
    return reply
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer")
        .with("Cross-Origin-Opener-Policy", "same-origin");
  }

  private static Asset asset(String name) {
    String type =
        Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
    return new Asset(type, Buffer.buffer(resource(name)), Buffer.buffer(resource(name + ".gz")));
  }

  private static byte[] resource(String name) {
    try (InputStream stream = Console.class.getResourceAsStream(RESOURCES + name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
