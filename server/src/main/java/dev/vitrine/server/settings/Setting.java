package dev.vitrine.server.settings;

import dev.vitrine.image.Inspect;
import dev.vitrine.login.RequestSignature;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.NativeApi;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set. All there are stand here, and nowhere else: what is read, what {@code
 * help} prints and what a typing error is compared with.
 *
 * @param standard what holds if nothing is given, in the form it could be given in; null: nothing
 * @param about one line for a person
 */
public record Setting<T>(String name, Type<T> type, @Nullable String standard, String about) {

  public static final Setting<ListenAddress> LISTEN =
      new Setting<>(
          "listen",
          Type.LISTEN,
          null,
          "where to take connections; up: 127.0.0.1:9292; port 0: any");
  public static final Setting<Path> DATA =
      new Setting<>(
          "data", Type.DIRECTORY, null, "what this server keeps; up: data beside the launcher");
  static final Setting<Path> CONFIG =
      new Setting<>(
          "config", Type.FILE, null, "Java properties file of settings [DATA/vitrine.properties]");
  static final Setting<String> DB =
      new Setting<>("db", Type.JDBC_URL, null, "PostgreSQL 15 or newer [one of our own, in DATA]");
  static final Setting<String> DB_USER =
      new Setting<>("db.user", Type.TEXT, null, "who to log in to it as");
  static final Setting<String> DB_PASSWORD =
      new Setting<>(
          "db.password", Type.SECRET, null, "best given by variable or file: others see options");
  static final Setting<Integer> DB_CONNECTIONS =
      new Setting<>("db.connections", Type.POSITIVE, "10", "at most so many at a time");
  static final Setting<URI> PUBLIC_URL =
      new Setting<>(
          "public-url", Type.ORIGIN, null, "how clients reach this server [http://LISTEN]");
  static final Setting<Path> BLOBS =
      new Setting<>(
          "blobs", Type.DIRECTORY, null, "the bytes of images; nodes may share it [DATA/blobs]");
  static final Setting<Path> KEYS =
      new Setting<>(
          "keys",
          Type.FILE,
          null,
          "signing and encryption keys; the same on all nodes [DATA/keys]");
  static final Setting<String> REGION =
      new Setting<>("region", Type.NAME, "RegionOne", "the region of the service catalogue");
  static final Setting<Duration> TOKEN_LIFETIME =
      new Setting<>("token.lifetime", Type.DURATION, "24h", "how long a token lives");
  static final Setting<Set<RequestSignature.Required>> SIGNATURE_REQUIRE =
      new Setting<>(
          "signature.require",
          Type.listOf(List.of(RequestSignature.Required.values())),
          null,
          "what clients must sign beside the date: host, project or both [neither]");
  static final Setting<Consent> SHARING_CONSENT =
      new Setting<>(
          "sharing.consent",
          Type.oneOf(List.of(Consent.values())),
          "glance",
          "strict: no bytes before the member accepts");
  static final Setting<Recipients> SHARING_MEMBERS =
      new Setting<>(
          "sharing.members",
          Type.oneOf(List.of(Recipients.values())),
          "known",
          "known: only projects that exist become members");
  static final Setting<Integer> SHARING_MAX_MEMBERS =
      new Setting<>(
          "sharing.max-members", Type.INTEGER, "128", "members of one image; negative: no limit");
  static final Setting<Integer> SHARING_MAX_MEMBERS_WHOLE_IMAGE =
      new Setting<>(
          "sharing.max-members-whole-image",
          Type.INTEGER,
          "10",
          "the same, of an image of a whole machine");
  static final Setting<Encrypted> SHARING_ENCRYPTED =
      new Setting<>(
          "sharing.encrypted",
          Type.oneOf(List.of(Encrypted.values())),
          "refuse",
          "allow: encrypted images can be shared, too");
  static final Setting<Inspect> IMAGES_INSPECT =
      new Setting<>(
          "images.inspect",
          Type.oneOf(List.of(Inspect.values())),
          "strict",
          "warn, off: store bytes of a wrong format, too");
  static final Setting<NativeApi> NATIVE =
      new Setting<>(
          "native",
          Type.oneOf(List.of(NativeApi.values())),
          "glance",
          "ims: where the two protocols differ, /v2/images is that of IMS");
  static final Setting<Integer> BATCH_MAX_IMAGES =
      new Setting<>("batch.max-images", Type.POSITIVE, "100", "images of one batch");
  static final Setting<Integer> BATCH_MAX_MEMBERS =
      new Setting<>("batch.max-members", Type.POSITIVE, "128", "projects of one batch");
  static final Setting<Integer> JOBS_WORKERS =
      new Setting<>("jobs.workers", Type.NATURAL, "2", "jobs carried out at a time; 0: elsewhere");
  static final Setting<Duration> JOBS_KEPT =
      new Setting<>("jobs.kept", Type.DURATION, "30d", "how long ended jobs can be asked for");
  static final Setting<DataSize> HTTP_MAX_BODY =
      new Setting<>(
          "http.max-body", Type.SIZE, "1MiB", "largest request that is not the bytes of an image");
  static final Setting<DataSize> HTTP_MIN_RATE =
      new Setting<>(
          "http.min-rate", Type.SIZE, "4KiB", "least a client sends in a second; 0B: any pace");
  static final Setting<Duration> SHUTDOWN_GRACE =
      new Setting<>(
          "shutdown.grace", Type.DURATION, "30s", "how long a stop waits for requests under way");
  static final Setting<Level> LOG_LEVEL =
      new Setting<>(
          "log.level",
          Type.oneOf(List.of(Level.ERROR, Level.WARNING, Level.INFO, Level.DEBUG)),
          "info",
          "how much goes to standard error");

  static final List<Setting<?>> ALL =
      List.of(
          LISTEN,
          DATA,
          CONFIG,
          DB,
          DB_USER,
          DB_PASSWORD,
          DB_CONNECTIONS,
          PUBLIC_URL,
          BLOBS,
          KEYS,
          REGION,
          TOKEN_LIFETIME,
          SIGNATURE_REQUIRE,
          SHARING_CONSENT,
          SHARING_MEMBERS,
          SHARING_MAX_MEMBERS,
          SHARING_MAX_MEMBERS_WHOLE_IMAGE,
          SHARING_ENCRYPTED,
          IMAGES_INSPECT,
          NATIVE,
          BATCH_MAX_IMAGES,
          BATCH_MAX_MEMBERS,
          JOBS_WORKERS,
          JOBS_KEPT,
          HTTP_MAX_BODY,
          HTTP_MIN_RATE,
          SHUTDOWN_GRACE,
          LOG_LEVEL);

  /** Who can become a member: projects that exist, or any id, as in Glance. */
  enum Recipients {
    KNOWN,
    ANY
  }

  /** Whether encrypted images can be shared. */
  enum Encrypted {
    REFUSE,
    ALLOW
  }

  static final String VARIABLE_PREFIX = "VITRINE_";

  /** The setting of that name. */
  static Optional<Setting<?>> named(String name) {
    return first(setting -> setting.name.equals(name));
  }

  /** The setting that this environment variable sets. */
  static Optional<Setting<?>> ofVariable(String variable) {
    return first(setting -> setting.variable().equals(variable));
  }

  private static Optional<Setting<?>> first(Predicate<Setting<?>> condition) {
    return ALL.stream().filter(condition).findFirst();
  }

  /** The setting that a mistyped name was most likely meant to be. */
  static Optional<Setting<?>> nearest(String mistyped) {
    return nearest(mistyped, Setting::name);
  }

  /** The same, of an environment variable. */
  static Optional<Setting<?>> nearestVariable(String mistyped) {
    return nearest(
        mistyped.substring(VARIABLE_PREFIX.length()),
        setting -> setting.variable().substring(VARIABLE_PREFIX.length()));
  }

  private static Optional<Setting<?>> nearest(
      String mistyped, Function<Setting<?>, String> spelling) {
    ToIntFunction<Setting<?>> distance = setting -> distance(spelling.apply(setting), mistyped);
    int tolerated = Math.max(1, mistyped.length() / 3);
    return ALL.stream()
        .filter(setting -> distance.applyAsInt(setting) <= tolerated)
        .min(Comparator.comparingInt(distance));
  }

  /** What holds if nothing is given; only for settings that have such a value. */
  T standardValue() {
    return type.parse(Objects.requireNonNull(standard, name));
  }

  /** The environment variable that sets it. */
  String variable() {
    return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** How a value is written, how it is described in a refusal, and how it is read. */
  record Type<T>(String form, String description, boolean secret, Function<String, T> parser) {

    static final Type<String> TEXT = shown("TEXT", "some text", Type::nonBlank);
    static final Type<String> NAME = shown("NAME", "letters, digits, '.', '_' and '-'", Type::name);
    static final Type<String> SECRET = hidden("TEXT", "some text", Type::nonBlank);
    // Hidden, because a URL may hold a password.
    static final Type<String> JDBC_URL =
        hidden("jdbc:postgresql://…", "a URL that starts with jdbc:postgresql:", Type::jdbcUrl);
    static final Type<Path> DIRECTORY = shown("DIR", "a path", Type::path);
    static final Type<Path> FILE = shown("FILE", "a path", Type::path);
    public static final Type<ListenAddress> LISTEN =
        shown("HOST:PORT", "host and port, such as 127.0.0.1:9292", ListenAddress::parse);
    static final Type<URI> ORIGIN =
        shown("URL", "http:// or https://, a host, perhaps a port, and no path", Type::origin);
    static final Type<Integer> INTEGER = shown("N", "a whole number", Integer::valueOf);
    static final Type<Integer> POSITIVE = shown("N", "a whole number above 0", Type::positive);
    static final Type<Integer> NATURAL = shown("N", "a whole number, not negative", Type::natural);
    static final Type<Duration> DURATION =
        shown("DURATION", "a duration, such as 24h, 30m or 45s", Type::duration);
    static final Type<DataSize> SIZE =
        shown("SIZE", "an amount of data, such as 64KiB or 1MiB, below 2GiB", DataSize::parse);

    private static final Pattern DURATION_FORM = Pattern.compile("([1-9]\\d{0,8})([dhms])");

    static <E extends Enum<E>> Type<E> oneOf(List<E> values) {
      Map<String, E> byWord = byWord(values);
      return shown(
          words(values, "|"), "one of " + words(values, ", "), text -> required(byWord, text));
    }

    /** Some of them, each once. */
    static <E extends Enum<E>> Type<Set<E>> listOf(List<E> values) {
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
      return values.stream().collect(Collectors.toMap(Type::word, value -> value));
    }

    private static <E extends Enum<E>> String words(List<E> values, String between) {
      return values.stream().map(Type::word).collect(Collectors.joining(between));
    }

    private static String word(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E> E required(Map<String, E> byWord, String word) {
      return Optional.ofNullable(byWord.get(word)).orElseThrow(Type::malformed);
    }

    /** The value; {@link IllegalArgumentException} if the text is none. */
    T parse(String text) {
      return parser.apply(text);
    }

    private static <T> Type<T> shown(String form, String description, Function<String, T> parser) {
      return new Type<>(form, description, false, parser);
    }

    private static <T> Type<T> hidden(String form, String description, Function<String, T> parser) {
      return new Type<>(form, description, true, parser);
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

  /** How many letters must be put in, left out, changed or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        steps[i][j] =
            Math.min(steps[i - 1][j - 1] + changed, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
      }
    }
    return steps[a.length()][b.length()];
  }
}
