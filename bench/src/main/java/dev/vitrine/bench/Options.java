package dev.vitrine.bench;

import dev.vitrine.postgres.engine.Database.Address;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command-line options: what to measure, and for how long.
 *
 * @param clouds the {@code clouds.yaml} of a running server; null: start one
 * @param against Keystone's root of another server; null: none
 * @param database for the servers that we start; null: the embedded one
 * @param memberships size up to which the table grows
 * @param seconds length of each timed run
 * @param warm seconds of load before the first run of each kind
 * @param bytes size of the image to upload and download
 * @param out folder for the results
 */
record Options(
    Set<Chapter> chapters,
    Set<Scenario> work,
    @Nullable Path clouds,
    @Nullable URI against,
    @Nullable Address database,
    List<Integer> connections,
    int seconds,
    int warm,
    int tries,
    long memberships,
    long bytes,
    Path out) {

  /** A part of the benchmark, in the order of execution. */
  enum Chapter {
    STARTS,
    REQUESTS,
    LIMIT,
    LOGINS,
    BATCH,
    BYTES,
    NODES,
    GROWTH;
  }

  static final String HELP =
      """
      Measures a Vitrine, and beside it any server of the same protocols.

        vitrine bench [--OPTION VALUE ...]
        vitrine bench seed --db URL [--db-user NAME --db-password WORD] [--memberships N]
                                only fills a database: a tenth as many images, ten members each

        --against URL       another server's Keystone, ending in /v3, measured in turn (bench/glance brings one up);
                            alice and bob log in there with alice-pass and bob-pass for alice-project and bob-project
        --clouds FILE       the clouds.yaml of a Vitrine that runs already [one is started]
        --db URL            an empty PostgreSQL for those that are started [one of our own]
        --db-user NAME, --db-password WORD
        --only PARTS        of: %s [all]
        --work WORK         of the requests: %s [all]
        --connections N,N   [16,64]
        --seconds N         of each run [20]
        --warm N            seconds of load before the first run of each kind [15]
        --tries N           [2]
        --memberships N     up to which the table grows [10000000]
        --bytes N           of the image that goes up and down [1073741824]
        --quick             a second a run, little data: shows that all of it works, measures nothing
        --out DIR           where result.json and growth.svg go [bench/target/result]
      """
          .formatted(words(Chapter.values()), words(Scenario.values()));

  /**
   * Parses the options.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  static Options parse(List<String> arguments, Path home) {
    Map<String, String> given = new HashMap<>();
    boolean isQuick = false;
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String option = rest.pop();
      if (option.equals("--quick")) {
        isQuick = true;
      } else if (!KNOWN.contains(option)) {
        throw new IllegalArgumentException("there is no option " + option);
      } else if (rest.isEmpty() || rest.getFirst().startsWith("--")) {
        throw new IllegalArgumentException(option + " takes a value");
      } else {
        given.put(option, rest.pop());
      }
    }
    if (isQuick) {
      QUICK.forEach(given::putIfAbsent);
    }
    String db = given.get("--db");
    return new Options(
        chosen(Chapter.class, given.get("--only")),
        chosen(Scenario.class, given.get("--work")),
        given.containsKey("--clouds") ? Path.of(given.get("--clouds")) : null,
        given.containsKey("--against") ? keystone(given.get("--against")) : null,
        db == null ? null : new Address(db, given.get("--db-user"), given.get("--db-password")),
        connections(given.getOrDefault("--connections", "16,64")),
        (int) positive(given, "--seconds", 20, Integer.MAX_VALUE),
        (int) positive(given, "--warm", 15, Integer.MAX_VALUE),
        (int) positive(given, "--tries", 2, Integer.MAX_VALUE),
        positive(given, "--memberships", 10_000_000, Long.MAX_VALUE),
        positive(given, "--bytes", 1 << 30, Long.MAX_VALUE),
        Path.of(given.getOrDefault("--out", home.resolve("bench/target/result").toString())));
  }

  private static final Map<String, String> QUICK =
      Map.of(
          "--seconds",
          "1",
          "--warm",
          "1",
          "--tries",
          "1",
          "--connections",
          "4",
          "--memberships",
          "10000",
          "--bytes",
          "16777216");

  private static List<Integer> connections(String words) {
    return Arrays.stream(words.split(",", -1))
        .map(word -> (int) positive("--connections", word, Integer.MAX_VALUE))
        .toList();
  }

  private static long positive(
      Map<String, String> given, String option, long standard, long maximum) {
    return given.containsKey(option) ? positive(option, given.get(option), maximum) : standard;
  }

  private static long positive(String option, String word, long maximum) {
    try {
      long number = Long.parseLong(word);
      if (number > 0 && number <= maximum) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below.
    }
    throw new IllegalArgumentException(option + " takes a positive number, not " + word);
  }

  private static URI keystone(String word) {
    URI url = URI.create(word.replaceFirst("/$", ""));
    if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() < 0) {
      throw new IllegalArgumentException(
          "--against takes a URL such as http://127.0.0.1:5000/v3, not " + word);
    }
    return url;
  }

  private static final Set<String> KNOWN =
      Set.of(
          "--against",
          "--work",
          "--clouds",
          "--db",
          "--db-user",
          "--db-password",
          "--only",
          "--connections",
          "--seconds",
          "--warm",
          "--tries",
          "--memberships",
          "--bytes",
          "--out");

  private static <E extends Enum<E>> String words(E[] all) {
    return Arrays.stream(all).map(Options::word).collect(Collectors.joining(","));
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  /** The named values, or all. */
  private static <E extends Enum<E>> Set<E> chosen(Class<E> type, @Nullable String words) {
    if (words == null) {
      return EnumSet.allOf(type);
    }
    Set<E> chosen = EnumSet.noneOf(type);
    for (String word : words.split(",", -1)) {
      chosen.add(
          EnumSet.allOf(type).stream()
              .filter(one -> word(one).equals(word))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("there is no " + word)));
    }
    return chosen;
  }
}
