package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path PICTURES = Path.of("target", "screens");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** More presses of the tab key than any page has stops. */
  private static final int MOST_STOPS = 80;

  /** How many requests of the page have begun and ended since this was first asked. */
  private static final String COUNT_REQUESTS =
      """
      if (window.counted === undefined) {
        window.counted = 0;
        const original = window.fetch;
        window.fetch = (...all) => {
          window.counted++;
          return original(...all).finally(() => setTimeout(() => window.counted++, 50));
        };
      }
      return window.counted;
      """;

  private static final String AXE = axe();

  private final ChromeDriver driver;
  private final URI server;
  private final String look;

  /** The language, width and colour scheme of a page: {@code zh}, 360 pixels, {@code dark}. */
  record Look(String language, int width, String scheme) {}

  Browser(URI server, Look look) {
    this.server = server;
    this.look = "%s-%d-%s".formatted(look.language(), look.width(), look.scheme());
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--force-prefers-reduced-motion");
    options.addArguments("--lang=" + (look.language().equals("zh") ? "zh-CN" : "en-US"));
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    tab(look);
  }

  /** Whether there is one on this machine. */
  static boolean isThere() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  /** Opens the console in another tab, whose session is its own; its handle. */
  String another(Look look) {
    driver.switchTo().newWindow(WindowType.TAB);
    return tab(look);
  }

  private String tab(Look look) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            look.width(),
            "height",
            look.width() > 800 ? 800 : 740,
            "deviceScaleFactor",
            1,
            "mobile",
            look.width() < 800));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features", List.of(Map.of("name", "prefers-color-scheme", "value", look.scheme()))));
    driver.get(server + "/");
    script("localStorage.setItem('vitrine.language', arguments[0])", look.language());
    driver.navigate().refresh();
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

  WebElement see(String css) {
    return await().until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
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
    seeNothingLoading();
    Long before = -1L;
    for (int calm = 0; calm < 3; ) {
      Long now = (Long) script(COUNT_REQUESTS);
      calm = now != null && now.equals(before) ? calm + 1 : 0;
      before = now;
      pause();
    }
    seeNothingLoading();
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of(
            "offline", false, "latency", 0, "downloadThroughput", rate, "uploadThroughput", rate));
  }

  void seeText(String css, String text) {
    await().until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), text));
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
    seeNothingLoading();
    lookNow(name);
  }

  /** As {@link #look}, of a view that may still be loading. */
  void lookNow(String name) {
    script(AXE);
    Object violations =
        driver.executeAsyncScript(
            "const done = arguments[0]; axe.run().then(found => done(found.violations.map("
                + "one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))))");
    picture(name);
    assertThat((List<?>) violations).as("axe on %s, %s", name, look).isEmpty();
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

  void seeNothingLoading() {
    awaitGone(".waiting[role=status]");
    awaitGone("[aria-busy=true]");
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
