package dev.vitrine.server.glance;

import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error as Glance's WSGI library words it: JSON, HTML or plain text, by what the client accepts
 * (contract/glance.md, "Error bodies").
 *
 * @param explanation the sentence
 * @param tail what follows its paragraph: three line ends, one, or a second sentence among them
 */
record Fault(int status, String title, String explanation, String tail) {
  private static final Pattern ANY_HTML = Pattern.compile("text/html|text/\\*|\\*/\\*");
  private static final Pattern ANY_JSON = Pattern.compile("application/(json|\\*)");

  static Fault of(int status, String title, String explanation) {
    return new Fault(status, title, explanation, "\n\n\n");
  }

  /** With a second sentence. */
  static Fault of(int status, String title, String explanation, String detail) {
    return new Fault(status, title, explanation, "\n" + detail + "\n\n");
  }

  /** As 405 and 415 are worded. */
  static Fault brief(int status, String title, String explanation) {
    return new Fault(status, title, explanation + (status == 415 ? "\n" : " "), "\n");
  }

  /** 415 with a second sentence, of a body that is of a media type as such. */
  static Fault unsupportedMedia(String type, String detail) {
    return new Fault(
        415,
        "Unsupported Media Type",
        "The request media type " + type + " is not supported by this server.\n",
        "\n" + detail);
  }

  Reply answer(Request request) {
    return switch (form(request.header("Accept"))) {
      case JSON ->
          Json.reply(
              status,
              json -> {
                json.writeStartObject();
                json.writeStringField("message", message());
                json.writeStringField("code", status + " " + title);
                json.writeStringField("title", title);
                json.writeEndObject();
              });
      case HTML -> Reply.text(status, "text/html; charset=UTF-8", html());
      case PLAIN -> Reply.text(status, "text/plain; charset=UTF-8", plain());
    };
  }

  private String message() {
    return explanation + "<br /><br />" + tail;
  }

  private String plain() {
    String body = message().replace("\n", " ").replace("<br />", "\n");
    return status + " " + title + "\n\n" + body;
  }

  private String html() {
    return """
    <html>
     <head>
      <title>%1$s</title>
     </head>
     <body>
      <h1>%1$s</h1>
      %2$s<br /><br />%3$s
     </body>
    </html>"""
        .formatted(status + " " + escape(title), escape(explanation), escape(tail));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#x27;");
  }

  private enum Form {
    JSON,
    HTML,
    PLAIN
  }

  /** HTML first where several would do; a range with parameters other than q is not recognised. */
  private static Form form(@Nullable String accept) {
    Form best = Form.PLAIN;
    double bestQuality = 0;
    for (String range : accept == null ? new String[0] : accept.split(",")) {
      String[] parts = range.trim().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
      double quality = quality(parts);
      Form form =
          parts.length == 0
              ? Form.PLAIN
              : ANY_HTML.matcher(parts[0]).matches()
                  ? Form.HTML
                  : ANY_JSON.matcher(parts[0]).matches() ? Form.JSON : Form.PLAIN;
      boolean better = quality > bestQuality || (quality == bestQuality && form == Form.HTML);
      if (form != Form.PLAIN && quality > 0 && better) {
        best = form;
        bestQuality = quality;
      }
    }
    return best;
  }

  private static double quality(String[] parts) {
    if (parts.length < 2) {
      return parts.length;
    }
    if (parts.length > 2 || !parts[1].startsWith("q=")) {
      return 0;
    }
    try {
      return Double.parseDouble(parts[1].substring(2));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
