package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Session;
import dev.vitrine.conformance.Browser.Look;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/**
 * The console as two people use it, in a real browser: alice shares an image, bob accepts it, alice
 * takes it back. In both languages, wide and narrow, light and dark; once by keyboard alone. Each
 * view has a picture in {@code target/screens}.
 */
class ConsoleTest {
  private static final Look PLAIN = new Look("en", 1280, "light");
  private static final String PASSWORD = "correct horse battery staple";

  @TempDir private static Path files;
  private static RunningServer server;
  private static Browser browser;

  @BeforeAll
  static void start() {
    Browser.require();
    server = RunningServer.up("--sharing.max-members=1", "--webhooks.allow=127.0.0.1");
    browser = new Browser(server.url());
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"en, 1280, light", "zh, 360, dark", "zh, 1280, dark", "en, 360, light"})
  void aliceSharesBobAcceptsAliceTakesBack(String language, int width, String scheme)
      throws IOException {
    Look look = new Look(language, width, scheme);
    String name = "disk-%s-%d".formatted(language, width);
    browser.begin(look);
    browser.look("login");
    browser.click(".people button:nth-child(2)");
    enterPassword("bob");
    String project = browser.session("project.id");
    browser.look("start-empty");
    String early = browser.tab();

    String alice = browser.another();
    logIn("alice");
    browser.go("images");
    browser.see(".heading");
    browser.look("images-before");
    upload(file(name));
    browser.look("uploaded");

    browser.go("images?search=" + name);
    browser.click(".body .row .choose input");
    browser.look("images");
    browser.click(".bar .primary");
    browser.see("#project");
    browser.type("#project", "0123456789abcdef0123456789abcdef");
    browser.type("#project", project);
    browser.see(".chip.bad");
    browser.see("v-rows.pairs .body .row .status.good");
    browser.look("share");
    browser.click(".step .primary");
    browser.see("v-job .status.good");
    browser.see("v-job .pairs .status.good");
    browser.look("job");

    browser.turnTo(early);
    browser.comeBack();
    browser.see(".count");

    String bob = browser.another();
    logIn("bob");
    browser.see(".count");
    browser.look("start");
    browser.go("inbox");
    String accept = "v-rows.offers .primary[aria-label$='%s']".formatted(name);
    browser.see(accept);
    browser.see("v-rows.offers .seen .tag");
    browser.look("inbox");
    browser.click(accept);
    browser.awaitGone(accept);
    browser.go("images?owner=shared&search=" + name);
    browser.see("v-rows.images .body .row");
    browser.look("shared-with-me");
    browser.click("v-rows.images .body .row a");
    browser.see(".offer .status.good");
    browser.see("v-events .body .row");
    browser.look("received");
    String place = browser.place();
    String accepted = Instant.now().toString();

    browser.turnTo(alice);
    browser.go("images?search=" + name);
    browser.click("v-rows.images .body .row .name a");
    browser.see("v-rows.members .status.good");
    browser.look("image");
    browser.click("v-rows.members .answers button");
    browser.see("dialog[open]");
    browser.look("take-back");
    browser.click("dialog .danger");
    browser.see(".toast.later");
    browser.look("taking-back");
    browser.click(".toast.later button");
    browser.see("v-rows.members .status.good");
    browser.hurry();
    browser.click("v-rows.members .answers button");
    browser.click("dialog .danger");
    browser.awaitGone("v-rows.members");
    lookBack(place.substring("#/".length()), accepted);
    browser.go("jobs");
    browser.see("v-rows.jobs .body .row");
    browser.look("jobs");

    browser.turnTo(bob);
    browser.go("start");
    browser.see(".columns");
    browser.go(place.substring("#/".length()));
    browser.see(".problem");
    browser.see("v-events .body .row:nth-child(4)");
    browser.look("gone");
    browser.go("why?operation=DELETE_IMAGE");
    browser.see(".verdict");
    browser.look("why");
    browser.go("why?operation=DOWNLOAD_IMAGE&image=" + place.substring("#/images/".length()));
    browser.seeText(".changes", project);
    browser.look("why-share");
    browser.go("access");
    browser.see(".empty, v-rows.keys");
    browser.look("access");
    browser.click(".account summary");
    assertThat(browser.see(".menu .id").getText()).contains(project);
    browser.look("menu");
    browser.click(".menu .leave");
    browser.see(".door");
  }

  /** What happened to an image that was taken back, and who had it before. */
  private static void lookBack(String place, String accepted) throws IOException {
    browser.go(place + "?as_of=" + accepted);
    browser.see("v-rows.members .status.good");
    browser.see("v-events .body .row");
    browser.look("image-then");
    browser.downloadTo(files);
    browser.click("[data-operation=SHOW_IMAGE_ACCESS]");
    Path table = arrived("access-%s.csv".formatted(place.substring("images/".length())));
    assertThat(Files.readString(table)).contains(",member,accepted,");
    browser.go(place + "?as_of=2020-01-01T00:00:00.000Z");
    browser.awaitGone("v-rows.members");
    browser.look("image-not-then");
    browser.click(".of-time + button:not([data-operation])");
    browser.awaitGone(".of-time + button:not([data-operation])");
    assertThat(browser.place()).isEqualTo("#/" + place);

    browser.go("history");
    browser.see("v-rows.events .body .row");
    browser.look("history");
    assertThat(kinds()).hasSizeGreaterThan(1);
    browser.click("[name=kind] [value='offer.withdrawn']");
    browser.settle();
    assertThat(kinds()).hasSize(1);
    assertThat(browser.place()).isEqualTo("#/history?kind=offer.withdrawn");
    browser.type("[name=user]", "alice");
    browser.press(Keys.ENTER);
    browser.settle();
    assertThat(browser.texts("v-rows.events .body .row .by")).containsOnly("alice");
    assertThat(browser.place()).contains("&user=");
    browser.go("history?kind=refused");
    browser.see("v-refused");
    browser.settle();
    browser.look("history-refused");
    browser.go("history?until=2020-01-01");
    browser.see(".empty");
    assertThat(browser.count("[name=kind] option:checked[value='']")).isEqualTo(1);
    browser.look("history-empty");

    browser.click(".tabs a[href='#/history/access']");
    browser.see("v-rows.usable .body .row");
    browser.look("usable");
    browser.click("[data-operation=LIST_ACCESS]");
    assertThat(Files.readString(arrived("access.csv")))
        .contains(place.substring("images/".length()) + ",");
    Files.delete(files.resolve("access.csv"));
    browser.go("history/access?as_of=2020-01-01T00:00:00.000Z");
    browser.see(".empty");
  }

  /** The words for what happened, in the rows that are seen. */
  private static Set<String> kinds() {
    return Set.copyOf(browser.texts("v-rows.events .body .row .name"));
  }

  /** A download. */
  private static Path arrived(String name) {
    Path file = files.resolve(name);
    for (int i = 0; i < 300 && !Files.exists(file); i++) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    return file;
  }

  @Test
  void thatWorksByKeyboardAlone() throws IOException {
    browser.begin(PLAIN);
    browser.see(".door");
    browser.press("bob", Keys.TAB, server.cloud("bob", "password"), Keys.ENTER);
    browser.see(".rail");
    String project = browser.session("project.id");
    String bob = browser.tab();

    String alice = browser.another();
    browser.see(".door");
    browser.press("alice", Keys.TAB, server.cloud("alice", "password"), Keys.ENTER);
    browser.see(".rail");
    upload(file("by-keyboard"));
    browser.tabTo("nav a[href='#/images']");
    browser.press(Keys.ENTER);
    browser.see("v-rows.images .body .row");
    browser.tabTo("input[type=search]");
    browser.press("by-keyboard");
    browser.tabTo(".body .choose input");
    browser.press(Keys.SPACE);
    browser.tabTo(".bar .primary");
    browser.press(Keys.ENTER);
    browser.tabTo("#project");
    browser.press(project);
    browser.see("v-rows.pairs .status.good");
    browser.tabTo(".step .actions .primary");
    browser.press(Keys.ENTER);
    browser.see("v-job .pairs .status.good");

    browser.turnTo(bob);
    browser.go("inbox");
    answer("by-keyboard", ".primary");
    browser.tabTo("nav a[href='#/inbox?status=accepted']");
    browser.press(Keys.ENTER);
    answer("by-keyboard", ":not(.primary)");
    browser.tabTo("nav a[href='#/inbox?status=rejected']");
    browser.press(Keys.ENTER);
    answer("by-keyboard", ".primary");

    browser.turnTo(alice);
    browser.go("images?search=by-keyboard");
    browser.tabTo("v-rows.images .body .name a");
    browser.press(Keys.ENTER);
    browser.tabTo("v-rows.members .answers button");
    browser.press(Keys.ENTER);
    browser.tabTo("dialog .danger");
    browser.press(Keys.ENTER);
    browser.tabTo(".toast.later button");
    browser.press(Keys.ENTER);
    browser.see("v-rows.members .status.good");
    browser.tabTo("v-rows.members .answers button");
    browser.press(Keys.ENTER);
    browser.tabTo("dialog .danger");
    browser.press(Keys.ENTER);
    browser.awaitGone("v-rows.members");
  }

  /**
   * Answers the offer of that name with one of its buttons, by keyboard, until the offer is gone.
   */
  private static void answer(String name, String which) {
    String button = "v-rows.offers .answers button%s[aria-label$='%s']".formatted(which, name);
    browser.tabTo(button);
    browser.press(Keys.ENTER);
    browser.awaitGone(button);
  }

  @ParameterizedTest
  @CsvSource({"en, 1280, light", "zh, 360, dark"})
  void anAccountManagesItsPeopleAndGrants(String language, int width, String scheme) {
    Look look = new Look(language, width, scheme);
    String suffix = "-%s-%d".formatted(language, width);
    browser.begin(look);
    logIn("alice");
    browser.go("access/users");
    create("carol" + suffix);
    browser.look("access-users");
    browser.click("[aria-label$='carol%s'][data-operation=UPDATE_USER]".formatted(suffix));
    browser.see("dialog[open]");
    browser.lookNow("access-user");
    browser.click("dialog .actions button");
    browser.go("access/groups");
    create("builders" + suffix);
    browser.look("access-groups");
    browser.click("v-rows.directory [data-operation=LIST_USERS_IN_GROUP]");
    browser.see("dialog [name=user] option:nth-child(2)");
    browser.click("dialog [name=user]");
    browser.press("carol" + suffix, Keys.ENTER);
    browser.click("dialog form button");
    browser.see("dialog .people-list li");
    browser.lookNow("access-members");
    browser.click("dialog > .actions button");
    browser.awaitGone("dialog");
    browser.go("access/projects");
    create("lab" + suffix);
    browser.look("access-projects");
    browser.click("[aria-label$='lab%s']:nth-of-type(2)".formatted(suffix));
    browser.see("dialog[open]");
    browser.lookNow("access-disable");
    browser.click("dialog .primary");
    browser.see(".directory .status.plain");
    browser.click("[aria-label$='lab%s']:last-of-type".formatted(suffix));
    browser.click("dialog .danger");
    browser.awaitGone("[aria-label$='lab%s']".formatted(suffix));
    browser.go("access/enterprise");
    create("unit" + suffix);
    browser.look("access-enterprise");
    browser.go("access/grants");
    browser.click("[data-operation^=GRANT]");
    browser.see("dialog [name=who]");
    pick("who", "carol" + suffix);
    pick("role", "reader");
    pick("where", "RegionOne");
    browser.lookNow("access-grant");
    browser.click("dialog .primary");
    browser.awaitGone("dialog");
    browser.type("[type=search]", "carol" + suffix);
    browser.see("v-rows.grants [data-operation=REVOKE_ROLE_FROM_USER_ON_PROJECT]");
    browser.look("access-grants");
    browser.click("v-rows.grants [data-operation^=REVOKE]");
    browser.click("dialog .danger");
    browser.awaitGone("v-rows.grants [data-operation^=REVOKE]");
    browser.go("access/policies");
    browser.see("v-policies h2");
    browser.look("access-policies");
    browser.click("[data-operation=CREATE_CUSTOM_POLICY]");
    browser.see("dialog [name=document]");
    browser.settle();
    assertThat(browser.count("#policy-actions [value='ims:webhooks:create']")).isEqualTo(1);
    browser.click("dialog .actions button");
  }

  @ParameterizedTest
  @CsvSource({"en, 1280, light", "zh, 360, dark", "en, 360, light", "zh, 1280, dark"})
  void aProgramIsToldByAWebhook(String language, int width, String scheme) {
    String name = "told-%s-%d".formatted(language, width);
    browser.begin(new Look(language, width, scheme));
    logIn("bob");
    String project = browser.session("project.id");
    browser.go("webhooks");
    browser.see(".empty");
    browser.look("webhooks-empty");
    try (WebhookReceiver receiver = new WebhookReceiver()) {
      browser.click("[data-operation=CREATE_WEBHOOK]");
      browser.type("dialog [name=url]", "https://user@example.org");
      browser.click("dialog .primary");
      browser.see("dialog .problem");
      browser.lookNow("webhook-refused");
      browser.type("dialog [name=url]", receiver.url(name));
      browser.type("dialog [name=about]", "A program that builds servers");
      browser.lookNow("webhook-create");
      browser.click("dialog .primary");
      browser.see("dialog .facts");
      assertThat(browser.see("dialog .facts .mono").getText()).startsWith("whsec_");
      browser.lookNow("webhook-secret");
      browser.click("dialog .primary");
      browser.click("[data-operation=TRY_WEBHOOK]");
      browser.see(".trial .status.good");
      browser.look("webhook-tested");

      receiver.answer(500);
      String image = offer(name, project);
      awaitDelivery(".outcome[title*='500']");
      browser.click("[data-operation=TRY_WEBHOOK]");
      browser.see(".trial .status.bad");
      browser.look("webhook-failing");
      browser.click("[data-operation=UPDATE_WEBHOOK].switch");
      browser.see("dialog[open]");
      browser.lookNow("webhook-disable");
      browser.click("dialog .primary");
      browser.see("v-rows.deliveries .status.bad");
      browser.look("webhook-disabled");
      browser.go("webhooks");
      browser.see("v-rows.webhooks .tag");
      browser.look("webhooks");
      browser.click("v-rows.webhooks .name a");
      browser.click("[data-operation=UPDATE_WEBHOOK].switch");

      receiver.answer(204);
      browser.click("[data-operation=RETRY_WEBHOOK_DELIVERY]");
      browser.see("v-rows.deliveries .status.good");
      takeBack(image, project);
      awaitDelivery(".body .row:nth-child(3)");
      browser.look("webhook-working");
      browser.click("[name=kind] [value='offer.withdrawn']");
      browser.settle();
      assertThat(browser.count("v-rows.deliveries .body .row")).isEqualTo(1);
      browser.click("[name=status] [value=parked]");
      browser.see("section .empty");
      browser.click("[data-operation=REPLAY_WEBHOOK]");
      browser.see("dialog [name=since]");
      browser.lookNow("webhook-replay");
      browser.click("dialog .primary");
      browser.see(".toast");
      browser.click("[name=status] [value='']");
      browser.click("[name=kind] [value='']");
      awaitDelivery(".body .row:nth-child(5)");

      browser.click("[data-operation=REPLACE_WEBHOOK_SECRET]");
      browser.click("dialog .actions .primary");
      browser.see("dialog .facts");
      browser.click("dialog .primary");
      browser.click("[data-operation=UPDATE_WEBHOOK]:not(.switch)");
      browser.click("dialog [name=all]");
      browser.click("dialog [value='job.ended']");
      browser.lookNow("webhook-edit");
      browser.click("dialog .primary");
      browser.awaitGone("dialog");
      browser.click("[data-operation=DELETE_WEBHOOK]");
      browser.click("dialog .danger");
      browser.see(".empty");
    }
  }

  @Test
  void anOutageIsToldOnceAndOver() {
    browser.begin(PLAIN);
    logIn("alice");
    browser.reach(false);
    browser.go("access/grants");
    browser.see("main > .problem");
    browser.settle();
    assertThat(browser.count(".problem")).isEqualTo(1);
    browser.look("outage");
    browser.reach(true);
    browser.click("main > .problem button");
    browser.see("v-grants .rows");
    assertThat(browser.count(".problem")).isZero();
  }

  /** Alice makes a webhook of her account; warden has a role on it, and in no project. */
  @Test
  void whoHasARoleOnTheAccountAloneWorksInIt() {
    Endpoint alice = server.endpoint(server.signIn("alice").token());
    JsonNode warden = user(alice, "warden");
    // A policy is for global services or for those of projects.
    grantOnAccount(alice, warden, policy(alice, "people of the account", "AX", "iam:*:*"));
    grantOnAccount(alice, warden, policy(alice, "its webhooks", "XA", "ims:webhooks:*"));
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("webhooks");
    browser.click(".tabs a:last-child");
    browser.settle();
    browser.click("[data-operation=CREATE_WEBHOOK]");
    browser.type("dialog [name=url]", "http://127.0.0.1:1/of-the-account");
    browser.click("dialog .primary");
    browser.click("dialog .facts + .actions .primary");
    browser.seeText("h1", "of-the-account");
    assertThat(browser.place()).endsWith("?of=account");
    browser.click(".sub a");
    browser.seeText("v-rows.webhooks .body", "of-the-account");
    browser.look("webhooks-of-account");
    browser.click(".tabs a");
    browser.see(".empty");

    browser.another();
    logInTo("alice", "warden");
    browser.see("v-account .columns");
    assertThat(browser.count("nav a[href='#/images']")).isZero();
    browser.look("account");
    browser.click("v-account a[href='#/webhooks']");
    browser.click("v-rows.webhooks .name a");
    browser.click("[data-operation=DELETE_WEBHOOK]");
    browser.click("dialog .danger");
    browser.see(".empty");
    browser.go("access/users");
    browser.see("v-directory [aria-label$='warden']");
    browser.go("history");
    browser.seeText("v-rows.events .body", "warden");
    browser.look("account-history");
    browser.go("inbox");
    browser.see(".notice");
  }

  /**
   * Who may list access keys reads their history, and there is nothing else for it in the account.
   */
  @Test
  void whoMayReadAPartOfTheHistoryIsOfferedItAndNoWebhooks() {
    Endpoint alice = server.endpoint(server.signIn("alice").token());
    JsonNode keeper = user(alice, "keeper");
    String keys = policy(alice, "keys of the account", "AX", "iam:credentials:listCredentials");
    grantOnAccount(alice, keeper, keys);

    browser.begin(PLAIN);
    logInTo("alice", "keeper");
    browser.see("v-account .columns");
    browser.see("v-account a[href='#/history']");
    browser.see("nav a[href='#/history']");
    assertThat(browser.count("a[href='#/webhooks']")).isZero();
  }

  /** Its session is as good as before: nobody asks for the password. */
  @Test
  void whoHasNoRoleOnTheAccountIsToldSo() {
    reader("guest");
    browser.begin(PLAIN);
    logInTo("alice", "guest");
    browser.go("webhooks?of=account");
    browser.seeText(".problem", "You have no role in the account alice as a whole.");
    assertThat(browser.count("dialog")).isZero();
    leave();
    logIn("bob");
    assertThat(browser.place()).isEqualTo("#/webhooks");
  }

  /** The server lists its account, too. */
  @Test
  void onlyPlacesWhereOneHasARoleAreOffered() {
    reader("visitor");
    browser.begin(PLAIN);
    logInTo("alice", "visitor");
    browser.click(".account summary");
    browser.click(".menu .id + button");
    browser.seeText(".toast", "You have a role in no other project or account.");
    browser.look("place-only");
    browser.click(".menu .leave");
    browser.see(".door");

    logIn("alice");
    browser.click(".account summary");
    browser.click(".menu .id + button");
    browser.seeText("dialog .choices", "Account alice");
    browser.lookNow("places");
    browser.click("dialog .choices button:last-child");
    browser.see("v-account");
  }

  @Test
  void whoMayNotAnswerIsNotToldTo() {
    reader("onlooker");
    Endpoint bob = server.endpoint(server.signIn("bob").token());
    String image = image(bob, "looked-at");
    String member = "{\"member\": \"%s\"}".formatted(server.signIn("alice").project());
    bob.call("POST", "/v2/images/" + image + "/members", member);
    try {
      browser.begin(PLAIN);
      logInTo("alice", "onlooker");
      browser.go("inbox");
      browser.seeText(".notice", "You can see offers, but not answer them.");
      browser.see("v-rows.offers .body a");
      browser.look("inbox-reader");
      browser.go("inbox?status=rejected");
      browser.seeText(".empty", "Offers that this project rejects");
      browser.go("images/" + image);
      browser.seeText(".offer", "You can see offers, but not answer them.");
      browser.look("received-reader");
    } finally {
      bob.call("DELETE", "/v2/images/" + image, null);
    }
  }

  /** A webhook and a job are of a place: whoever is elsewhere finds the list. */
  @Test
  void whatIsOfAPlaceIsLeftWithIt() {
    Endpoint bob = server.endpoint(server.signIn("bob").token());
    String hook = "{\"url\": \"http://127.0.0.1:1/left\"}";
    String id = bob.call("POST", "/vitrine/v1/webhooks", hook).json().at("/webhook/id").asText();
    String share =
        "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}"
            .formatted(image(bob, "left"), server.signIn("alice").project());
    String job = bob.call("POST", "/v1/cloudimages/members", share).json().at("/job_id").asText();
    try {
      browser.begin(PLAIN);
      logIn("bob");
      browser.go("webhooks/" + id);
      browser.seeText("h1", "127.0.0.1:1/left");
      leave();
      logIn("bob");
      browser.seeText("h1", "127.0.0.1:1/left");
      leave();
      logIn("alice");
      assertThat(browser.place()).isEqualTo("#/webhooks");
      leave();
      logIn("bob");
      browser.go("jobs/" + job);
      browser.see("v-job .status.good");
      leave();
      logIn("alice");
      assertThat(browser.place()).isEqualTo("#/jobs");
    } finally {
      bob.call("DELETE", "/vitrine/v1/webhooks/" + id, null);
    }
  }

  /** Offers come and go while one is elsewhere. */
  @Test
  void theNumberOfOffersIsThatOfNow() {
    browser.begin(PLAIN);
    logIn("bob");
    browser.settle();
    List<String> before = browser.texts(".rail .count");
    String image = offer("comes-and-goes", server.signIn("bob").project());
    browser.go("images");
    browser.settle();
    assertThat(browser.texts(".rail .count")).isNotEqualTo(before);
    server.endpoint(server.signIn("alice").token()).call("DELETE", "/v2/images/" + image, null);
    browser.go("jobs");
    browser.settle();
    assertThat(browser.texts(".rail .count")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"en, 1280, light", "zh, 360, dark"})
  void aLongNameStaysInItsCard(String language, int width, String scheme) {
    String image = image("ubuntu-24.04-lts-server-cloudimg-amd64-".repeat(3));
    browser.begin(new Look(language, width, scheme));
    logIn("alice");
    browser.seeText(".brief", "ubuntu-24.04");
    browser.look("start-long-name");
    browser.go("images/" + image);
    browser.seeText("h1", "ubuntu-24.04");
    browser.look("image-long-name");
  }

  /** An administrator who is sent the address reads the same answer, and not one about itself. */
  @Test
  void theAddressOfAnAnswerSaysAboutWhom() {
    reader("asker");
    String image = image(server.endpoint(server.signIn("bob").token()), "asked-about");
    browser.begin(PLAIN);
    logInTo("alice", "asker");
    browser.go("why");
    browser.click("[name=operation] [value=SHOW_IMAGE]");
    browser.type("[name=image]", "asked-about");
    browser.click(".question .primary");
    assertThat(browser.place()).isEqualTo("#/why");
    browser.type("[name=image]", image);
    browser.click(".question .primary");
    browser.see(".verdict.bad");
    String address =
        Objects.requireNonNull(
            browser.see("v-why .actions .copyable > [title]").getDomAttribute("title"));
    browser.another();
    logIn("alice");
    browser.go(address.substring(address.indexOf("#/") + 2));
    browser.seeText(".verdict .title", "asker");
    browser.see(".verdict.bad");
  }

  /** Who administers the cloud is told so; and an operation on no image leaves the image there. */
  @Test
  void anAdministratorReadsThatItIsOneAndAsksOnAboutTheSameImage() {
    String image = image(server.endpoint(server.signIn("alice").token()), "administered");
    browser.begin(PLAIN);
    browser.type("[name=user]", "admin");
    browser.type("[name=domain]", "Default");
    enterPassword("admin");
    browser.go("why");
    browser.type("[name=image]", image);
    browser.click("[name=operation] [value=LIST_IMAGES]");
    browser.click(".question .primary");
    browser.see(".verdict.good");
    browser.look("why-of-no-image");
    browser.click("[name=operation] [value=SHOW_IMAGE]");
    browser.click(".question .primary");
    browser.seeText(".tree", "administers the cloud");
    assertThat(browser.place()).contains(image);
    browser.look("why-administrator");
  }

  /** Asking again cannot help; who should see the image learns why not. */
  @Test
  void anImageThatIsGoneLeadsToTheAnswerWhy() {
    String image = image(server.endpoint(server.signIn("alice").token()), "not-for-bob");
    browser.begin(PLAIN);
    logIn("bob");
    browser.go("images/" + image);
    browser.seeText(".problem", "does not exist");
    browser.look("image-gone");
    assertThat(browser.count(".problem button")).isZero();
    browser.click(".problem a");
    browser.see(".verdict.bad");
    assertThat(browser.place()).contains(image);
  }

  /** The secret of a new key is in a dialog, and copied there. */
  @Test
  void whatIsDoneInADialogIsToldInIt() {
    browser.begin(PLAIN);
    logIn("bob");
    browser.go("access");
    browser.click(".title-line .primary");
    browser.click("dialog .primary");
    browser.click("dialog .facts div:nth-child(2) button");
    browser.click("dialog .toast button");
    browser.awaitGone(".toast");
    browser.click("dialog .facts div:nth-child(2) button");
    browser.see("dialog .toast");
    browser.look("copied-in-a-dialog");
    browser.click("dialog .actions .primary");
    browser.awaitGone("dialog");
    browser.click("v-rows.keys .name button");
    browser.see(".toast");
  }

  /** All rows are there. They come as the server would order them, and what is chosen stays so. */
  @Test
  void aWholeListIsSortedWithoutAsking() {
    Endpoint alice = server.endpoint(server.signIn("alice").token());
    image("sorted-a");
    // The API tells no finer times than seconds.
    LockSupport.parkNanos(Duration.ofMillis(1001).toNanos());
    image("sorted-B");
    alice.call("POST", "/v2/images", "{\"name\": \"sorted-empty\"}");
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("images?search=sorted");
    browser.click(".body .row .choose input");
    browser.settle();
    String lists = "/v2/images\\?.*owner=";
    int before = browser.requests(lists);
    for (String column : List.of("size", "size", "name", "name")) {
      browser.click("v-rows.images .head .%s .sort".formatted(column));
      String sort = browser.place().replaceFirst(".*sort=", "").replace("%3A", ":");
      assertThat(sort).startsWith(column);
      assertThat(browser.texts("v-rows.images .body .name a"))
          .as(sort)
          .containsExactlyElementsOf(
              alice
                  .call("GET", "/v2/images?visibility=all&limit=1000&sort=" + sort, null)
                  .json()
                  .findValuesAsText("name")
                  .stream()
                  .filter(name -> name.startsWith("sorted"))
                  .toList());
    }

    assertThat(browser.count("v-rows.images .body :checked")).isEqualTo(1);
    assertThat(browser.requests(lists)).isEqualTo(before);
  }

  /** The server lists the account of a user also if it has no role there. */
  @Test
  void whoHasNoRoleAtAllIsToldSo() {
    user(server.endpoint(server.signIn("alice").token()), "newcomer");
    browser.begin(PLAIN);
    submit("alice", "newcomer");
    browser.seeText(".problem", "You have no role yet, neither in a project nor in an account.");
  }

  /** Members that have not accepted would have to, before they can use what only members have. */
  @Test
  void whatWasEverybodysIsKeptByThoseWhoAccepted() {
    Endpoint bob = server.endpoint(server.signIn("bob").token());
    String project = server.signIn("bob").project();
    String pending = offer("for-all-pending", project);
    String accepted = offer("for-all-accepted", project);
    bob.call(
        "PUT",
        "/v2/images/%s/members/%s".formatted(accepted, project),
        "{\"status\": \"accepted\"}");
    String patch = "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"community\"}]";
    Endpoint alice = server.endpoint(server.signIn("alice").token());
    browser.begin(PLAIN);
    logIn("alice");
    for (String image : List.of(pending, accepted)) {
      alice
          .client()
          .call(
              alice
                  .request("PATCH", "/v2/images/" + image, BodyPublishers.ofString(patch))
                  .header("Content-Type", "application/openstack-images-v2.1-json-patch")
                  .build());
      browser.go("images/" + image);
      browser.clickTwice("[data-operation=UPDATE_IMAGE]:not(:disabled)");
      browser.see("dialog [name=visibility]").sendKeys("Shar");
      browser.seeText(
          "dialog .complaint",
          image.equals(pending)
              ? "Every other project has it without a share, and loses it."
              : "and loses it, except 1 that accepted it.");
      browser.settle();
      assertThat(browser.count("dialog")).isEqualTo(1);
      browser.click("dialog .actions button");
      browser.awaitGone("dialog");
    }
  }

  /** Who wants to see images does not wait for the names of all users. */
  @Test
  void namesOfPeopleAreReadWhereTheyAreShownAndOnceUnlessThereAreOthers() {
    String lists = "/identity/v3/users[?].*limit=";
    String name = "named-%d".formatted(System.nanoTime());
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("images?owner=shared");
    browser.settle();
    assertThat(browser.requests(lists)).isZero();
    for (String place : List.of("history", "images", "history")) {
      browser.go(place);
      browser.settle();
    }
    assertThat(browser.requests(lists)).isEqualTo(1);
    browser.go("access/users");
    create(name);
    browser.go("history");
    browser.settle();
    assertThat(browser.requests(lists)).isEqualTo(2);
    assertThat(browser.count("#user-list option[value='%s']".formatted(name))).isEqualTo(1);
  }

  /** Browsers have no clipboard and fewer sources of random numbers there. */
  @Test
  void onPlainHttpFromElsewhereOneSharesAndCopies() {
    String image = image("plain");
    browser.beginFar(PLAIN);
    logIn("alice");
    browser.go("images/" + image);
    browser.click("[aria-label='Copy ID']");
    browser.seeText(".toast", "Copied: ID");
    browser.see("[name=tag]").sendKeys(Keys.chord(Keys.CONTROL, "v"));
    assertThat(browser.see("[name=tag]").getDomProperty("value")).isEqualTo(image);
    browser.go("share?images=%s&projects=%s".formatted(image, server.signIn("bob").project()));
    browser.see("v-rows.pairs .status.good");
    browser.click(".step .primary");
    browser.see("v-job .pairs .status.good");
  }

  /** The server refuses a batch as a whole for one image. */
  @Test
  void acceptAllAcceptsWhatCanBeAndSaysWhyTheRestCannot() {
    String project = server.signIn("bob").project();
    String stopped = offer("all-stopped", project);
    offer("all-fine", project);
    browser.begin(PLAIN);
    logIn("bob");
    browser.go("inbox");
    browser.see("[aria-label='Accept all-fine']");
    server
        .endpoint(server.signIn("alice").token())
        .call("POST", "/v2/images/" + stopped + "/actions/deactivate", null);
    browser.click(".heading .primary");
    browser.seeText(".toast.bad", "all-stopped: The image is not active.");
    browser.awaitGone("[aria-label='Accept all-fine']");
    browser.look("inbox-refused");
    takeBack(stopped, project);
  }

  @Test
  void selectAllTakesWhatABatchHolds() {
    Endpoint alice = server.endpoint(server.signIn("alice").token());
    for (int i = 0; i <= 100; i++) {
      alice.call("POST", "/v2/images", "{\"name\": \"many-%d\"}".formatted(i));
    }
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("images?search=many-");
    String first = "[aria-label='Select the first 100']";
    browser.click(first);
    browser.seeText(".bar", "100 images");
    browser.look("images-first");
    assertThat(browser.count(first + ":checked")).isEqualTo(1);
    browser.click(first);
    browser.awaitGone(".bar");
  }

  @Test
  void aFileWithoutANameIsNotUploaded() throws IOException {
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("upload");
    browser.see(".drop");
    browser.file(".drop input", file("nameless"));
    browser.see(".uploads .ready input").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    browser.click(".card .primary");
    browser.settle();
    assertThat(browser.count(".uploads .ready")).isEqualTo(1);
    browser.press("named", Keys.ENTER);
    browser.seeText(".uploads .line a", "named");
  }

  /** The other project takes the only place between the preview and the job. */
  @Test
  void aShareThatFailedIsTriedAgainWhereItRan() {
    String bob = server.signIn("bob").project();
    String other = server.signIn("admin").project();
    String image = image("retried");
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("share?images=%s&projects=%s".formatted(image, bob));
    browser.see("v-rows.pairs .status.good");
    offerTo(image, other);
    browser.click(".step .primary");
    browser.see("v-job .pairs .status.bad");
    browser.look("share-failed");
    takeBack(image, other);
    browser.click("v-job .primary");
    browser.see("v-rows.pairs .status.good");
    browser.click(".step .primary");
    browser.see("v-job .pairs .status.good");
  }

  /** Each of two images has its only place for another project. */
  @Test
  void onlyPairsThatThePreviewFoundPossibleAreShared() {
    String bob = server.signIn("bob").project();
    String other = server.signIn("admin").project();
    String taken = offer("taken", other);
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("share?images=%s,%s&projects=%s,%s".formatted(taken, image("free"), bob, other));
    browser.see("v-rows.pairs .status.good");
    assertThat(browser.count("v-rows.pairs .status.bad")).isEqualTo(2);
    browser.click(".step .primary");
    browser.see("v-job:nth-of-type(2) .pairs .status.good");
    browser.look("jobs-of-a-share");
    String place = browser.place().substring("#/".length());
    for (int visit = 1; visit <= 2; visit++) {
      assertThat(browser.count("v-job .pairs .status.good")).isEqualTo(2);
      assertThat(browser.count("v-job .pairs .status.bad")).isZero();
      assertThat(browser.texts(".left-out li")).hasSize(2).allMatch(text -> text.contains("limit"));
      browser.go("images");
      browser.see("v-rows.images");
      browser.go(place);
      browser.see("v-job:nth-of-type(2) .pairs .status.good");
      browser.see(".left-out li");
    }
    takeBack(taken, other);
  }

  /** Who asks what deactivating means is told, in numbers. */
  @Test
  void whoSignsOutAfterATakeBackHasTakenBack() {
    String image = offer("taken-back", server.signIn("bob").project());
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("images/" + image);
    browser.click("[data-operation=DEACTIVATE_IMAGE]");
    browser.seeText("dialog", "1 other project can use it now, and cannot until then: 1 has not");
    browser.lookNow("deactivate");
    browser.click("dialog .actions button");
    takeBackAnd(".menu .leave");
    browser.see(".door");

    assertThat(members(image)).isEmpty();
  }

  /** In the other project, an offer of the first one says its name. */
  @Test
  void whoGoesToAnotherProjectAfterATakeBackHasTakenBack() {
    Session account = server.signIn("alice");
    Endpoint alice = server.endpoint(account.token());
    String fields = "{\"project\": {\"name\": \"second\"}}";
    String second = alice.call("POST", "/v3/projects", fields).json().at("/project/id").asText();
    try {
      String image = offer("left-behind", server.signIn("bob").project());
      offer("between-projects", second);
      browser.begin(PLAIN);
      browser.type("[name=user]", "alice");
      browser.type("[name=password]", server.cloud("alice", "password"));
      browser.click("form .primary");
      choose(account.project());
      browser.see(".rail");
      browser.go("images/" + image);
      takeBackAnd(".menu .id + button");
      choose(second);
      browser.seeText(".who small", "second");

      assertThat(members(image)).isEmpty();
      browser.go("inbox");
      browser.seeText("v-rows.offers .body .seen", "RegionOne");
    } finally {
      alice.call("DELETE", "/v3/projects/" + second, null);
    }
  }

  /** Takes the image on the page back, and does that before the ten seconds are over. */
  private static void takeBackAnd(String next) {
    browser.click("v-rows.members .answers button");
    browser.click("dialog .danger");
    browser.see(".toast.later");
    browser.click(".account summary");
    browser.click(next);
  }

  /** The project in the dialog that asks for one. */
  private static void choose(String project) {
    browser.see("dialog .choices");
    int at = browser.texts("dialog .choices .mono").indexOf(project) + 1;
    browser.click("dialog .choices button:nth-child(%d)".formatted(at));
  }

  /** Alice's image of that name, which she offers to a project. */
  private static String offer(String name, String project) {
    String image = image(name);
    offerTo(image, project);
    return image;
  }

  /** An image of alice. */
  private static String image(String name) {
    return image(server.endpoint(server.signIn("alice").token()), name);
  }

  private static String image(Endpoint owner, String name) {
    String fields =
        "{\"name\": \"%s\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}"
            .formatted(name);
    String image = owner.call("POST", "/v2/images", fields).json().path("id").asText();
    owner.upload("/v2/images/" + image + "/file", BodyPublishers.ofString("x"));
    return image;
  }

  private static void offerTo(String image, String project) {
    server
        .endpoint(server.signIn("alice").token())
        .call(
            "POST", "/v2/images/" + image + "/members", "{\"member\": \"%s\"}".formatted(project));
  }

  private static void takeBack(String image, String project) {
    server
        .endpoint(server.signIn("alice").token())
        .call("DELETE", "/v2/images/%s/members/%s".formatted(image, project), null);
  }

  private static JsonNode members(String image) {
    return server
        .endpoint(server.signIn("alice").token())
        .call("GET", "/v2/images/" + image + "/members", null)
        .json()
        .path("members");
  }

  /** Reads the log of a webhook again until it shows that. */
  private static void awaitDelivery(String shown) {
    String element = "v-rows.deliveries " + shown;
    for (int i = 0; i < 100 && browser.count(element) == 0; i++) {
      browser.click(".title-line .reload");
      browser.settle();
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    browser.see(element);
  }

  /** Fixed rules are in no policy, so that {@code explain} cannot foresee them. */
  @Test
  void aRefusalByAFixedRuleIsExplainedInWords() {
    Session account = server.signIn("alice");
    Endpoint alice = server.endpoint(account.token());
    String people = policy(alice, "people", "XA", "iam:*:*");
    grantOnProject(alice, account.project(), user(alice, "delegate"), people);
    browser.begin(PLAIN);
    logInTo("alice", "delegate");
    browser.go("access/grants");
    browser.click("[data-operation^=GRANT]");
    browser.see("dialog [name=role]");
    assertThat(browser.texts("dialog [name=role] option"))
        .contains("member", "reader")
        .doesNotContain("admin", "service");
    browser.click("dialog .actions button");
    browser.go("access/users");
    browser.click("[aria-label='Edit alice']");
    browser.type("dialog [name=about]", "another");
    browser.click("dialog .primary");
    browser.see("dialog .problem");
    browser.lookNow("refused");
    browser.click("dialog .problem a");
    browser.awaitGone("dialog");
    browser.seeText(".verdict", "administrator of the cloud");
    browser.look("why-refused");
  }

  @ParameterizedTest
  @CsvSource({"en, 1280, dark", "zh, 360, light"})
  void anImageIsEditedAndDownloaded(String language, int width, String scheme) throws Exception {
    String name = "edit-%s".formatted(language);
    browser.begin(new Look(language, width, scheme));
    logIn("alice");
    Path sent = upload(file(name));
    browser.click(".uploads .line a");
    browser.click("[data-operation=UPDATE_IMAGE]");
    browser.type("dialog [name=name]", name + "-2");
    browser.type("dialog [name=min_ram]", "512");
    browser.click("dialog [name=locked]");
    browser.click("dialog fieldset > button");
    browser.press("os_distro", Keys.TAB, "debian");
    browser.lookNow("edit");
    browser.click("dialog .primary");
    browser.awaitGone("dialog");
    browser.seeText("h1", name + "-2");
    browser.seeText("v-image", "os_distro");
    assertThat(browser.see(".actions .danger").isEnabled()).isFalse();
    browser.click("[data-operation=UPDATE_IMAGE]");
    browser.click("dialog [name=locked]");
    browser.click("dialog .property button");
    browser.type("dialog [name=min_disk]", "99999999999");
    browser.click("dialog .primary");
    browser.type("dialog [name=min_disk]", "0");
    browser.click("dialog .primary");
    browser.awaitGone("dialog");

    browser.downloadTo(files);
    browser.limit(1 << 16);
    browser.click("[data-operation=DOWNLOAD_IMAGE]");
    browser.see(".transfer");
    browser.lookNow("downloading");
    browser.click(".transfer button");
    browser.awaitGone(".transfer");
    assertThat(files.resolve(name + "-2.raw")).doesNotExist();
    browser.limit(-1);
    browser.click("[data-operation=DOWNLOAD_IMAGE]");
    assertThat(arrived(name + "-2.raw")).hasSameBinaryContentAs(sent);
  }

  @Test
  void aSessionThatEndsDuringAnUploadDoesNotLoseIt() throws Exception {
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("upload");
    browser.see(".drop");
    browser.file(".drop input", file("long"));
    browser.file(".drop input", file("next"));
    browser.see(".uploads .ready:nth-child(2)");
    browser.limit(1 << 18);
    browser.click(".card .primary");
    browser.see(".uploads progress");
    revoke(browser.session("token"));
    browser.see("dialog[open]");
    browser.limit(-1);
    browser.type("dialog input", server.cloud("alice", "password"));
    browser.click("dialog .primary");
    browser.awaitGone("dialog");

    browser.see(".uploads li:nth-child(2) .line a");
    assertThat(browser.count(".uploads .line a")).isEqualTo(2);
  }

  /** As if the session had ended between the image and its bytes. */
  @Test
  void bytesThatMeetTheEndOfTheSessionAreSentAgain() throws IOException {
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("upload");
    browser.see(".drop");
    browser.file(".drop input", file("again"));
    browser.see(".uploads .ready");
    browser.spoilNextUpload();
    browser.click(".card .primary");
    browser.type("dialog input", server.cloud("alice", "password"));
    browser.click("dialog .primary");
    browser.awaitGone("dialog");

    browser.see(".uploads .line a");
  }

  @ParameterizedTest
  @CsvSource({"en, 1280, light", "zh, 360, dark"})
  void anUploadGoesOnWhileOneIsElsewhere(String language, int width, String scheme)
      throws IOException {
    browser.begin(new Look(language, width, scheme));
    logIn("alice");
    browser.go("upload");
    browser.see(".drop");
    browser.file(".drop input", file("elsewhere-" + language));
    browser.see(".uploads .ready");
    assertThat(browser.asksBeforeItCloses()).isFalse();
    browser.limit(1 << 16);
    browser.click(".card .primary");
    browser.see(".uploads progress");
    browser.go("images");
    browser.see(".uploading");
    browser.look("uploading");
    assertThat(browser.asksBeforeItCloses()).isTrue();
    browser.click(".uploading");
    browser.see(".uploads progress");
    browser.go("jobs");
    browser.see(".uploading");
    browser.limit(-1);
    browser.awaitGone(".uploading");
    browser.see(".toast");
    assertThat(browser.asksBeforeItCloses()).isFalse();
    browser.go("upload");
    browser.see(".uploads .line a");
  }

  @Test
  void whoLeavesDuringAnUploadIsAskedAndLeavesNoImageBehind() throws IOException {
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("upload");
    browser.see(".drop");
    browser.file(".drop input", file("left"));
    browser.see(".uploads .ready");
    browser.limit(1 << 16);
    browser.click(".card .primary");
    browser.see(".uploads progress");
    browser.click(".account summary");
    browser.click(".menu .leave");
    browser.see("dialog[open]");
    browser.lookNow("leave-uploads");
    browser.click("dialog .actions button");
    browser.awaitGone("dialog");
    browser.see(".uploads progress");
    browser.click(".account summary");
    browser.click(".menu .leave");
    browser.click("dialog .danger");
    browser.see(".door");

    Endpoint alice = server.endpoint(server.signIn("alice").token());
    assertThat(alice.call("GET", "/v2/images?name=left", null).json().path("images")).isEmpty();
  }

  @Test
  void anAdministratorOfTheCloudHasNoOffersOfOthers() throws IOException {
    browser.begin(PLAIN);
    logIn("alice");
    upload(file("not-for-admin"));
    browser.another();
    browser.type("[name=user]", "admin");
    browser.type("[name=domain]", "Default");
    enterPassword("admin");
    browser.go("inbox");

    browser.see(".empty");
    assertThat(browser.count("v-rows.offers")).isZero();
    browser.look("inbox-empty");
  }

  /** It has no members, and yet it is not its owner's alone. */
  @Test
  void aPublicImageIsEverybodys() {
    Endpoint admin = server.endpoint(server.signIn("admin").token());
    String image =
        admin
            .call("POST", "/v2/images", "{\"name\": \"for-all\", \"visibility\": \"public\"}")
            .json()
            .path("id")
            .asText();
    browser.begin(PLAIN);
    browser.type("[name=user]", "admin");
    browser.type("[name=domain]", "Default");
    enterPassword("admin");

    browser.go("images/" + image);
    browser.seeText("v-image .card", "Everybody can see and use it.");
    browser.click("[data-operation=DELETE_IMAGE]");
    browser.seeText("dialog", "Every other project has it without a share, and loses it.");
    browser.lookNow("delete");
    browser.click("dialog .actions button");
    browser.go("images/%s?as_of=%s".formatted(image, Instant.now()));
    browser.seeText("v-image .card .result + .nothing", "Everybody can see and use it.");
  }

  @Test
  void aSessionThatEndsGoesOnWithoutLosingThePage() throws Exception {
    browser.begin(PLAIN);
    logIn("alice");
    String token = browser.session("token");
    revoke(token);
    browser.go("images?search=kept");
    browser.see("dialog[open]");
    browser.lookNow("session");
    browser.type("dialog input", server.cloud("alice", "password"));
    browser.click("dialog .primary");
    browser.awaitGone("dialog");
    browser.see(".heading");
    assertThat(browser.place()).isEqualTo("#/images?search=kept");
    assertThat(browser.session("token")).isNotEqualTo(token);
  }

  /** Neither is the end of the token an error, nor what waited for another one. */
  @Test
  void whoLeavesASessionThatHasEndedIsToldOfNoError() throws Exception {
    String image = image("left-alone");
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("images/" + image);
    browser.type("[name=tag]", "waits");
    browser.settle();
    revoke(browser.session("token"));
    browser.press(Keys.ENTER);
    browser.click("dialog .actions button");
    browser.see(".door");
    browser.settle();

    assertThat(browser.texts(".toast")).isEmpty();
  }

  @Test
  void aSessionThatEndsDuringTheQuestionIsNotLeftByEscape() {
    browser.begin(PLAIN);
    logIn("alice");
    browser.endIn(Duration.ofSeconds(10));
    browser.click(".notice button");
    assertThat(browser.texts("dialog .actions button"))
        .containsExactly("Sign out", "Cancel", "Continue");
    browser.lookNow("session-soon");
    browser.seeText("dialog", "Your session has ended.");
    browser.press(Keys.ESCAPE);
    browser.press(Keys.ESCAPE);
    browser.settle();
    assertThat(browser.texts("dialog[open] .actions button"))
        .containsExactly("Sign out", "Continue");
    browser.lookNow("session-ended");
    browser.type("dialog input", server.cloud("alice", "password"));
    browser.click("dialog .primary");
    browser.awaitGone("dialog");
  }

  /** Whoever uses the browser next reads none. */
  @Test
  void whoLogsOutLeavesNoNamesBehind() {
    String image = image("for-my-eyes");
    browser.begin(PLAIN);
    logIn("alice");
    browser.go("images/" + image);
    browser.seeText("h1", "for-my-eyes");
    assertThat(browser.kept()).contains("for-my-eyes");
    leave();
    assertThat(browser.kept()).doesNotContain("for-my-eyes");
  }

  @Test
  void whoLogsOutHasNoTokenLeft() throws Exception {
    browser.begin(PLAIN);
    logIn("alice");
    String token = browser.session("token");
    assertThat(status(token)).isEqualTo(200);
    browser.click(".account summary");
    browser.click(".menu .leave");
    browser.see(".door");
    for (int i = 0; i < 100 && status(token) != 401; i++) {
      Thread.sleep(100);
    }

    assertThat(status(token)).isEqualTo(401);
  }

  /** A new entry in a list of the access view, with all that is required. */
  private static void create(String name) {
    browser.settle();
    browser.click("v-directory [data-operation^=CREATE]");
    browser.type("dialog [name=name]", name);
    browser.type("dialog [name=about]", "Made in a test");
    if (browser.count("dialog [name=password]") > 0) {
      browser.type("dialog [name=password]", PASSWORD);
    }
    browser.click("dialog .primary");
    browser.awaitGone("dialog");
    browser.see("v-directory [aria-label$='%s']".formatted(name));
  }

  private static void pick(String field, String name) {
    browser.see("dialog [name=%s]".formatted(field)).sendKeys(name);
  }

  private static Path upload(Path file) {
    browser.go("upload");
    browser.see(".drop");
    browser.file(".drop input", file);
    browser.click(".card .primary");
    browser.see(".uploads .line a");
    return file;
  }

  private static void logIn(String user) {
    browser.type("[name=user]", user);
    enterPassword(user);
  }

  /** As one of the users that a test made. */
  private static void logInTo(String domain, String user) {
    submit(domain, user);
    browser.see(".rail");
  }

  private static void submit(String domain, String user) {
    browser.type("[name=user]", user);
    browser.type("[name=domain]", domain);
    browser.type("[name=password]", PASSWORD);
    browser.click("form .primary");
  }

  private static void leave() {
    browser.click(".account summary");
    browser.click(".menu .leave");
    browser.see(".door");
  }

  /** Somebody new who may look at alice's project. */
  private static void reader(String name) {
    Session account = server.signIn("alice");
    Endpoint alice = server.endpoint(account.token());
    String role =
        alice.call("GET", "/v3/roles?name=reader", null).json().at("/roles/0/id").asText();
    grantOnProject(alice, account.project(), user(alice, name), role);
  }

  private static JsonNode user(Endpoint account, String name) {
    String fields =
        "{\"user\": {\"name\": \"%s\", \"password\": \"%s\"}}".formatted(name, PASSWORD);
    return account.call("POST", "/v3/users", fields).json().path("user");
  }

  /** A custom policy that allows one action, or all of a pattern; its id. */
  private static String policy(Endpoint account, String name, String type, String action) {
    String fields =
        """
        {"role": {"display_name": "%s", "description": "", "type": "%s", "policy":
          {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["%s"]}]}}}
        """
            .formatted(name, type, action);
    return account.call("POST", "/v3.0/OS-ROLE/roles", fields).json().at("/role/id").asText();
  }

  private static void grantOnAccount(Endpoint account, JsonNode user, String role) {
    grant(account, "domains/" + user.path("domain_id").asText(), user, role);
  }

  private static void grantOnProject(Endpoint account, String project, JsonNode user, String role) {
    grant(account, "projects/" + project, user, role);
  }

  private static void grant(Endpoint account, String scope, JsonNode user, String role) {
    String path = "/v3/%s/users/%s/roles/%s".formatted(scope, user.path("id").asText(), role);
    account.call("PUT", path, null);
  }

  private static void enterPassword(String user) {
    browser.type("[name=password]", server.cloud(user, "password"));
    browser.click("form .primary");
    browser.see(".rail");
  }

  private static Path file(String name) throws IOException {
    return Files.write(files.resolve(name + ".raw"), new byte[1 << 20]);
  }

  private static void revoke(String token) throws Exception {
    request(token, "DELETE");
  }

  private static int status(String token) throws Exception {
    return request(token, "GET");
  }

  private static int request(String token, String method) throws Exception {
    URI url = URI.create(server.url() + "/v3/auth/tokens");
    return RunningServer.CLIENT
        .send(
            RunningServer.CLIENT
                .request(method, url, null)
                .header("X-Auth-Token", token)
                .header("X-Subject-Token", token)
                .build())
        .status();
  }
}
