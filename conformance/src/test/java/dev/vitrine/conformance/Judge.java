package dev.vitrine.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;

/** Compares one reply with the answer that its row expects. */
final class Judge {

  private static final Map<Integer, String> TITLES =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          409, "Conflict",
          413, "Request Entity Too Large",
          415, "Unsupported Media Type",
          416, "Request Range Not Satisfiable",
          431, "Request Header Fields Too Large");

  private final Row row;
  private final Answer answer;
  private final Names names;
  private final Reply reply;
  private final SoftAssertions softly = new SoftAssertions();

  private Judge(Row row, Names names, Reply reply) {
    this.row = row;
    this.answer = row.answer();
    this.names = names.with("LENGTH", String.valueOf(reply.length()));
    this.reply = reply;
  }

  /** Fails with everything that differs, the row's source, and the reply as it came. */
  static void check(Row row, Names names, Reply reply, String cited) {
    Judge judge = new Judge(row, names, reply);
    judge.softly.assertThat(reply.status()).as("status").isEqualTo(row.answer().status());
    judge.checkBody();
    judge.checkHeaders();
    if (!judge.softly.wasSuccess()) {
      judge.softly.fail("%s; the reply was %s", cited, reply);
    }
    judge.softly.assertAll();
  }

  private void checkHeaders() {
    answer.headers().forEach(this::checkHeader);
    if (isFromGlanceItself()) {
      checkHeader("x-openstack-request-id", "{REQUEST_ID}");
    }
  }

  /** In Glance a 401 and OPTIONS are answered before the request has an id. */
  private boolean isFromGlanceItself() {
    return row.path().startsWith("/v2/")
        && answer.status() != 401
        && !answer.headers().containsKey("x-openstack-request-id")
        && !row.method().equals("OPTIONS");
  }

  private void checkHeader(String name, String expected) {
    softly.assertThat(reply.header(name)).as(name).isEqualTo(names.in(expected));
  }

  private void checkBody() {
    if (answer.text() != null) {
      checkHeader("content-type", "text/plain; charset=UTF-8");
      body().isEqualTo(plainError(names.in(answer.text()), answer.detail()));
    }
    if (answer.message() != null) {
      checkJson(jsonError(names.in(answer.message())));
    }
    if (answer.exact() != null) {
      body().isEqualTo(names.in(answer.exact()));
    }
    if (answer.json() != null) {
      checkJson(Reply.parsed(names.in(answer.json().toString())));
    }
    if (answer.member() != null) {
      checkJson(member(names.in(answer.member())));
    }
    if (answer.members() != null) {
      checkJson(memberList(answer.members()));
    }
    if (answer.ids() != null) {
      softly
          .assertThat(listed("member_id"))
          .isEqualTo(answer.ids().stream().map(names::in).toList());
    }
    if (answer.count() != null) {
      softly.assertThat(listed("member_id")).hasSize(answer.count());
    }
    if (answer.image() != null) {
      JsonNode difference = Reply.parsed(names.in(answer.image().toString()));
      checkJson(ImageRecord.expected(difference, idOfImage(), owner(), reply.json()));
    }
    if (answer.images() != null) {
      checkImages(answer.images());
    }
    if (answer.lists() != null) {
      softly.assertThat(listed("id")).contains(names.in(answer.lists()));
    }
    if (answer.omits() != null) {
      softly.assertThat(listed("id")).doesNotContain(names.in(answer.omits()));
    }
    answer.at().forEach(this::checkAt);
  }

  private AbstractStringAssert<?> body() {
    return softly.assertThat(reply.text()).as("body");
  }

  /** Compares as text, so that the order of fields counts. */
  private void checkJson(JsonNode expected) {
    checkHeader("content-type", "application/json");
    softly
        .assertThat(reply.json().toPrettyString())
        .as("body")
        .isEqualTo(expected.toPrettyString());
  }

  private void checkAt(String pointer, JsonNode expected) {
    checkHeader("content-type", "application/json");
    softly
        .assertThat(reply.json().at(pointer))
        .as(pointer)
        .isEqualTo(Reply.parsed(names.in(expected.toString())));
  }

  private String idOfImage() {
    return row.method().equals("POST") ? reply.json().path("id").asText() : imageInPath();
  }

  private String owner() {
    return names.in("{" + row.who().toUpperCase(Locale.ROOT) + "}");
  }

  private void checkImages(List<String> expected) {
    JsonNode page = reply.json();
    softly
        .assertThat(listed("id"))
        .as("images")
        .isEqualTo(expected.stream().map(names::in).toList());
    softly
        .assertThat(page.properties().stream().map(Map.Entry::getKey))
        .as("keys")
        .isEqualTo(
            answer.next() == null
                ? List.of("images", "first", "schema")
                : List.of("images", "first", "schema", "next"));
    softly.assertThat(page.path("schema").asText()).isEqualTo("/v2/schemas/images");
    if (answer.first() != null) {
      softly
          .assertThat(page.path("first").asText())
          .as("first")
          .isEqualTo(names.in(answer.first()));
    }
    if (answer.next() != null) {
      softly.assertThat(page.path("next").asText()).as("next").isEqualTo(names.in(answer.next()));
    }
  }

  private List<String> listed(String key) {
    checkHeader("content-type", "application/json");
    return reply.json().findValuesAsText(key);
  }

  /** webob's plain-text frame; the blanks at its end are part of it. */
  private String plainError(String text, @Nullable String detail) {
    String head = answer.status() + " " + TITLES.get(answer.status()) + "\n\n" + text;
    if (detail != null) {
      return head + "\n\n " + detail + "  ";
    }
    return head + (isBrief() ? " \n\n " : "\n\n   ");
  }

  /** webob's frame for {@code Accept: application/json}. */
  private ObjectNode jsonError(String message) {
    String title = TITLES.get(answer.status());
    return JsonNodeFactory.instance
        .objectNode()
        .put("message", message + ending())
        .put("code", answer.status() + " " + title)
        .put("title", title);
  }

  private String ending() {
    return switch (answer.status()) {
      case 405 -> " <br /><br />\n";
      case 415 -> "\n<br /><br />\n";
      default -> "<br /><br />\n\n\n";
    };
  }

  /** webob has shorter texts for these two. */
  private boolean isBrief() {
    return answer.status() == 405 || answer.status() == 415;
  }

  private ObjectNode memberList(List<String> members) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    members.forEach(member -> records.add(member(names.in(member))));
    return JsonNodeFactory.instance
        .objectNode()
        .<ObjectNode>set("members", records)
        .put("schema", "/v2/schemas/members");
  }

  private String imageInPath() {
    return names.in(row.path()).split("/", -1)[3];
  }

  private ObjectNode member(String member) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("member_id", Member.of(member).id())
        .put("image_id", imageInPath())
        .put("status", Member.of(member).status())
        .put("created_at", "{TIME}")
        .put("updated_at", "{TIME}")
        .put("schema", "/v2/schemas/member");
  }
}
