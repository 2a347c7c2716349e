package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Headless Chromium, and the actions of a person who uses it. Elements are named by CSS. */
final class Browser implements AutoCloseable {
  /**
   * Chromium without the parts for a screen. Not Debian's script in {@code /usr/bin}: the driver
   * would end the script, and leave the browser.
   */
  private static final Path CHROMIUM = Path.of("/usr/lib/chromium/chromium-headless-shell");

  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path PICTURES = Path.of("target", "screens");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** More presses of the tab key than any page has stops. */
  private static final int MOST_STOPS = 80;

  /** The undo time of the console, and what {@link #hurry} makes of it, in milliseconds. */
  private static final int UNDO_TIME = 10_000;

  private static final int HURRIED = 300;

  /** Runs before any script of a page: the language, and a count of the page's requests. */
  private static final String AT_THE_START =
      """
      try {
        localStorage.setItem('vitrine.language', localStorage.getItem('vitrine.language') || 'LANGUAGE');
      } catch {
        // A page of the browser itself has no storage.
      }
      window.requests = {begun: 0, open: 0};
      const original = window.fetch;
      window.fetch = async (...all) => {
        window.requests.begun++;
        window.requests.open++;
        try {
          return await original(...all);
        } finally {
          setTimeout(() => window.requests.open--, 20);
        }
      };
      """;

  /** Ends when the page has requested nothing, and shown nothing as loading, for 75 ms. */
  private static final String AWAIT_CALM =
      """
      const done = arguments[0];
      let calm = 0;
      let begun = -1;
      const look = () => {
        const busy = requests.open || document.querySelector('.waiting[role=status], [aria-busy=true]');
        calm = !busy && requests.begun === begun ? calm + 1 : 0;
        begun = requests.begun;
        calm > 3 ? done() : setTimeout(look, 25);
      };
      look();
      """;

  /** Only violations: the details of what is right cost more than the tests. */
  private static final String RUN_AXE =
      """
      const done = arguments[0];
      axe.run({resultTypes: ['violations']}).then(found => done(found.violations.map(
        one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))));
      """;

  private static final String AXE = axe();

  /** This machine by a name that browsers do not trust as they trust {@code localhost}. */
  private static final String FAR = "vitrine.test";

  private final ChromeDriver driver;
  private final URI server;

  /** The server's address in the tabs that are open. */
  private URI address;

  /** Views that axe has examined, each with its colour scheme. */
  private final Set<String> examined = new HashSet<>();

  private Look look = new Look("en", 1280, "light");

  /** The language, width and colour scheme of a page: {@code zh}, 360 pixels, {@code dark}. */
  record Look(String language, int width, String scheme) {
    @Override
    public String toString() {
      return "%s-%d-%s".formatted(language, width, scheme);
    }
  }

  /**
   * Starts Chromium. One is enough for all tests of a class: {@link #begin} forgets the last one.
   */
  Browser(URI server) {
    this.server = server;
    address = server;
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setScriptTimeout(TIMEOUT);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        // Without a GPU, Chromium would emulate one, which costs more than drawing without it.
        "--disable-gpu",
        "--disable-software-rasterizer",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding",
        "--host-resolver-rules=MAP " + FAR + " 127.0.0.1",
        "--force-prefers-reduced-motion");
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
  }

  /** Skips the tests where there is no Chromium. In CI, that is a failure. */
  static void require() {
    boolean isThere = Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    String missing =
        "Chromium and its driver are not installed: apt install chromium-headless-shell chromium-driver";
    if (System.getenv("CI") != null) {
      assertThat(isThere).as(missing).isTrue();
    }
    assumeTrue(isThere, missing);
  }

  /**
   * Closes all tabs, forgets all that pages have stored, and opens the console in a new tab; its
   * handle.
   */
  String begin(Look look) {
    return begin(look, server);
  }

  /**
   * The same at another machine, by plain HTTP: browsers keep some of their functions from such
   * pages.
   */
  String beginFar(Look look) {
    return begin(look, URI.create("http://%s:%d".formatted(FAR, server.getPort())));
  }

  private String begin(Look look, URI address) {
    this.address = address;
    Set<String> old = driver.getWindowHandles();
    driver.switchTo().newWindow(WindowType.TAB);
    String fresh = driver.getWindowHandle();
    for (String tab : old) {
      driver.switchTo().window(tab);
      driver.close();
    }
    driver.switchTo().window(fresh);
    driver.executeCdpCommand(
        "Storage.clearDataForOrigin", Map.of("origin", address.toString(), "storageTypes", "all"));
    return tab(look);
  }

  /** Opens the console in another tab, whose session is its own; its handle. */
  String another() {
    driver.switchTo().newWindow(WindowType.TAB);
    return tab(look);
  }

  private String tab(Look look) {
    this.look = look;
    boolean isWide = look.width() > 800;
    Object agent = Objects.requireNonNull(script("return navigator.userAgent"));
    String languages = look.language().equals("zh") ? "zh-CN,zh" : "en-US,en";
    driver.executeCdpCommand(
        "Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", languages));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            look.width(),
            "height",
            isWide ? 800 : 740,
            "deviceScaleFactor",
            1,
            "mobile",
            !isWide));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features", List.of(Map.of("name", "prefers-color-scheme", "value", look.scheme()))));
    driver.executeCdpCommand(
        "Page.addScriptToEvaluateOnNewDocument",
        Map.of("source", AT_THE_START.replace("LANGUAGE", look.language())));
    driver.get(address + "/");
    return driver.getWindowHandle();
  }

  /** The handle of the tab that is shown. */
  String tab() {
    return driver.getWindowHandle();
  }

  void turnTo(String tab) {
    driver.switchTo().window(tab);
  }

  /** Goes to a view. */
  void go(String place) {
    script("location.hash = arguments[0]", "#/" + place);
  }

  String place() {
    return Objects.requireNonNull((String) script("return location.hash"));
  }

  /** What the tab's session holds, as a path in JSON: {@code project.id}. */
  String session(String field) {
    return Objects.requireNonNull(
        (String)
            script(
                "return arguments[0].split('.').reduce((part, name) => part[name],"
                    + " JSON.parse(sessionStorage.getItem('vitrine.session')))",
                field));
  }

  /** As if the session ended then; what the tab has shown, it shows again. */
  void endIn(Duration left) {
    script(
        """
        const session = JSON.parse(sessionStorage.getItem('vitrine.session'));
        session.expires = new Date(Date.now() + arguments[0]).toISOString();
        sessionStorage.setItem('vitrine.session', JSON.stringify(session));
        location.reload();
        """,
        left.toMillis());
  }

  /** All that pages have stored in the browser for longer than a tab, as JSON. */
  String kept() {
    return Objects.requireNonNull((String) script("return JSON.stringify(localStorage)"));
  }

  WebElement see(String css) {
    return await().until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
  }

  /** As if the user came back from another window: a browser without a screen has no focus. */
  void comeBack() {
    script("dispatchEvent(new Event('focus'))");
  }

  void awaitGone(String css) {
    await().until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
  }

  /** What stands in an attribute of all that are in the page now, in the words of it. */
  Set<String> words(String attribute) {
    return driver.findElements(By.cssSelector("[" + attribute + "]")).stream()
        .map(element -> Objects.requireNonNull(element.getDomAttribute(attribute)))
        .flatMap(text -> Stream.of(text.split(" ")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Waits until the page has asked for nothing for a moment: then it offers all that it will. */
  void settle() {
    driver.executeAsyncScript(AWAIT_CALM);
  }

  /** How often the tab has asked for an address with that in it, as a regular expression. */
  int requests(String address) {
    Object count =
        script(
            "return performance.getEntriesByType('resource')"
                + ".filter((one) => new RegExp(arguments[0]).test(one.name)).length",
            address);
    return ((Number) Objects.requireNonNull(count)).intValue();
  }

  /** Clicks twice before the page can answer. */
  void clickTwice(String css) {
    see(css);
    script(
        "const button = document.querySelector(arguments[0]); button.click(); button.click()", css);
  }

  /** From now on, what the tab would do in ten seconds unless it is undone, it does at once. */
  void hurry() {
    script(
        """
        const original = window.setTimeout;
        window.setTimeout = (act, after, ...all) =>
          original(act, after === arguments[0] ? arguments[1] : after, ...all);
        """,
        UNDO_TIME,
        HURRIED);
  }

  /** The next upload is sent with a token that the server does not take. */
  void spoilNextUpload() {
    script(
        """
        const original = XMLHttpRequest.prototype.setRequestHeader;
        XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
          const spoilt = name === 'X-Auth-Token';
          if (spoilt) {
            XMLHttpRequest.prototype.setRequestHeader = original;
          }
          original.call(this, name, spoilt ? 'ended' : value);
        };
        """);
  }

  /** Whether the tab would ask before it is closed. */
  boolean asksBeforeItCloses() {
    return Boolean.TRUE.equals(
        script(
            """
            const event = new Event('beforeunload', {cancelable: true});
            dispatchEvent(event);
            return event.defaultPrevented;
            """));
  }

  /** Files that are downloaded go there, without a question. */
  void downloadTo(Path folder) {
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toAbsolutePath().toString()));
    // The dialog of the system cannot be used without a screen.
    script("delete window.showSaveFilePicker");
  }

  /**
   * Sends and receives no faster than that.
   *
   * @param rate bytes per second; -1: as fast as it can
   */
  void limit(int rate) {
    network(false, rate);
  }

  /** Whether the server can be reached. */
  void reach(boolean isThere) {
    network(!isThere, -1);
  }

  private void network(boolean offline, int rate) {
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of(
            "offline",
            offline,
            "latency",
            0,
            "downloadThroughput",
            rate,
            "uploadThroughput",
            rate));
  }

  void seeText(String css, String text) {
    await().until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), text));
  }

  /** What can be read in each of these. */
  List<String> texts(String css) {
    return driver.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList();
  }

  int count(String css) {
    return driver.findElements(By.cssSelector(css)).size();
  }

  void click(String css) {
    await()
        .ignoring(org.openqa.selenium.StaleElementReferenceException.class)
        .ignoring(org.openqa.selenium.ElementClickInterceptedException.class)
        .until(
            there -> {
              WebElement element = there.findElement(By.cssSelector(css));
              script("arguments[0].scrollIntoView({block: 'center'})", element);
              element.click();
              return true;
            });
  }

  void type(String css, String text) {
    WebElement field = see(css);
    field.clear();
    field.sendKeys(text);
  }

  void file(String css, Path file) {
    driver.findElement(By.cssSelector(css)).sendKeys(file.toAbsolutePath().toString());
  }

  /** Presses the tab key until that has the focus. */
  void tabTo(String css) {
    see(css);
    for (int i = 0; i < MOST_STOPS; i++) {
      if (Boolean.TRUE.equals(script("return document.activeElement.matches(arguments[0])", css))) {
        return;
      }
      press(Keys.TAB);
    }
    throw new AssertionError("No press of the tab key comes to " + css);
  }

  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** A picture of the view, in which axe finds nothing, and which is as wide as the window. */
  void look(String name) {
    settle();
    lookNow(name);
  }

  /** As {@link #look}, of a view that may still be loading. */
  void lookNow(String name) {
    picture(name);
    if (examined.add(name + " " + look.scheme())) {
      assertThat(violations()).as("axe on %s, %s", name, look).isEmpty();
    }
    assertThat(
            script(
                "const page = document.documentElement; return page.scrollWidth - page.clientWidth"))
        .as("pixels beyond the window on %s, %s", name, look)
        .isEqualTo(0L);
    assertThat(
            driver.manage().logs().get("browser").getAll().stream()
                .filter(line -> line.getMessage().contains("Content Security Policy")))
        .isEmpty();
  }

  private List<?> violations() {
    if (Boolean.TRUE.equals(script("return window.axe === undefined"))) {
      script(AXE);
    }
    return (List<?>) Objects.requireNonNull(driver.executeAsyncScript(RUN_AXE));
  }

  private void picture(String name) {
    try {
      Files.createDirectories(PICTURES);
      Files.write(
          PICTURES.resolve("%s-%s.png".formatted(name, look)),
          driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Object script(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  private WebDriverWait await() {
    return new WebDriverWait(driver, TIMEOUT, Duration.ofMillis(100));
  }

  private static String axe() {
    String path = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    try (InputStream script = Browser.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(script, path).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
