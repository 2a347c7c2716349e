package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands send to a server, and what they make of its answers. */
class ServedCommandsTest {
  private static final String FIRST = "00000000-0000-4000-8000-000000000001";
  private static final String SECOND = "00000000-0000-4000-8000-000000000002";
  private static final String PROJECT = "11111111111111111111111111111111";
  private static final byte[] BYTES = "0123456789".getBytes(UTF_8);

  @TempDir Path directory;

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aNameOfSeveralImagesIsRefusedAndNothingIsDeleted() {
    server.when("GET /v2/images?", images(image(FIRST, "twin"), image(SECOND, "twin")));

    Run run = run("image", "delete", "twin");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(FIRST, SECOND);
    assertThat(server.requests).noneMatch(request -> request.startsWith("DELETE"));
  }

  /** A server may search for more than equal names. */
  @Test
  void onlyTheVeryNameCounts() {
    server.when("GET /v2/images?", images(image(FIRST, "disk"), image(SECOND, "Disk")));
    server.when("DELETE /v2/images/" + FIRST, "");

    assertThat(run("image", "delete", "disk").code()).isZero();
    assertThat(server.requests).contains("DELETE /v2/images/" + FIRST);
  }

  @Test
  void whatIsNotThereEndsWithThree() {
    Run run = run("image", "show", FIRST);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err())
        .contains("no image " + FIRST)
        .containsPattern("vitrine why \\w+ show " + FIRST);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | {"error": {"code": "IMG.0088", "message": "Full."}} | 镜像的共享数量已达上限。（服务器原文：Full.）
          403 | {"error": {"code": "IMG.9999", "message": "New."}}  | 您没有权限执行此操作。（服务器原文：New.）
          409 | {"error": {"code": 409, "message": "Late."}}        | 与当前状态冲突。（服务器原文：Late.）
          404 | 404 Not Found\\n\\nNo image.                        | 内容不存在，或者您无权查看。（服务器原文：No image.）
          400 | {"error_code": "X.1", "error_msg": "Bad."}          | 服务器拒绝了该请求。（服务器原文：Bad.）
          502 | {"message": "Gone."}                                | 服务器出错了。（服务器原文：Gone.）
          413 | ''                                                  | 超出了限制。
          """)
  void refusalsAreToldInTheUsersLanguageWithTheServersOwnWords(
      int status, String body, String sentence) {
    server.refuse("POST /v1/cloudimages/members", status, body.replace("\\n", "\n"));

    Run run = run(Map.of("LANG", "zh_CN.UTF-8"), "share", FIRST, "--with", PROJECT);

    assertThat(run.err()).startsWith("vitrine: " + sentence + "\n");
  }

  @Test
  void readersOfEnglishGetTheServersOwnWords() {
    String body = "{\"error\": {\"code\": \"IMG.0088\", \"message\": \"Full.\"}}";
    server.refuse("POST /v1/cloudimages/members", 400, body);

    assertThat(run("share", FIRST, "--with", PROJECT).err()).isEqualTo("vitrine: Full.\n");
  }

  @Test
  void jsonHasTheValuesOfTheWire() {
    server.when("GET /v2/images?", images(image(FIRST, "a")));

    var printed = Json.read(run("image", "list", "--json").out());

    assertThat(printed).hasSize(1);
    assertThat(printed.at("/0/status").asText()).isEqualTo("active");
    assertThat(printed.at("/0/size").isNumber()).isTrue();
  }

  @Test
  void aTableHasDetailsOnlyIfAsked() {
    server.when("GET /v2/images?", images(image(FIRST, "a")));

    assertThat(run("image", "list").out().lines().findFirst())
        .hasValueSatisfying(head -> assertThat(head).startsWith("ID").doesNotContain("Owner"));
    assertThat(run("image", "list", "--long").out()).contains("Owner");
    assertThat(run("image", "list", "-c", "owner").out()).startsWith("Owner");
    assertThat(run("image", "list", "-f", "csv").out()).contains(",owner,");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    server.when("GET /v2/images?", images(image(FIRST, "a, \\\"b\\\"")));

    assertThat(run("image", "list", "-f", "csv", "-c", "name", "-c", "status").out())
        .isEqualTo("name,status\n\"a, \"\"b\"\"\",active\n");
  }

  @Test
  void peopleReadWordsOfTheirLanguage() {
    server.when("GET /v2/images?", images(image(FIRST, "镜像"), image(SECOND, "a")));

    assertThat(run(Map.of("LANG", "zh_CN.UTF-8"), "image", "list", "-c", "name", "-c", "status"))
        .extracting(Run::out)
        .isEqualTo("名称  状态\n镜像  可用\na     可用\n");
    assertThat(run("image", "list", "-c", "name", "-c", "status").out())
        .isEqualTo("Name  Status\n镜像  active\na     active\n");
  }

  @Test
  void aDownloadGoesOnWhereItStopped() throws Exception {
    serve(BYTES);
    Files.write(directory.resolve("got.part"), "0123".getBytes(UTF_8));

    Run run = run("image", "download", FIRST, "--file", "got");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(directory.resolve("got")).hasBinaryContent(BYTES);
    assertThat(directory.resolve("got.part")).doesNotExist();
    assertThat(server.requests).contains("bytes=4-");
  }

  @Test
  void aDownloadOfOtherBytesIsRefused() throws Exception {
    serve("0123456780".getBytes(UTF_8));

    Run run = run("image", "download", FIRST, "--file", "got");

    assertThat(run.code()).isEqualTo(1);
    assertThat(directory.resolve("got")).doesNotExist();
  }

  @Test
  void anUploadThatIsStoredAsOtherBytesIsDeleted() throws Exception {
    serve(BYTES);
    Files.writeString(directory.resolve("disk"), "0123456780");
    server.when("POST /v2/images", image(FIRST, "disk"));
    server.when("PUT /v2/images/" + FIRST + "/file", "");
    server.when("DELETE /v2/images/" + FIRST, "");

    Run run = run("image", "upload", "disk");

    assertThat(run.code()).isEqualTo(1);
    assertThat(server.requests.getLast()).isEqualTo("DELETE /v2/images/" + FIRST);
  }

  @Test
  void aDryRunSubmitsNoJob() {
    server.when(
        "POST /v1/cloudimages/members?dry_run=true",
        """
        {"results": [{"image_id": "%s", "project_id": "%s", "status": "failed",
         "error_code": "IMG.0108"}]}"""
            .formatted(FIRST, PROJECT));

    Run run = run("share", FIRST, "--with", PROJECT, "--dry-run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("failed  There is no such project.");
    assertThat(server.requests.stream().filter(r -> r.startsWith("POST /v1")))
        .containsExactly("POST /v1/cloudimages/members?dry_run=true");
  }

  @Test
  void aJobThatFailedSaysWhy() {
    server.when(
        "GET /vitrine/v1/jobs/j",
        """
        {"job_id": "j", "kind": "add", "status": "FAIL", "ended_at": "2026-01-01T00:00:00Z",
         "pairs": [{"image_id": "i", "project_id": "p", "outcome": "member_limit"},
                   {"image_id": "k", "project_id": "p", "outcome": "success"}]}""");

    for (String command : List.of("show", "watch")) {
      Run run = run("job", command, "j");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out())
          .contains(
              "i         p           failed  The image has reached its limit of members.",
              "k         p           done");
    }
  }

  @Test
  void jobsOfSeveralPagesAreOneList() {
    server.when(
        "GET /vitrine/v1/jobs?limit=100&ended=true&marker=j1",
        "{\"jobs\": [{\"job_id\": \"j2\"}], \"next_marker\": null}");
    server.when(
        "GET /vitrine/v1/jobs?limit=100&ended=true",
        "{\"jobs\": [{\"job_id\": \"j1\"}], \"next_marker\": \"j1\"}");

    assertThat(run("job", "list", "--ended", "--limit", "101", "-f", "value", "-c", "job_id").out())
        .isEqualTo("j1\nj2\n");
  }

  @Test
  void aHistoryIsToldInWordsWithTheNamesThatAreKnown() {
    history();

    assertThat(table(run("history", "disk")))
        .containsExactly(
            "What | Image | Project | By",
            "accepted | disk | %s | %s".formatted(PROJECT, PROJECT),
            "visibility: private → shareable | disk | u",
            "created | %s | another".formatted(SECOND));
    assertThat(table(run(Map.of("LANG", "zh_CN.UTF-8"), "history", "disk")))
        .contains("可见性: 私有 → 可共享 | disk | u");
  }

  @Test
  void programsReadAHistoryAsItIsOnTheWire() {
    history();

    assertThat(run("history", "disk", "-f", "csv").out())
        .startsWith(
            "at,kind,image,project,by,from,to,image_id,owner_project_id,project_id,user_id,"
                + "other_account,job_id,request_id,client_request_id,domain_id,before,after\n"
                + "2026-01-03T00:00:00Z,offer.accepted,disk,%s,%s,pending,accepted,%s,p1,%s,,true,,,,,,\n"
                    .formatted(PROJECT, PROJECT, FIRST, PROJECT));
    assertThat(Json.read(run("history", "disk", "--json").out()).at("/1/to").asText())
        .isEqualTo("shared");
  }

  @Test
  void whatWasRefusedIsCounted() {
    server.when(
        "GET /vitrine/v1/refusals?limit=100&project_id=" + PROJECT,
        """
        {"refusals": [
         {"id": "2", "since": "2026-01-03T00:00:00Z", "until": "2026-01-03T00:01:00Z", "count": 7, "user_id": "u1",
          "project_id": "p1", "operation": "DELETE_IMAGE", "reason": "NotPermitted", "target": "%s"},
         {"id": "1", "since": "2026-01-03T00:00:00Z", "until": "2026-01-03T00:01:00Z", "count": 900, "user_id": null,
          "project_id": null, "operation": null, "reason": null, "target": null}], "next_marker": null}"""
            .formatted(FIRST));
    names();

    assertThat(table(run("history", "--refused", "--project", PROJECT)))
        .containsExactly(
            "Operation | Requests | Reason | User | Project | Of",
            "Delete an image | 7 | NotPermitted | u | p | " + FIRST,
            "900");
  }

  @Test
  void auditorsReadThemAsTheServerWritesThem() {
    String events = "{\"events\": [{\"action\": \"create\"}], \"next_marker\": null}";
    server.when("GET /vitrine/v1/history?limit=100&format=cadf", events);
    server.when("GET /vitrine/v1/refusals?limit=2&format=cadf", events);

    assertThat(Json.read(run("history", "--cadf").out()).at("/0/action").asText())
        .isEqualTo("create");
    assertThat(run("history", "--refused", "--cadf", "--limit", "2").out()).contains("create");
  }

  @Test
  void aChangeOfRightsNamesThem() {
    server.when(
        "GET /vitrine/v1/history",
        """
        {"events": [
         {"kind": "grant.created", "at": "2026-01-03T00:00:00Z", "image_id": null,
          "owner_project_id": null, "project_id": "p1", "user_id": "u1", "domain_id": "d", "before": null,
          "after": {"role": "reader", "principal": "user", "principal_id": "u1"}},
         {"kind": "group.member_removed", "at": "2026-01-03T00:00:00Z", "image_id": null,
          "owner_project_id": null, "project_id": null, "user_id": null, "domain_id": "d", "after": null,
          "before": {"group": "staff", "user": "ann"}},
         {"kind": "policy.changed", "at": "2026-01-03T00:00:00Z", "image_id": null,
          "owner_project_id": null, "project_id": null, "user_id": "u1", "domain_id": "d",
          "before": {"name": "custom_d_1", "display_name": "mine"},
          "after": {"name": "custom_d_1", "display_name": "ours"}}], "next_marker": null}""");
    names();

    assertThat(table(run("history")))
        .containsExactly(
            "What | Project | By",
            "role granted: reader → u | p | u",
            "removed from group: ann → staff",
            "policy changed: ours | u");
  }

  /** An image by name, and its three events on two pages. */
  private void history() {
    server.when("GET /v2/images?", images(image(FIRST, "disk")));
    server.when(
        "GET /vitrine/v1/images/%s/history?limit=98&marker=m".formatted(FIRST),
        """
        {"events": [{"kind": "image.created", "at": "2026-01-01T00:00:00Z", "image_id": "%s",
          "owner_project_id": "p1", "project_id": null, "from": null, "to": "private",
          "user_id": "another"}], "next_marker": null}"""
            .formatted(SECOND));
    server.when(
        "GET /vitrine/v1/images/%s/history?limit=100".formatted(FIRST),
        """
        {"events": [
         {"kind": "offer.accepted", "at": "2026-01-03T00:00:00Z", "image_id": "%s",
          "owner_project_id": "p1", "project_id": "%s", "from": "pending", "to": "accepted",
          "user_id": null, "other_account": true},
         {"kind": "image.visibility_changed", "at": "2026-01-02T00:00:00Z", "image_id": "%s",
          "owner_project_id": "p1", "project_id": null, "from": "private", "to": "shared",
          "user_id": "u1"}], "next_marker": "m"}"""
            .formatted(FIRST, PROJECT, FIRST));
    names();
  }

  /** The user may list its own projects, but no users. */
  private void names() {
    server.when("GET /v3/auth/projects", "{\"projects\": [{\"id\": \"p1\", \"name\": \"p\"}]}");
    server.when("GET /v3/projects?", "{\"projects\": []}");
    server.when("GET /v3/users?", "{\"users\": []}");
  }

  /** Cells of a table without its times. */
  private static List<String> table(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run.out()
        .lines()
        .map(line -> line.replaceFirst("^(Time|时间|[-0-9]+ [:0-9]+) +", ""))
        .map(line -> line.replaceAll(" {2,}", " | "))
        .toList();
  }

  @Test
  void aHistoryIsAskedForWhatTheOptionsSay() {
    server.when("GET /vitrine/v1/history", "{\"events\": [], \"next_marker\": null}");

    run(
        "history",
        "--since",
        "2026-01-01T00:00:00+01:00",
        "--until",
        "2026-01-02T00:00Z",
        "--project",
        PROJECT,
        "--kind",
        "offer.created,offer.accepted",
        "--limit",
        "7");

    assertThat(server.requests.getLast())
        .isEqualTo(
            "GET /vitrine/v1/history?limit=7&since=2025-12-31T23%3A00%3A00Z"
                + "&until=2026-01-02T00%3A00%3A00Z&project_id="
                + PROJECT
                + "&kind=offer.created%2Coffer.accepted");
  }

  @Test
  void theHistoryIsThatOfOneUser() {
    String found = "{\"events\": [], \"refusals\": [], \"next_marker\": null}";
    server.when("GET /vitrine/v1/", found);
    server.when("GET /v3/users?name=ann", "{\"users\": [{\"id\": \"u7\", \"name\": \"ann\"}]}");

    run("history", "--user", "ann");
    assertThat(server.requests.getLast()).isEqualTo("GET /vitrine/v1/history?limit=100&user_id=u7");
    run("history", FIRST, "--user", "ann");
    assertThat(server.requests.getLast())
        .isEqualTo("GET /vitrine/v1/images/%s/history?limit=100&user_id=u7".formatted(FIRST));
    run("history", "--user", PROJECT, "--refused");
    assertThat(server.requests.getLast())
        .isEqualTo("GET /vitrine/v1/refusals?limit=100&user_id=" + PROJECT);
  }

  @Test
  void accessIsToldAsItWas() {
    server.when(
        "GET /vitrine/v1/images/%s/access?limit=1000&as_of=2026-01-02T00%%3A00%%3A00Z"
            .formatted(FIRST),
        """
        {"as_of": "2026-01-02T00:00:00Z", "image_id": "%s", "owner_project_id": "p1",
         "visibility": "public", "image_status": "active", "everyone": ["show", "use"],
         "recipients": [
          {"project_id": "p1", "relation": "owner", "member_status": null, "can":
           ["show", "use", "change"], "since": "2026-01-01T00:00:00Z", "last_used_at": null},
          {"project_id": "%s", "relation": "member", "member_status": "accepted", "can":
           ["show", "use"], "since": "2026-01-01T00:00:00Z", "last_used_at":
           "2026-01-01T00:00:00Z"}], "next_marker": null}"""
            .formatted(FIRST, PROJECT));
    names();

    String[] command = {"access", FIRST, "--as-of", "2026-01-02T00:00Z"};
    Run run = run(command);

    assertThat(run.out())
        .contains("p1 ", "owner ", "see, use, change ", PROJECT + " ", "accepted ", "see, use ");
    assertThat(run.err()).isEqualTo("The image was public then: every project could use it.\n");
    assertThat(
            run(Stream.concat(Stream.of(command), Stream.of("-f", "csv")).toArray(String[]::new))
                .out())
        .isEqualTo(
            """
            project_id,project,status,can,since,last_used_at,other_account
            ,,everyone,"show,use",,,
            p1,p,owner,"show,use,change",2026-01-01T00:00:00Z,,
            %s,,accepted,"show,use",2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,
            """
                .formatted(PROJECT));
  }

  @Test
  void anOperationThatIsNotThereIsToldWithThoseThatAre() {
    Run run = run("why", "carol", "see", FIRST);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no operation see", "show", "download");
  }

  @Test
  void anImageThatWasNotThereIsToldWithWhatToDo() {
    Run run = run("access", FIRST, "--as-of", "2020-01-01T00:00Z");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("At 2020-01-01T00:00Z", "vitrine history " + FIRST);
  }

  @Test
  void aMemberIsToldWhoSeesTheRest() {
    server.when(
        "GET /vitrine/v1/images/" + FIRST + "/access",
        """
        {"owner_project_id": "%s", "visibility": "shared", "everyone": [], "recipients": [
          {"project_id": "p1", "relation": "member", "member_status": "pending", "can": ["show"],
           "since": "2026-01-01T00:00:00Z"}], "next_marker": null}"""
            .formatted(PROJECT));
    names();

    assertThat(run("access", FIRST).err())
        .isEqualTo(
            "Project %s owns the image: only it sees who else can use it.\n".formatted(PROJECT));
  }

  @Test
  void whatTheProjectCanUseIsToldWithItsSource() {
    server.when("GET /v2/images?", images(image(FIRST, "disk")));
    server.when(
        "GET /vitrine/v1/access?limit=1000",
        """
        {"as_of": null, "images": [{"image_id": "%s", "owner_project_id": "%s", "visibility":
          "shared", "image_status": "active", "relation": "member", "member_status": "accepted",
          "since": "2026-01-01T00:00:00Z", "can": ["show", "use"], "last_used_at": null}],
         "next_marker": null}"""
            .formatted(FIRST, PROJECT));
    names();

    assertThat(run("access", "-f", "csv").out())
        .isEqualTo(
            """
            image,owner,relation,status,can,since,last_used_at,image_id,owner_project_id,visibility,image_status
            disk,%s,member,accepted,"show,use",2026-01-01T00:00:00Z,,%s,%s,shared,active
            """
                .formatted(PROJECT, FIRST, PROJECT));
    assertThat(run("access").out()).contains("offered ", "see, use ");
  }

  @Test
  void aWebhookIsFoundByItsUrlAndToldWithItsDeliveries() {
    server.when(
        "GET /vitrine/v1/webhooks/" + PROJECT,
        """
        {"webhook": {"id": "%s", "url": "https://a.example", "kinds": ["offer.created"],
         "description": "", "enabled": true, "created_at": "2026-01-01T00:00:00Z", "deliveries":
         {"pending": 2, "parked": 1, "last_error": "The receiver answered with status 503.",
          "last_error_code": "status", "last_error_status": 503}}}"""
            .formatted(PROJECT));
    webhooks();

    Run run = run("webhook", "show", "https://a.example");

    assertThat(run.out())
        .containsPattern("State +enabled\n")
        .containsPattern("Events +offered\n")
        .containsPattern("Waiting +2\n")
        .containsPattern("Error +The receiver answered with status 503.\n");
    assertThat(run.err()).contains("vitrine webhook deliveries " + PROJECT + " --status parked");
  }

  @Test
  void whyADeliveryFailedIsSaidInTheUsersLanguage() {
    server.when(
        "GET /vitrine/v1/webhooks/" + PROJECT + "/deliveries?limit=100",
        """
        {"deliveries": [
          {"id": "3", "last_error": "It burns.", "last_error_code": "fire"},
          {"id": "2", "last_error": "The receiver redirects (302), which is not followed.",
           "last_error_code": "redirect", "last_status": 302},
          {"id": "1", "last_error": "The connection failed.", "last_error_code": null}],
         "next_marker": null}""");

    String told = run(Map.of("LANG", "zh_CN.UTF-8"), "webhook", "deliveries", PROJECT).out();

    assertThat(told)
        .contains("接收方要求重定向（状态码 302），不会跟随。")
        .doesNotContain("redirects")
        .as("what has no words is told as the server says it")
        .contains("It burns.", "The connection failed.");
    assertThat(run("webhook", "deliveries", PROJECT, "-f", "csv", "-c", "last_error_code").out())
        .isEqualTo("last_error_code\nfire\nredirect\n\n");
  }

  @Test
  void aWebhookThatIsNotThereIsToldWithWhatToDo() {
    webhooks();

    Run run = run("webhook", "delete", "https://b.example");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("vitrine webhook list");
  }

  @Test
  void aServerWithoutWebhooksIsToldAsSuch() {
    Run run = run("webhook", "list");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("This server has no webhooks");
  }

  @Test
  void aTestThatFailsSaysWhatCameBackAndEndsWithOne() {
    server.when(
        "POST /vitrine/v1/webhooks/%s/test".formatted(PROJECT),
        """
        {"test": {"delivered": false, "status": 500, "milliseconds": 7,
         "error": "The receiver answered with status 500."}}""");

    Run run = run("webhook", "test", PROJECT);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).containsPattern("Result +failed\n").containsPattern("Status +500\n");
  }

  @Test
  void deliveriesAreToldWithTheNamesThatAreKnown() {
    server.when("GET /v2/images?", images(image(FIRST, "disk")));
    server.when(
        "GET /vitrine/v1/webhooks/%s/deliveries?limit=9&status=parked&kind=offer.created"
            .formatted(PROJECT),
        """
        {"deliveries": [{"id": "7", "event_id": "e", "kind": "offer.created",
         "at": "2026-01-01T00:00:00Z", "image_id": "%s", "job_id": null, "status": "parked",
         "attempts": 20, "last_attempt_at": "2026-01-02T00:00:00Z", "last_status": null,
         "last_error": "The connection failed.", "next_attempt_at": null}],
         "next_marker": null}"""
            .formatted(FIRST));
    String[] command = {
      "webhook",
      "deliveries",
      PROJECT,
      "--status",
      "parked",
      "--kind",
      "offer.created",
      "--limit",
      "9"
    };

    assertThat(table(run(command)))
        .containsExactly(
            "ID | Time | What | Image | Status | Attempts | Error",
            "7 | %s | offered | disk | parked | 20 | The connection failed."
                .formatted(shown("2026-01-01T00:00:00Z")));
  }

  @Test
  void webhooksAreListedFromAllPages() {
    server.when(
        "GET /vitrine/v1/webhooks?marker=a%2Fb",
        "{\"webhooks\": [{\"id\": \"2\"}], \"next_marker\": null}");
    server.when(
        "GET /vitrine/v1/webhooks", "{\"webhooks\": [{\"id\": \"1\"}], \"next_marker\": \"a/b\"}");

    assertThat(run("webhook", "list", "-f", "value", "-c", "id").out()).isEqualTo("1\n2\n");
  }

  private void webhooks() {
    server.when(
        "GET /vitrine/v1/webhooks",
        "{\"webhooks\": [{\"id\": \"%s\", \"url\": \"https://a.example\"}]}".formatted(PROJECT));
  }

  private static String shown(String time) {
    return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")
        .format(Instant.parse(time).atZone(ZoneId.systemDefault()));
  }

  @Test
  void aGrantAtAnEnterpriseProjectIsOneOfIam() {
    server.when(
        "GET /v1.0/enterprise-projects?name=dev",
        "{\"enterprise_projects\": [{\"id\": \"e1\", \"name\": \"dev\"},"
            + " {\"id\": \"e2\", \"name\": \"dev2\"}]}");
    server.when(
        "PUT /v3.0/OS-PERMISSION/enterprise-projects/e1/users/%s/roles/%s"
            .formatted(PROJECT, PROJECT),
        "");

    Run run = run("grant", "create", PROJECT, "--user", PROJECT, "--enterprise-project", "dev");

    assertThat(run.code()).as(run.err()).isZero();
  }

  private void serve(byte[] bytes) throws GeneralSecurityException {
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(BYTES));
    server.when("GET /v2/images/" + FIRST + "/file", bytes);
    server.when(
        "GET /v2/images/" + FIRST,
        """
        {"id": "%s", "name": "disk", "size": 10, "os_hash_algo": "sha512", "os_hash_value": "%s"}"""
            .formatted(FIRST, hash));
  }

  private static String images(String... images) {
    return "{\"images\": [" + String.join(",", images) + "]}";
  }

  private static String image(String id, String name) {
    return """
    {"id": "%s", "name": "%s", "status": "active", "visibility": "shared", "size": 1,
     "owner": "p1", "created_at": "2026-01-01T00:00:00Z"}"""
        .formatted(id, name);
  }

  private Run run(String... arguments) {
    return run(Map.of(), arguments);
  }

  private Run run(Map<String, String> more, String... arguments) {
    Map<String, String> environment = new HashMap<>(server.user("p"));
    environment.putAll(more);
    return Run.of(environment, directory, arguments);
  }
}
