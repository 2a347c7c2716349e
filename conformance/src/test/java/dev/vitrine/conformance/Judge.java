package dev.vitrine.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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
          413, "Request Entity Too Large");

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
    return head + (answer.status() == 405 ? " \n\n " : "\n\n   ");
  }

  /** webob's frame for {@code Accept: application/json}. */
  private ObjectNode jsonError(String message) {
    String title = TITLES.get(answer.status());
    return JsonNodeFactory.instance
        .objectNode()
        .put("message", message + "<br /><br />\n\n\n")
        .put("code", answer.status() + " " + title)
        .put("title", title);
  }

  private ObjectNode memberList(List<String> members) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    members.forEach(member -> records.add(member(names.in(member))));
    return JsonNodeFactory.instance
        .objectNode()
        .<ObjectNode>set("members", records)
        .put("schema", "/v2/schemas/members");
  }

  private ObjectNode member(String member) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("member_id", Member.of(member).id())
        .put("image_id", names.in(row.path()).split("/", -1)[3])
        .put("status", Member.of(member).status())
        .put("created_at", "{TIME}")
        .put("updated_at", "{TIME}")
        .put("schema", "/v2/schemas/member");
  }
}
