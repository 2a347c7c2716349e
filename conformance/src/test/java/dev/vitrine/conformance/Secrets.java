package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** All secrets that a run has sent or was answered, by their kinds. */
final class Secrets {
  /** Whoever sees that much of a secret sees that it is written down. */
  private static final int TELLING_CHARS = 20;

  /** A shorter one may be found by chance. */
  private static final int LEAST_CHARS = 12;

  private static final int SHOWN_BEFORE = 200;

  private final Map<String, Set<String>> byKind = new TreeMap<>();

  /** Takes note of a secret, and returns it. */
  String add(String kind, String secret) {
    if (secret.length() < LEAST_CHARS) {
      throw new IllegalArgumentException(kind + " is too short: '" + secret + "'");
    }
    byKind.computeIfAbsent(kind, _ -> new TreeSet<>()).add(secret);
    return secret;
  }

  /** A new secret, which a URL has to encode. */
  String invent(String kind) {
    return add(kind, UUID.randomUUID().toString().replace("-", "") + "/+ =");
  }

  /** Takes note of what an answer shows once. */
  void addFrom(Response answer) {
    answer.headers().allValues("X-Subject-Token").forEach(token -> add("token", token));
    if (answer.body().startsWith("{")) {
      for (Map.Entry<String, JsonNode> envelope : answer.json().properties()) {
        JsonNode made = envelope.getValue();
        if (made.has("secret")) {
          String secret = made.path("secret").asText();
          add("secret of " + envelope.getKey(), secret.replaceFirst("^whsec_", ""));
        }
        if (made.has("securitytoken")) {
          add("security token", made.path("securitytoken").asText());
        }
      }
    }
  }

  Set<String> kinds() {
    return byKind.keySet();
  }

  /** One of each kind. */
  List<String> samples() {
    return byKind.values().stream().map(all -> all.iterator().next()).toList();
  }

  /**
   * What is found of them, each time with the kind and some of the text before it.
   *
   * @param logs by their names
   */
  List<String> in(Map<String, String> logs) {
    List<String> found = new ArrayList<>();
    logs.forEach(
        (name, log) ->
            byKind.forEach(
                (kind, all) ->
                    all.stream()
                        .flatMap(Secrets::forms)
                        .filter(log::contains)
                        .map(form -> "%s: %s: …%s".formatted(name, kind, upTo(form, log)))
                        .forEach(found::add)));
    return found;
  }

  /** How a log might write it. */
  private static Stream<String> forms(String secret) {
    String inForms = URLEncoder.encode(secret, UTF_8);
    return Stream.of(
        secret,
        secret.substring(0, Math.min(TELLING_CHARS, secret.length())),
        inForms,
        inForms.replace("+", "%20"),
        base64(Base64.getEncoder(), secret),
        base64(Base64.getUrlEncoder(), secret));
  }

  /** Without its end, which depends on what follows. */
  private static String base64(Base64.Encoder encoder, String secret) {
    String encoded = encoder.withoutPadding().encodeToString(secret.getBytes(UTF_8));
    return encoded.substring(0, encoded.length() - 1);
  }

  private static String upTo(String form, String log) {
    int at = log.indexOf(form);
    return log.substring(Math.max(0, at - SHOWN_BEFORE), at + form.length());
  }
}
