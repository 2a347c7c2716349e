package dev.vitrine.server.own;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Accepted;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The pages for people: {@code GET /} for who prefers HTML, and what they need below {@code
 * /vitrine/console}. They are resources of the module {@code console}; all of them are ordinary
 * clients of the public protocols.
 */
public final class Console {
  private static final String RESOURCES = "/dev/vitrine/console/";
  private static final String HTML = "text/html; charset=UTF-8";

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

  /** A page with its entity tag. */
  private record Page(Buffer html, String etag) {
    static Page of(String html) {
      byte[] bytes = html.getBytes(UTF_8);
      return new Page(Buffer.buffer(bytes), Asset.etag(bytes));
    }
  }

  private final Page page;
  private final Page reader = Page.of(text("api.html"));
  private final Set<String> names = text("assets.txt").lines().collect(Collectors.toSet());

  /** Each is read when it is first asked for: those of the page for readers are large. */
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  /**
   * @param demo users that the login page offers, each as {@code NAME/DOMAIN}
   */
  public Console(List<String> demo) {
    String demoNames = "name=\"vitrine-demo\" content=\"%s\"".formatted(String.join(" ", demo));
    page = Page.of(text("index.html").replace(NO_DEMO, demoNames));
  }

  /** At the root: the page for who asks for HTML, otherwise what the API answers there. */
  public Reply root(Request request, Supplier<Reply> api) {
    boolean html = Accepted.quality(request.list("Accept"), "text/html") > 0;
    return (html ? show(request, page) : api.get()).with("Vary", "Accept");
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.SHOW_CONSOLE_FILE, this::asset)
        .on(Operation.SHOW_API_PAGE, request -> show(request, reader));
  }

  private Reply asset(Request request) {
    String name = request.parameter("file");
    if (!names.contains(name)) {
      throw new Refusal.Absent("file", name).asException();
    }
    return secured(assets.computeIfAbsent(name, Console::asset).answer(request))
        .with("Cache-Control", "public, max-age=31536000, immutable");
  }

  private static Reply show(Request request, Page page) {
    Reply reply =
        Asset.isKnown(request, page.etag())
            ? Reply.empty(304)
            : Reply.bytes(200, HTML, page.html()).with("Content-Security-Policy", POLICY);
    return secured(reply).with("ETag", page.etag()).with("Cache-Control", "no-cache");
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

  private static String text(String name) {
    return new String(resource(name), UTF_8);
  }

  private static byte[] resource(String name) {
    try (InputStream stream = Console.class.getResourceAsStream(RESOURCES + name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
