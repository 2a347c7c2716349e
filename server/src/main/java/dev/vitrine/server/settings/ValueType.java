package dev.vitrine.server.settings;

import dev.vitrine.server.bus.BusAddress;
import dev.vitrine.server.http.Network;
import dev.vitrine.server.http.Rate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The type of a setting's value.
 *
 * @param form the placeholder in {@code help}, such as {@code HOST:PORT}
 * @param description what a value must be, for refusals
 * @param secret whether refusals must not repeat the value
 * @param parser throws {@link IllegalArgumentException} if the text is malformed
 */
public record ValueType<T>(
    String form, String description, boolean secret, Function<String, T> parser) {

  static final ValueType<String> TEXT = shown("TEXT", "some text", ValueType::nonBlank);
  static final ValueType<String> NAME =
      shown("NAME", "letters, digits, '.', '_' and '-'", ValueType::name);
  static final ValueType<String> SECRET = hidden("TEXT", "some text", ValueType::nonBlank);
  // Hidden, because a URL may contain a password.
  static final ValueType<String> JDBC_URL =
      hidden("jdbc:postgresql://…", "a URL that starts with jdbc:postgresql:", ValueType::jdbcUrl);
  // Hidden, because somebody may put a password there.
  static final ValueType<BusAddress> AMQP_URL =
      hidden(
          "amqp[s]://HOST[:PORT],…[/VHOST]",
          "amqp:// or amqps://, one or more hosts, perhaps with ports, and perhaps a virtual host;"
              + " user and password have settings of their own",
          BusAddress::parse);
  static final ValueType<Path> DIRECTORY = shown("DIR", "a path", ValueType::path);
  static final ValueType<Path> FILE = shown("FILE", "a path", ValueType::path);
  public static final ValueType<List<ListenAddress>> LISTEN =
      shown(
          "HOST:PORT,…",
          "host and port, such as 127.0.0.1:9292, or several with commas between them",
          ValueType::listen);
  static final ValueType<Optional<ListenAddress>> LISTEN_OR_OFF =
      shown(
          "HOST:PORT|off",
          "host and port, such as 127.0.0.1:9293, or off",
          text -> text.equals("off") ? Optional.empty() : Optional.of(ListenAddress.parse(text)));
  static final ValueType<List<Network>> NETWORKS =
      shown(
          "ADDRESS[/BITS],…",
          "IP addresses or ranges such as 10.0.0.0/8, with commas between them, and no names",
          text -> Stream.of(text.split(",", -1)).map(String::strip).map(Network::parse).toList());
  static final ValueType<Optional<Rate>> RATE_OR_OFF =
      shown(
          "RATE|off",
          "a number of requests in a second, a minute or an hour, such as 100/s, 600/m or 1000/h, or off",
          text -> text.equals("off") ? Optional.empty() : Optional.of(Rate.parse(text)));
  static final ValueType<URI> ORIGIN =
      shown("URL", "http:// or https://, a host, perhaps a port, and no path", ValueType::origin);
  // Hidden, because somebody may put a password there.
  static final ValueType<URI> URL =
      hidden(
          "URL",
          "http:// or https://, a host, perhaps a port and a path, and neither user nor query",
          ValueType::url);
  static final ValueType<Double> FRACTION =
      shown("FRACTION", "a number from 0 to 1, such as 0.01", ValueType::fraction);
  static final ValueType<Boolean> BOOLEAN = shown("true|false", "true or false", ValueType::truth);
  static final ValueType<Integer> INTEGER = shown("N", "a whole number", Integer::valueOf);
  static final ValueType<Integer> POSITIVE =
      shown("N", "a whole number above 0", ValueType::positive);
  static final ValueType<Integer> NATURAL =
      shown("N", "a whole number, not negative", ValueType::natural);
  static final ValueType<Duration> DURATION =
      shown("DURATION", "a duration, such as 24h, 30m or 45s", ValueType::duration);
  static final ValueType<Duration> AT_MOST_AN_HOUR =
      shown("DURATION", "a duration, such as 5s or 2m, or 0s, at most 1h", ValueType::atMostAnHour);
  static final ValueType<DataSize> SIZE =
      shown("SIZE", "an amount of data, such as 64KiB or 1MiB, below 2GiB", DataSize::parse);

  static final ValueType<OptionalLong> COUNT_OR_OFF =
      shown(
          "N|off",
          "a whole number, not negative, or off",
          text -> text.equals("off") ? OptionalLong.empty() : OptionalLong.of(natural(text)));
  static final ValueType<OptionalLong> BYTES_OR_OFF =
      shown(
          "SIZE|off",
          "an amount of data, such as 50GiB or 2TiB, or off",
          text ->
              text.equals("off") ? OptionalLong.empty() : OptionalLong.of(DataSize.bytes(text)));

  static final ValueType<Optional<Duration>> DAYS_OR_EVER =
      shown(
          "DURATION|ever",
          "a number of days, such as 365d, at least 2d, or ever",
          ValueType::daysOrEver);

  private static final Pattern DURATION_FORM = Pattern.compile("([1-9]\\d{0,8})([dhms])");

  static ValueType<Integer> between(int least, int most) {
    return shown(
        "N",
        String.format(Locale.ROOT, "a whole number from %d to %d", least, most),
        text -> {
          int number = Integer.parseInt(text);
          return require(number, number >= least && number <= most);
        });
  }

  static <E extends Enum<E>> ValueType<E> oneOf(List<E> values) {
    return oneOf(words(values, "|"), values);
  }

  static <E extends Enum<E>> ValueType<E> oneOf(String form, List<E> values) {
    Map<String, E> byWord = byWord(values);
    return shown(form, "one of " + words(values, ", "), text -> required(byWord, text));
  }

  /** A list of distinct values. */
  static <E extends Enum<E>> ValueType<Set<E>> listOf(List<E> values) {
    Map<String, E> byWord = byWord(values);
    return shown(
        words(values, ","),
        "some of " + words(values, ", ") + ", with commas between them",
        text -> {
          List<String> words = List.of(text.split(",", -1));
          Set<E> chosen =
              words.stream().map(word -> required(byWord, word)).collect(Collectors.toSet());
          return require(Set.copyOf(chosen), chosen.size() == words.size());
        });
  }

  private static <E extends Enum<E>> Map<String, E> byWord(List<E> values) {
    return values.stream().collect(Collectors.toMap(ValueType::word, value -> value));
  }

  private static <E extends Enum<E>> String words(List<E> values, String between) {
    return values.stream().map(ValueType::word).collect(Collectors.joining(between));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E> E required(Map<String, E> byWord, String word) {
    return Optional.ofNullable(byWord.get(word)).orElseThrow(ValueType::malformed);
  }

  /** Parses a value; {@link IllegalArgumentException} if it is malformed. */
  T parse(String text) {
    return parser.apply(text);
  }

  private static <T> ValueType<T> shown(
      String form, String description, Function<String, T> parser) {
    return new ValueType<>(form, description, false, parser);
  }

  private static <T> ValueType<T> hidden(
      String form, String description, Function<String, T> parser) {
    return new ValueType<>(form, description, true, parser);
  }

  private static String nonBlank(String text) {
    return require(text, !text.isBlank());
  }

  private static String name(String text) {
    return require(text, text.matches("[A-Za-z0-9._-]+"));
  }

  private static String jdbcUrl(String text) {
    return require(text, text.startsWith("jdbc:postgresql:"));
  }

  private static Path path(String text) {
    return Path.of(nonBlank(text)).toAbsolutePath().normalize();
  }

  private static List<ListenAddress> listen(String text) {
    List<ListenAddress> addresses =
        Stream.of(text.split(",", -1)).map(String::strip).map(ListenAddress::parse).toList();
    return require(
        addresses,
        addresses.stream().filter(one -> one.port() != 0).distinct().count()
            == addresses.stream().filter(one -> one.port() != 0).count());
  }

  private static boolean truth(String text) {
    return require(text.equals("true"), text.equals("true") || text.equals("false"));
  }

  private static int positive(String text) {
    int number = Integer.parseInt(text);
    return require(number, number > 0);
  }

  private static int natural(String text) {
    int number = Integer.parseInt(text);
    return require(number, number >= 0);
  }

  private static URI origin(String text) {
    URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    String authority = url.getAuthority();
    return require(
        url,
        http
            && url.getHost() != null
            && (url.getScheme() + "://" + authority).equals(url.toString())
            && url.getUserInfo() == null);
  }

  private static URI url(String text) {
    URI url = URI.create(text);
    return require(
        url,
        ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
            && url.getHost() != null
            && url.getRawUserInfo() == null
            && url.getRawQuery() == null
            && url.getRawFragment() == null);
  }

  private static double fraction(String text) {
    return Double.parseDouble(require(text, text.matches("0|1|0\\.\\d{1,9}|1\\.0{1,9}")));
  }

  private static Duration atMostAnHour(String text) {
    Duration duration = text.equals("0s") ? Duration.ZERO : duration(text);
    return require(duration, duration.compareTo(Duration.ofHours(1)) <= 0);
  }

  private static Optional<Duration> daysOrEver(String text) {
    if (text.equals("ever")) {
      return Optional.empty();
    }
    Duration duration = duration(text);
    boolean isDays = duration.equals(Duration.ofDays(duration.toDays()));
    return Optional.of(require(duration, isDays && duration.toDays() >= 2));
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION_FORM.matcher(text);
    require(text, matcher.matches());
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "d" -> Duration.ofDays(amount);
      case "h" -> Duration.ofHours(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofSeconds(amount);
    };
  }

  private static <V> V require(V value, boolean condition) {
    if (!condition) {
      throw malformed();
    }
    return value;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("malformed");
  }
}
