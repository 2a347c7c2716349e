package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.SignedDraft.Pair;
import dev.vitrine.server.http.SignedDraft.Signer;
import dev.vitrine.server.iam.AccessKeyTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signed requests over the wire, one row each: a rule of contract/ims.md or a ruling, a genuine
 * request, and what becomes of it on its way.
 */
@NullMarked
class SignedRequestTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String PATCH = "application/openstack-images-v2.1-json-patch";

  private static final String REFUSAL =
      "Incorrect IAM authentication information: verify aksk signature fail";

  private static Signer alice = new Signer("", "");
  private static Signer bob = new Signer("", "");
  private static String aliceProject = "";
  private static String bobProject = "";
  private static String bobDomain = "";
  private static String aliceToken = "";

  @BeforeAll
  static void keysAndPlaces() {
    aliceToken = SERVER.token("alice");
    alice = key("alice");
    bob = key("bob");
    aliceProject = project("alice");
    bobProject = project("bob");
    bobDomain =
        SERVER
            .send("GET", "/v3/auth/domains", SERVER.token("bob"), null)
            .json()
            .at("/domains/0/id")
            .asText();
  }

  private static Signer key(String tenant) {
    String token = SERVER.token(tenant);
    String user =
        SERVER
            .send("GET", "/v3/users?name=" + tenant, token, null)
            .json()
            .at("/users/0/id")
            .asText();
    return AccessKeyTest.create(SERVER, token, user);
  }

  private static String project(String tenant) {
    return SERVER
        .send("GET", "/v3/auth/projects", SERVER.token(tenant), null)
        .json()
        .at("/projects/0/id")
        .asText();
  }

  /** A row of the table; {@code draft} is signed or signs itself, {@code then} comes afterwards. */
  record Row(String rule, String what, Supplier<SignedDraft> draft, Consumer<SignedDraft> then) {
    Response send() {
      SignedDraft draft = this.draft.get();
      then.accept(draft);
      return draft.send(SERVER);
    }

    @Override
    public String toString() {
      return rule + ": " + what;
    }
  }

  private static SignedDraft draft(String method, String path) {
    return new SignedDraft(method, path, SERVER.host()).header("X-Project-Id", aliceProject);
  }

  private static SignedDraft list() {
    return draft("GET", "/v2/images")
        .query("limit", "5")
        .query("tag", "b c")
        .query("tag", "a=*")
        .query("name", "~é+");
  }

  private static SignedDraft create() {
    return draft("POST", "/v2/images").json("{\"name\": \"signed\"}");
  }

  private static SignedDraft unsignedPayload() {
    return create().header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
  }

  /** No name twice in the query: of those, the older golangsdk signs the first only. */
  private static SignedDraft one() {
    return draft("GET", "/v2/images").query("name", "~é+ *").query("limit", "5");
  }

  private static Row scoped(String what, UnaryOperator<String> then) {
    return as(
        "ruling 27", what, () -> one().signForScope(alice, "north", "ims").authorization(then));
  }

  private static SignedDraft patch() {
    String image =
        SERVER
            .send("POST", "/v2/images", aliceToken, "{\"name\": \"patched\"}")
            .json()
            .path("id")
            .asText();
    String body = "[{\"op\": \"replace\", \"path\": \"/name\", \"value\": \"signed\"}]";
    return draft("PATCH", "/v2/images/" + image)
        .header("Content-Type", PATCH)
        .header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD")
        .body(body.getBytes(UTF_8));
  }

  private static Row list(String rule, String what, Consumer<SignedDraft> then) {
    return new Row(rule, what, () -> list().sign(alice), then);
  }

  private static Row create(String rule, String what, Consumer<SignedDraft> then) {
    return new Row(rule, what, () -> create().sign(alice), then);
  }

  private static Row as(String rule, String what, Supplier<SignedDraft> draft) {
    return new Row(rule, what, draft, asSent -> {});
  }

  private static void replace(SignedDraft draft, int index, String name, String value) {
    draft.query.set(index, new Pair(name, value));
  }

  static Stream<Row> bad() {
    return Stream.of(
        // What is signed.
        create("1.0.3 METHOD", "another", d -> d.method = "PUT"),
        list("1.0.3 CanonicalURI", "another path", d -> d.path = "/v2/schemas/images"),
        list("1.0.3 CanonicalURI", "another protocol", d -> d.path = "/v3/auth/projects"),
        list("1.0.3 CanonicalURI", "below another name", d -> d.path = "/image" + d.path),
        list("1.0.3 CanonicalURI", "an unknown path", d -> d.path = "/v2/nothing"),
        list("1.0.3 CanonicalURI", "encoded otherwise", d -> d.path = "/v2/image%73"),
        as(
            "decision 9",
            "an escape encoded once more",
            () -> {
              SignedDraft draft = draft("GET", "/v2/images/none/members/a%20b").sign(alice);
              draft.path = "/v2/images/none/members/a%2520b";
              return draft;
            }),
        as(
            "decision 9",
            "an escape encoded once less",
            () -> {
              SignedDraft draft = draft("GET", "/v2/images/none/members/a%2520b").sign(alice);
              draft.path = "/v2/images/none/members/a%20b";
              return draft;
            }),
        list("1.0.3 CanonicalQuery", "another value", d -> replace(d, 0, "limit", "6")),
        list("1.0.3 CanonicalQuery", "a value in another case", d -> replace(d, 1, "tag", "B c")),
        list("1.0.3 CanonicalQuery", "another key", d -> replace(d, 0, "Limit", "5")),
        list("1.0.3 CanonicalQuery", "one more", d -> d.query("owner", "x")),
        list("1.0.3 CanonicalQuery", "one less", d -> d.query.removeFirst()),
        list("1.0.3 CanonicalQuery", "a name twice", d -> d.query("limit", "5")),
        list("1.0.3 CanonicalQuery", "unsorted values reversed", d -> Collections.reverse(d.query)),
        create("1.0.3 PayloadHash", "another byte", d -> d.body[2] ^= 1),
        create("1.0.3 PayloadHash", "one more byte", d -> d.body = Arrays.copyOf(d.body, 30)),
        create("1.0.3 PayloadHash", "no body", d -> d.body = new byte[0]),
        list("1.0.3 PayloadHash", "a body where there was none", d -> d.json("{}")),
        // Headers.
        list("1.0.3 CanonicalHeaders", "another host", d -> d.header("Host", "localhost")),
        list("1.0.3 CanonicalHeaders", "a host without port", d -> d.header("Host", "127.0.0.1")),
        list("1.0.3 CanonicalHeaders", "another agent", d -> d.header("User-Agent", "b")),
        list("1.0.3 CanonicalHeaders", "another date", d -> d.date(Duration.ofSeconds(-2))),
        list(
            "1.0.3 CanonicalHeaders",
            "another project of theirs",
            d -> d.header("X-Project-Id", bobProject)),
        list("1.0.3 CanonicalHeaders", "signed but gone", d -> d.without("User-Agent")),
        list("1.0.3 CanonicalHeaders", "no project", d -> d.without("X-Project-Id")),
        list("1.0.3 CanonicalHeaders", "no date", d -> d.without("X-Sdk-Date")),
        list(
            "1.0.3 CanonicalHeaders",
            "a signed one twice",
            d -> d.headers.add(new Pair("User-Agent", "a client/1.0"))),
        list(
            "1.0.3 CanonicalHeaders",
            "two hosts",
            d -> d.headers.add(new Pair("Host", SERVER.host()))),
        as(
            "1.0.3 SignedHeaders",
            "x-sdk-date left out",
            () -> list().sign(alice, "host;user-agent;x-project-id")),
        as(
            "ruling 27",
            "another tenant's project added",
            () -> list().without("X-Project-Id").sign(alice).header("X-Project-Id", bobProject)),
        as(
            "ruling 27",
            "two projects added",
            () -> {
              SignedDraft draft = list().without("X-Project-Id").sign(alice);
              draft.headers.add(new Pair("X-Project-Id", aliceProject));
              draft.headers.add(new Pair("X-Project-Id", bobProject));
              return draft;
            }),
        // The older form: Credential=AK/date/region/service/sdk_request.
        scoped("another region", text -> text.replace("/north/", "/south/")),
        scoped("another service", text -> text.replace("/ims/", "/iam/")),
        scoped("no region", text -> text.replace("/north/", "//")),
        scoped("another day", text -> text.replaceFirst("/\\d{8}/", "/20200101/")),
        scoped("no end of the scope", text -> text.replace("/sdk_request", "")),
        scoped("another algorithm", text -> text.replace("SDK-HMAC", "V11-HMAC")),
        scoped("only the key", text -> text.replaceFirst("Credential=(\\w+)/[^,]*", "Access=$1")),
        as(
            "ruling 27",
            "the plain form's signature with a scope",
            () ->
                one()
                    .sign(alice)
                    .authorization(
                        text ->
                            text.replace(
                                "Access=" + alice.access(),
                                "Credential=" + alice.access() + "/20200101///sdk_request"))),
        as(
            "ruling 27",
            "a wrong secret with a scope",
            () -> one().signForScope(new Signer(alice.access(), bob.secret()), "north", "ims")),
        // Security tokens.
        as(
            "temporary keys",
            "a security token beside a permanent key",
            () -> list().header("X-Security-Token", "none").sign(alice)),
        as(
            "temporary keys",
            "an empty one, unsigned",
            () -> list().sign(alice).header("X-Security-Token", "")),
        as(
            "temporary keys",
            "a login token as one",
            () -> list().header("X-Security-Token", aliceToken).sign(alice)),
        list(
            "1.0.3 SignedHeaders",
            "in upper case",
            d -> d.authorization(text -> text.replace("host;", "Host;"))),
        as(
            "1.0.3 SignedHeaders",
            "one twice",
            () -> list().sign(alice, "host;host;x-project-id;x-sdk-date")),
        list(
            "1.0.3 SignedHeaders",
            "one less",
            d -> d.authorization(text -> text.replace("user-agent;", ""))),
        list(
            "1.0.3 SignedHeaders",
            "in another order",
            d -> d.authorization(text -> text.replace("host;user-agent", "user-agent;host"))),
        // Time.
        as("1.0.3 15 minutes", "too old", () -> list().date(minutes(-16)).sign(alice)),
        as("1.0.3 15 minutes", "not yet", () -> list().date(minutes(16)).sign(alice)),
        as(
            "1.0.3 X-Sdk-Date",
            "another form",
            () -> list().header("X-Sdk-Date", "2026-11-24T02:55:34Z").sign(alice)),
        as(
            "1.0.3 X-Sdk-Date",
            "no such hour",
            () -> list().header("X-Sdk-Date", "20261124T995534Z").sign(alice)),
        // The body's own hash.
        as("ruling 23", "UNSIGNED-PAYLOAD with JSON", () -> unsignedPayload().sign(alice)),
        as(
            "ruling 23",
            "UNSIGNED-PAYLOAD with JSON in another case",
            () -> unsignedPayload().header("Content-Type", "Application/JSON ; a=b").sign(alice)),
        as(
            "ruling 23",
            "UNSIGNED-PAYLOAD with a kind of JSON",
            () -> unsignedPayload().header("Content-Type", "application/x+json").sign(alice)),
        as(
            "ruling 23",
            "UNSIGNED-PAYLOAD without a type",
            () -> unsignedPayload().without("Content-Type").sign(alice)),
        as(
            "ruling 27",
            "UNSIGNED-PAYLOAD with another type on a route of JSON",
            () -> unsignedPayload().header("Content-Type", "text/plain").sign(alice)),
        as(
            "ruling 27",
            "UNSIGNED-PAYLOAD with a patch's type on another route",
            () -> unsignedPayload().header("Content-Type", PATCH).sign(alice)),
        as(
            "ruling 27",
            "UNSIGNED-PAYLOAD with a patch in JSON's own type",
            () -> patch().header("Content-Type", "application/json-patch+json").sign(alice)),
        as(
            "ruling 27",
            "UNSIGNED-PAYLOAD without a body",
            () -> list().header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD").sign(alice)),
        as(
            "ruling 23",
            "UNSIGNED-PAYLOAD itself unsigned",
            () ->
                create()
                    .header("Content-Type", "text/plain")
                    .sign(alice)
                    .header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD")),
        as(
            "ruling 23",
            "a right hash that is not signed",
            () -> {
              SignedDraft draft = create();
              return draft
                  .header("X-Sdk-Content-Sha256", SignedDraft.sha256(draft.body))
                  .sign(alice, "host;x-project-id;x-sdk-date");
            }),
        as(
            "ruling 23",
            "a signed hash of another body",
            () ->
                create()
                    .header("X-Sdk-Content-Sha256", SignedDraft.sha256(new byte[0]))
                    .sign(alice)),
        // The signature and the key.
        list(
            "1.0.3 Signature",
            "upper-case digits",
            d ->
                d.authorization(
                    text ->
                        text.substring(0, text.length() - 64)
                            + text.substring(text.length() - 64).toUpperCase(Locale.ROOT))),
        list(
            "1.0.3 Signature",
            "truncated",
            d -> d.authorization(text -> text.substring(0, text.length() - 1))),
        list("1.0.3 Signature", "longer", d -> d.authorization(text -> text + "0")),
        list(
            "1.0.3 Signature",
            "another digit",
            d ->
                d.authorization(
                    text ->
                        text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0"))),
        list(
            "1.0.3 Signature",
            "empty",
            d -> d.authorization(text -> text.replaceFirst("Signature=.*", "Signature="))),
        list(
            "1.0.3 Authorization",
            "another algorithm",
            d -> d.authorization(text -> text.replace("SHA256", "SM3"))),
        list(
            "1.0.3 Authorization",
            "only its name",
            d -> d.authorization(text -> "SDK-HMAC-SHA256")),
        list(
            "1.0.3 Authorization",
            "twice",
            d -> d.headers.add(new Pair("Authorization", d.headers.getLast().value()))),
        list(
            "1.0.3 Access",
            "another's key",
            d -> d.authorization(text -> text.replace(alice.access(), bob.access()))),
        list(
            "1.0.3 Access",
            "a key in another case",
            d ->
                d.authorization(
                    text -> text.replace(alice.access(), alice.access().toLowerCase(Locale.ROOT)))),
        as(
            "1.0.3 Access",
            "an unknown key",
            () -> list().sign(new Signer("UNKNOWN0000000000000", alice.secret()))),
        as(
            "1.0.3 Signature",
            "a wrong secret",
            () -> list().sign(new Signer(alice.access(), alice.secret() + "x"))),
        as(
            "1.0.3 Signature",
            "another's secret",
            () -> list().sign(new Signer(alice.access(), bob.secret()))),
        // Scopes.
        as(
            "O-24",
            "another tenant's project",
            () -> list().header("X-Project-Id", bobProject).sign(alice)),
        as("O-24", "no such project", () -> list().header("X-Project-Id", "none").sign(alice)),
        as("O-24", "no project id at all", () -> list().header("X-Project-Id", "a b").sign(alice)),
        as(
            "ruling 4",
            "another tenant's domain",
            () -> list().without("X-Project-Id").header("X-Domain-Id", bobDomain).sign(alice)),
        // A signature outweighs a token.
        list(
            "ruling 14",
            "with a good token",
            d -> {
              d.header("User-Agent", "b");
              d.header("X-Auth-Token", aliceToken);
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whateverIsWrongTheAnswerIsTheSame(Row row) {
    int before = images();
    Response answer = row.send();
    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    assertThat(answer.json().fieldNames())
        .toIterable()
        .containsExactly("error_msg", "error_code", "request_id");
    assertThat(answer.json().path("error_msg").asText()).isEqualTo(REFUSAL);
    assertThat(answer.json().path("error_code").asText()).isEqualTo("APIGW.0301");
    assertThat(answer.json().path("request_id").asText()).isEqualTo(answer.header("x-request-id"));
    assertThat(answer.header("content-type")).startsWith("application/json");
    assertThat(images()).isEqualTo(before);
  }

  static Stream<Row> good() {
    return Stream.of(
        list("1.0.3", "as the client sent it", d -> {}),
        create("1.0.3", "with a body", d -> {}),
        create("1.0.1 WIRE", "with a body in chunks", d -> d.chunked()),
        list(
            "1.0.3 CanonicalQuery", "names in another order", d -> Collections.swap(d.query, 0, 3)),
        as(
            "1.0.3 CanonicalQuery",
            "sorted values in another order",
            () -> {
              SignedDraft draft = draft("GET", "/v2/images").query("tag", "a").query("tag", "b");
              draft.sign(alice);
              Collections.reverse(draft.query);
              return draft;
            }),
        as(
            "1.0.3 CanonicalQuery",
            "an empty value",
            () -> draft("GET", "/v2/images").query("name", "").sign(alice)),
        as(
            "1.0.3 CanonicalURI",
            "with the name that the service has there",
            () -> draft("GET", "/image/v2/images").sign(alice)),
        list(
            "1.0.3 CanonicalHeaders",
            "names in another case",
            d ->
                d.headers.replaceAll(
                    pair -> new Pair(pair.name().toUpperCase(Locale.ROOT), pair.value()))),
        list("1.0.3 CanonicalHeaders", "in another order", d -> Collections.reverse(d.headers)),
        list(
            "1.0.3 CanonicalHeaders",
            "spaces around a value",
            d -> d.header("User-Agent", "   a client/1.0  ")),
        list(
            "1.0.1 Accept-Encoding",
            "unsigned ones added",
            d -> d.header("Accept-Encoding", "gzip").header("Via", "1.1 proxy")),
        as(
            "1.0.3",
            "a letter of Latin",
            () -> list().header("User-Agent", "caf\u00c3\u00a9").sign(alice)),
        as(
            "1.0.3 SignedHeaders",
            "fewer",
            () -> list().sign(alice, "host;x-project-id;x-sdk-date")),
        as(
            "1.0.3 SignedHeaders",
            "the type as well",
            () -> create().sign(alice, "content-type;host;x-project-id;x-sdk-date")),
        as("1.0.3 15 minutes", "14 minutes old", () -> list().date(minutes(-14)).sign(alice)),
        as("1.0.3 15 minutes", "14 minutes ahead", () -> list().date(minutes(14)).sign(alice)),
        as(
            "ruling 23",
            "a hash said beforehand",
            () -> {
              SignedDraft draft = create();
              return draft
                  .header("X-Sdk-Content-Sha256", SignedDraft.sha256(draft.body))
                  .sign(alice);
            }),
        as("ruling 23", "UNSIGNED-PAYLOAD with an image's patch", () -> patch().sign(alice)),
        // The SDK for Go v3 (core/auth/signer) signs all headers that it has, but never the host.
        as(
            "ruling 27",
            "the SDK for Go: a read",
            () -> list().sign(alice, "user-agent;x-project-id;x-sdk-date")),
        as(
            "ruling 27",
            "the SDK for Go: a write, its type signed in older releases",
            () -> create().sign(alice, "content-type;user-agent;x-project-id;x-sdk-date")),
        as(
            "ruling 27",
            "the SDK for Go: discovery",
            () ->
                new SignedDraft("GET", "/v3/projects", SERVER.host())
                    .query("name", TestServer.REGION)
                    .header("Content-Type", "application/json")
                    .sign(alice, "content-type;user-agent;x-sdk-date")),
        as(
            "ruling 27",
            "the SDK for Go: a patch whose body is not hashed",
            () ->
                patch()
                    .sign(
                        alice,
                        "content-type;user-agent;x-project-id;x-sdk-content-sha256;x-sdk-date")),
        // golangsdk (signer/signer.go), in the Terraform providers: ids are added afterwards.
        as(
            "ruling 27",
            "golangsdk: a write, project and domain added afterwards",
            () ->
                create()
                    .without("X-Project-Id")
                    .header("Accept", "application/json")
                    .sign(alice, "accept;content-type;user-agent;x-sdk-date")
                    .header("X-Project-Id", aliceProject)
                    .header("X-Domain-Id", "anything")),
        as(
            "ruling 27",
            "golangsdk: a host that a proxy changes",
            () ->
                list()
                    .sign(alice, "user-agent;x-project-id;x-sdk-date")
                    .header("Host", "images.example.org")),
        // The older golangsdk (signer_helper.go): a key for day, region and service.
        scoped("the older golangsdk: a read", text -> text),
        as(
            "ruling 27",
            "the older golangsdk: no region, no service",
            () -> one().signForScope(alice, "", "")),
        as(
            "ruling 27",
            "the older golangsdk: a write, project added afterwards",
            () ->
                create()
                    .without("X-Project-Id")
                    .header("Accept", "application/json")
                    .header("User-Agent", "golangsdk/2.0.0   terraform")
                    .signForScope(alice, "cn-north-4", "")
                    .header("X-Project-Id", aliceProject)),
        as(
            "ruling 4",
            "without a project: its default",
            () -> list().without("X-Project-Id").sign(alice)),
        as(
            "1.0.4",
            "discovery by region",
            () ->
                new SignedDraft("GET", "/v3/projects", SERVER.host())
                    .query("name", TestServer.REGION)
                    .sign(alice)),
        list("decision 9", "with a bad token", d -> d.header("X-Auth-Token", "none")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void whatMayChangeOnTheWayMay(Row row) {
    Response answer = row.send();
    assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
  }

  private static int images() {
    return SERVER
        .send("GET", "/v2/images?name=signed", aliceToken, null)
        .json()
        .path("images")
        .size();
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }
}
