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
    FLOODS,
    RECEIVERS,
    GROWTH;
  }

  static final String HELP =
      """
      Measures a Vitrine server, and optionally compares it with another server of the same protocols.

        vitrine bench [--OPTION VALUE ...]
        vitrine bench seed --db URL [--db-user NAME --db-password WORD] [--memberships N]
                                only fill a database with N memberships: N/10 images with ten members each

        --against URL       Keystone URL of the other server, ending in /v3 (bench/glance starts one). It must have the
                            users alice and bob with passwords alice-pass and bob-pass, in alice-project and bob-project
        --clouds FILE       clouds.yaml of a running Vitrine [default: start one]
        --db URL            empty PostgreSQL for the servers that bench starts [default: embedded]
        --db-user NAME, --db-password WORD
        --only PARTS        parts to run: %s [all]
        --work WORK         requests to measure: %s [all]
        --connections N,N   numbers of concurrent connections [16,64]
        --seconds N         length of each run [20]
        --warm N            seconds of load before the first run of each kind [15]
        --tries N           runs of each measurement [2]
        --memberships N     size up to which the table grows [10000000]
        --bytes N           size of the image to upload and download [1073741824]
        --quick             smoke test: runs of one second and little data; the figures mean nothing
        --out DIR           directory for result.json and growth.svg [bench/target/result]
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
        throw new IllegalArgumentException("unknown option " + option);
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
              .orElseThrow(() -> new IllegalArgumentException("unknown value " + word)));
    }
    return chosen;
  }
}
