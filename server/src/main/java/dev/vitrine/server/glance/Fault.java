package dev.vitrine.server.glance;

import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error in the format of Glance's WSGI library: JSON, HTML or plain text, depending on {@code
 * Accept} (contract/glance.md, "Error bodies").
 *
 * @param explanation the sentence
 * @param tail the text after its paragraph: line ends, perhaps with a second sentence
 */
record Fault(int status, String title, String explanation, String tail) {
  private static final Pattern ANY_HTML = Pattern.compile("text/html|text/\\*|\\*/\\*");
  private static final Pattern QUALITY = Pattern.compile("q=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)");
  private static final Pattern ANY_JSON = Pattern.compile("application/(json|\\*)");

  static Fault of(int status, String title, String explanation) {
    return new Fault(status, title, explanation, "\n\n\n");
  }

  /** An error with a second sentence. */
  static Fault of(int status, String title, String explanation, String detail) {
    return new Fault(status, title, explanation, "\n" + detail + "\n\n");
  }

  /** The form of 405 and 415. */
  static Fault brief(int status, String title, String explanation) {
    return new Fault(status, title, explanation + (status == 415 ? "\n" : " "), "\n");
  }

  /** 415 with a second sentence, for a body with a declared media type. */
  static Fault unsupportedMedia(String type, String detail) {
    return new Fault(
        415,
        "Unsupported Media Type",
        "The request media type " + type + " is not supported by this server.\n",
        "\n" + detail);
  }

  Reply answer(Request request) {
    return switch (form(request.list("Accept"))) {
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

  enum Form {
    JSON,
    HTML,
    PLAIN
  }

  /** Prefers HTML among equals; ignores media ranges with parameters other than q. */
  static Form form(@Nullable String accept) {
    Form best = Form.PLAIN;
    double bestQuality = 0;
    for (String range : elements(accept == null ? "" : accept, ',')) {
      List<String> parts = elements(range.toLowerCase(Locale.ROOT), ';');
      double quality = quality(parts);
      Form form = parts.isEmpty() ? Form.PLAIN : form(parts);
      boolean better = quality > bestQuality || (quality == bestQuality && form == Form.HTML);
      if (form != Form.PLAIN && quality > 0 && better) {
        best = form;
        bestQuality = quality;
      }
    }
    return best;
  }

  private static Form form(List<String> parts) {
    return ANY_HTML.matcher(parts.getFirst()).matches()
        ? Form.HTML
        : ANY_JSON.matcher(parts.getFirst()).matches() ? Form.JSON : Form.PLAIN;
  }

  /** Parameters after q do not belong to the media type. */
  private static double quality(List<String> parts) {
    if (parts.size() < 2) {
      return parts.size();
    }
    Matcher quality = QUALITY.matcher(parts.get(1));
    return quality.matches() ? Double.parseDouble(quality.group(1)) : 0;
  }

  /** Splits at separators outside quoted strings; trims blanks and drops empty elements. */
  private static List<String> elements(String list, char separator) {
    List<String> elements = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i <= list.length(); i++) {
      if (i == list.length() || (list.charAt(i) == separator && !quoted)) {
        String element = list.substring(start, i).strip();
        if (!element.isEmpty()) {
          elements.add(element);
        }
        start = i + 1;
      } else if (list.charAt(i) == '"') {
        quoted = !quoted;
      } else if (list.charAt(i) == '\\' && quoted) {
        i++;
      }
    }
    return elements;
  }
}
