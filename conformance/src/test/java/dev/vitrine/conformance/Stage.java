package dev.vitrine.conformance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A section being played: its people, its images, and what its names stand for by now. */
final class Stage {

  private static final String UNAUTHORIZED =
      "This server could not verify that you are authorized to access the document you requested."
          + " Either you supplied the wrong credentials (e.g., bad password), or your browser does"
          + " not understand how to supply the credentials required.";

  private static final Pattern IMAGE =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final Table.Section section;
  private final Cast cast;
  private Names names;

  private Stage(Table.Section section, Cast cast) {
    this.section = section;
    this.cast = cast;
    this.names = firstNames(cast);
  }

  /** Makes the images of a section through the wire. */
  static Stage set(Table.Section section, Cast cast) {
    Stage stage = new Stage(section, cast);
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
    Reply reply = sent(request(row, 0));
    if (row.creates() != null) {
      names = names.with(row.creates(), reply.json().path("id").asText());
    }
    Judge.check(row, names, reply, row.cited(section));
    if (row.answer().like() != null) {
      checkAlike(row, row.answer().like(), reply);
    }
  }

  private void checkAlike(Row row, String otherPath, Reply reply) {
    Reply other = sent(request(row, otherPath, 0));
    assertThat(other.without(imageIn(otherPath)))
        .as("%s instead of %s [%s]", otherPath, row.path(), row.cited(section))
        .isEqualTo(reply.without(imageIn(row.path())));
  }

  private String imageIn(String path) {
    Matcher image = IMAGE.matcher(names.in(path));
    if (!image.find()) {
      throw new IllegalArgumentException("no image in " + path);
    }
    return image.group();
  }

  private void playMany(Row row) {
    Stream<HttpRequest> requests =
        IntStream.range(0, Math.max(row.together(), row.times())).mapToObj(n -> request(row, n));
    Stream<Response> responses =
        row.together() > 0
            ? RunningServer.CLIENT.sendTogether(requests.toList()).stream()
            : requests.map(RunningServer.CLIENT::send);
    Map<Integer, Long> counts = responses.collect(groupingBy(Response::status, counting()));
    assertThat(counts)
        .as("status=how many, of %s [%s]", row.request(), row.cited(section))
        .isEqualTo(row.answer().counts());
  }

  private HttpRequest request(Row row, int n) {
    return request(row, row.path(), n);
  }

  private HttpRequest request(Row row, String path, int n) {
    Names numbered = names.with("N", String.valueOf(n));
    Map<String, String> headers = new TreeMap<>();
    row.headers().forEach((name, value) -> headers.put(name, numbered.in(value)));
    put(headers, "Accept", row.accept());
    boolean hasBody = row.body() != null || row.hex() != null;
    String type = row.type() == null && hasBody ? "application/json" : row.type();
    put(headers, "Content-Type", "none".equals(type) ? null : type);
    return request(row.who(), row.method(), numbered.in(path), headers, body(row, numbered));
  }

  private Reply sent(HttpRequest request) {
    Response response = RunningServer.CLIENT.send(request);
    cast.contract().check(request, response);
    return Reply.of(response);
  }

  private static @Nullable BodyPublisher body(Row row, Names names) {
    if (row.hex() != null) {
      return BodyPublishers.ofByteArray(HexFormat.of().parseHex(row.hex()));
    }
    return body(row.body() == null ? null : names.in(row.body()));
  }

  private static @Nullable BodyPublisher body(@Nullable String text) {
    return text == null ? null : BodyPublishers.ofString(text);
  }

  private HttpRequest request(
      String who,
      String method,
      String path,
      Map<String, String> headers,
      @Nullable BodyPublisher body) {
    HttpRequest.Builder request =
        new Endpoint(RunningServer.CLIENT, cast.imageUrl(), cast.token(who))
            .request(method, path, body);
    headers.forEach(request::header);
    return request.build();
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
    switch (image.state()) {
      case QUEUED -> {}
      case STAGED -> done(owner, "PUT", path + "/stage", ImageRecord.BYTES);
      case ACTIVE, DEACTIVATED -> done(owner, "PUT", path + "/file", ImageRecord.BYTES);
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
    Map<String, String> headers = new TreeMap<>();
    if (body != null) {
      headers.put(
          "Content-Type",
          path.matches(".*/(file|stage)") ? "application/octet-stream" : "application/json");
    }
    Reply reply = sent(request(who, method, path, headers, body(body)));
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
    names.put("GIVEN", UUID.randomUUID().toString());
    return new Names(names);
  }
}
