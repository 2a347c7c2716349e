package dev.vitrine.conformance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A section being played: its people, its images, and what its names stand for by now. */
final class Stage {

  private static final String UNAUTHORIZED =
      "This server could not verify that you are authorized to access the document you requested."
          + " Either you supplied the wrong credentials (e.g., bad password), or your browser does"
          + " not understand how to supply the credentials required.";

  private final Table.Section section;
  private final Cast cast;
  private Names names;

  private Stage(Table.Section section, Cast cast) {
    this.section = section;
    this.cast = cast;
    this.names = firstNames(cast);
  }

  /** Makes the people and the images of a section, all through the wire. */
  static Stage set(Table.Section section, RunningServer server) {
    Stage stage = new Stage(section, Cast.hire(server));
    section.images().forEach(stage::make);
    return stage;
  }

  /** Plays the steps before a row, then the row, and checks every answer. */
  void play(Row row) {
    row.before().forEach(this::play);
    if (row.answer().counts().isEmpty()) {
      playOnce(row);
    } else {
      playMany(row);
    }
  }

  private void playOnce(Row row) {
    Reply reply = Wire.send(request(row, 0));
    if (row.creates() != null) {
      names = names.with(row.creates(), reply.json().path("id").asText());
    }
    Judge.check(row, names, reply, row.cited(section));
  }

  private void playMany(Row row) {
    Stream<HttpRequest> requests =
        IntStream.range(0, Math.max(row.together(), row.times())).mapToObj(n -> request(row, n));
    Stream<Reply> replies =
        row.together() > 0 ? Wire.sendTogether(requests).stream() : requests.map(Wire::send);
    Map<Integer, Long> counts = replies.collect(groupingBy(Reply::status, counting()));
    assertThat(counts)
        .as("status=how many, of %s [%s]", row.request(), row.cited(section))
        .isEqualTo(row.answer().counts());
  }

  private HttpRequest request(Row row, int n) {
    Names numbered = names.with("N", String.valueOf(n));
    return request(
        row.who(),
        row.method(),
        numbered.in(row.path()),
        row.accept(),
        row.type() == null && row.body() != null ? "application/json" : row.type(),
        row.body() == null ? null : numbered.in(row.body()));
  }

  private HttpRequest request(
      String who,
      String method,
      String path,
      @Nullable String accept,
      @Nullable String type,
      @Nullable String body) {
    Map<String, String> headers = new TreeMap<>();
    put(headers, "X-Auth-Token", cast.token(who));
    put(headers, "Accept", accept);
    put(headers, "Content-Type", "none".equals(type) ? null : type);
    return Wire.request(method, URI.create(cast.imageUrl() + path), headers, body);
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private void make(String name, Table.Image image) {
    String described =
        """
        {"name": "%s", "visibility": "%s", "protected": %s,
         "disk_format": "raw", "container_format": "bare"}
        """
            .formatted(name.toLowerCase(Locale.ROOT), image.visibility(), image.isProtected());
    String owner = image.owner();
    String id = done(owner, "POST", "/v2/images", described).json().path("id").asText();
    names = names.with(name, id);
    String path = "/v2/images/" + id;
    if (image.state() != Table.State.QUEUED) {
      done(owner, "PUT", path + "/file", "0123456789");
    }
    image.members().forEach(member -> add(owner, path + "/members", Member.of(names.in(member))));
    if (image.state() == Table.State.DEACTIVATED) {
      done(owner, "POST", path + "/actions/deactivate", null);
    }
  }

  private void add(String owner, String path, Member member) {
    done(owner, "POST", path, "{\"member\": \"" + member.id() + "\"}");
    if (!member.status().equals("pending")) {
      done("admin", "PUT", path + "/" + member.id(), "{\"status\": \"" + member.status() + "\"}");
    }
  }

  private Reply done(String who, String method, String path, @Nullable String body) {
    String type =
        path.endsWith("/file")
            ? "application/octet-stream"
            : body == null ? null : "application/json";
    Reply reply = Wire.send(request(who, method, path, null, type, body));
    assertThat(reply.status()).as("%s %s %s: %s", who, method, path, reply).isBetween(200, 299);
    return reply;
  }

  private static Names firstNames(Cast cast) {
    Map<String, String> names = new TreeMap<>();
    cast.people()
        .forEach(
            (who, person) -> {
              String name = who.toUpperCase(Locale.ROOT);
              names.put(name, person.projectId());
              names.put(name + "_NAME", person.projectName());
            });
    names.put("IMAGE_URL", cast.imageUrl().toString());
    names.put("UNAUTHORIZED", UNAUTHORIZED);
    names.put("UUID", UUID.randomUUID().toString());
    for (int length : List.of(255, 256)) {
      names.put("X" + length, "x".repeat(length));
    }
    return new Names(names);
  }
}
