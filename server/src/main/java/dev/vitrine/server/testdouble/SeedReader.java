package dev.vitrine.server.testdouble;

import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ImageId;
import dev.vitrine.server.testdouble.Seed.Name;
import dev.vitrine.server.testdouble.Seed.Place;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link Seed} from YAML. Collects all problems, in the order of their lines. What only the
 * core knows, such as the disk formats there are, shows when the seed is applied.
 *
 * <p>A project, user or domain of another list is named {@code domain/name}.
 */
public final class SeedReader {
  /** Exists before the seed is applied. */
  static final String DEFAULT_DOMAIN = "Default";

  private static final long MAX_SIZE = 1L << 32;

  private final Set<String> roles;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Set<Object>> known = new HashMap<>();

  private record Problem(int line, String text) {}

  private SeedReader(Collection<String> roles) {
    this.roles = Set.copyOf(roles);
  }

  /**
   * Reads a seed.
   *
   * @param roles the roles that grants may name
   * @throws SeedRefused if anything is unknown, malformed, missing or contradictory
   */
  public static Seed read(String text, Collection<String> roles) throws SeedRefused {
    Located root;
    try {
      root = Located.read(text);
    } catch (IOException e) {
      String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw new SeedRefused(List.of("no YAML: " + message.lines().findFirst().orElse("")));
    }
    SeedReader reader = new SeedReader(roles);
    Seed seed = reader.seed(root);
    if (!reader.problems.isEmpty()) {
      throw new SeedRefused(
          reader.problems.stream()
              .sorted(Comparator.comparingInt(Problem::line))
              .map(Problem::text)
              .toList());
    }
    return seed;
  }

  private Seed seed(Located root) {
    Entry all = new Entry("", root);
    names("domain").add(DEFAULT_DOMAIN);
    Seed seed =
        new Seed(
            all.each("domains", this::domain),
            all.each("projects", this::project),
            all.each("users", this::user),
            all.each("grants", this::grant),
            all.each("images", this::image),
            all.each("shares", this::share));
    all.refuseOthers();
    seed.projects().forEach(one -> require(one.place(), "domain", one.name().domain()));
    for (Seed.OfUser one : seed.users()) {
      require(one.place(), "domain", one.name().domain());
      require(one.place(), "project", one.project());
    }
    for (Seed.OfGrant one : seed.grants()) {
      require(one.place(), "user", one.user());
      require(one.place(), "project", one.project());
      require(one.place(), "domain", one.domain());
    }
    seed.images().forEach(one -> require(one.place(), "project", one.project()));
    Map<String, Seed.OfImage> images = new HashMap<>();
    seed.images().forEach(one -> images.put(one.key(), one));
    for (Seed.OfShare one : seed.shares()) {
      require(one.place(), "image", one.image());
      require(one.place(), "project", one.project());
      Seed.OfImage image = images.get(one.image());
      if (image != null && image.visibility() != Visibility.SHARED) {
        problem(
            one.place(), "the image " + one.image() + " is not shared: give it visibility shared");
      }
    }
    return seed;
  }

  private Seed.OfDomain domain(Place place, Entry entry) {
    String name = entry.required("name");
    claim(place, "domain", name);
    return new Seed.OfDomain(place, name, id(entry));
  }

  private Seed.OfProject project(Place place, Entry entry) {
    Name name = new Name(entry.required("domain"), entry.required("name"));
    claim(place, "project", name);
    return new Seed.OfProject(place, name, id(entry));
  }

  private Seed.OfUser user(Place place, Entry entry) {
    Name name = new Name(entry.required("domain"), entry.required("name"));
    claim(place, "user", name);
    return new Seed.OfUser(
        place, name, id(entry), entry.required("password"), entry.name("project", false));
  }

  private Seed.OfGrant grant(Place place, Entry entry) {
    Name user = Objects.requireNonNull(entry.name("user", true));
    String role = entry.word("role", roles::contains, roles);
    Name project = entry.name("project", false);
    String domain = entry.text("domain");
    if ((project == null) == (domain == null)) {
      problem(place, "give either project or domain");
    }
    return new Seed.OfGrant(place, user, role, project, domain);
  }

  private Seed.OfImage image(Place place, Entry entry) {
    String name = entry.required("name");
    claim(place, "image", name);
    String id = entry.text("id");
    if (id != null && ImageId.of(id) == null) {
      problem(entry.at("id"), "is no UUID");
    }
    claimId(place, "image", id);
    String visibility = entry.text("visibility");
    Visibility visible = visibility == null ? Visibility.SHARED : Visibility.of(visibility);
    if (visible == null) {
      problem(
          entry.at("visibility"),
          "is one of " + Arrays.stream(Visibility.values()).map(Visibility::word).toList());
    }
    return new Seed.OfImage(
        place,
        name,
        id,
        Objects.requireNonNull(entry.name("project", true)),
        Objects.requireNonNullElse(visible, Visibility.SHARED),
        Objects.requireNonNullElse(entry.text("disk_format"), "raw"),
        Objects.requireNonNullElse(entry.text("container_format"), "bare"),
        entry.texts("tags"),
        entry.properties(),
        content(place, entry));
  }

  private Seed.@Nullable Bytes content(Place place, Entry entry) {
    String text = entry.text("content");
    String size = entry.text("size");
    if (text != null && size != null) {
      problem(place, "give either content or size");
    }
    if (size == null) {
      return text == null ? null : new Seed.Bytes.OfText(text);
    }
    try {
      long bytes = Long.parseLong(size);
      if (bytes >= 0 && bytes <= MAX_SIZE) {
        return new Seed.Bytes.OfSize(bytes);
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    problem(entry.at("size"), "is a number of bytes, at most " + MAX_SIZE);
    return null;
  }

  private Seed.OfShare share(Place place, Entry entry) {
    String image = entry.required("image");
    Name project = Objects.requireNonNull(entry.name("project", true));
    claim(place, "share of " + image + " with", project);
    String word = entry.text("status");
    MemberStatus status = word == null ? MemberStatus.PENDING : MemberStatus.of(word);
    if (status == null) {
      problem(
          entry.at("status"),
          "is one of " + Arrays.stream(MemberStatus.values()).map(MemberStatus::word).toList());
    }
    return new Seed.OfShare(
        place, image, project, Objects.requireNonNullElse(status, MemberStatus.PENDING));
  }

  private @Nullable String id(Entry entry) {
    String id = entry.text("id");
    if (id != null && !Ids.isGenerated(id)) {
      problem(entry.at("id"), "is 32 lower-case hexadecimal digits");
    }
    claimId(entry.at("id"), "identity", id);
    return id;
  }

  private Set<Object> names(String kind) {
    return known.computeIfAbsent(kind, one -> new HashSet<>());
  }

  private void claim(Place place, String kind, Object name) {
    if (!names(kind).add(name)) {
      problem(place, "there is another %s %s".formatted(kind, name));
    }
  }

  private void claimId(Place place, String kind, @Nullable String id) {
    if (id != null) {
      claim(place, kind + " with the id", id);
    }
  }

  /** A name that is missing or malformed was reported before. */
  private void require(Place place, String kind, @Nullable Object name) {
    boolean isReported = name == null || name.toString().isEmpty() || name.equals(Entry.NOBODY);
    if (!isReported && !names(kind).contains(name)) {
      problem(place, "there is no %s %s in this file".formatted(kind, name));
    }
  }

  private void problem(Place place, String what) {
    problems.add(new Problem(place.line(), place + ": " + what));
  }

  /** An object of the file; reports what is wrong with it. */
  private final class Entry {
    static final Name NOBODY = new Name("", "");

    private final String path;
    private final int line;
    private final Map<String, Located> values;
    private final Set<String> asked = new HashSet<>();

    Entry(String path, Located value) {
      this.path = path;
      this.line = value.line();
      if (value instanceof Located.Fields fields) {
        this.values = fields.values();
      } else {
        this.values = Map.of();
        problem(new Place(path.isEmpty() ? "the file" : path, line), "is no mapping of names");
      }
    }

    Place at(String name) {
      Located value = values.get(name);
      return new Place(
          path.isEmpty() ? name : path + "." + name, value == null ? line : value.line());
    }

    <T> List<T> each(String name, BiFunction<Place, Entry, T> read) {
      List<T> all = new ArrayList<>();
      List<Located> items = items(name);
      for (int i = 0; i < items.size(); i++) {
        Entry entry = new Entry("%s[%d]".formatted(name, i), items.get(i));
        all.add(read.apply(new Place(entry.path, entry.line), entry));
        entry.refuseOthers();
      }
      return all;
    }

    private List<Located> items(String name) {
      asked.add(name);
      Located value = values.get(name);
      if (value == null) {
        return List.of();
      }
      if (value instanceof Located.Items items) {
        return items.values();
      }
      problem(at(name), "is no list");
      return List.of();
    }

    @Nullable String text(String name) {
      asked.add(name);
      Located value = values.get(name);
      return value == null ? null : text(at(name), value);
    }

    private @Nullable String text(Place place, Located value) {
      if (value instanceof Located.Scalar(int _, String text) && text != null && !text.isEmpty()) {
        return text;
      }
      problem(place, "is no text");
      return null;
    }

    String required(String name) {
      if (!values.containsKey(name)) {
        asked.add(name);
        problem(new Place(path, line), name + " is missing");
        return "";
      }
      return Objects.requireNonNullElse(text(name), "");
    }

    /** A word of a set; empty if it is missing or wrong. */
    String word(String name, Predicate<String> isKnown, Collection<String> all) {
      String word = required(name);
      if (!word.isEmpty() && !isKnown.test(word)) {
        problem(at(name), "is one of " + all.stream().sorted().toList());
      }
      return word;
    }

    /** {@code domain/name}; null if it is absent and need not be there. */
    @Nullable Name name(String name, boolean isRequired) {
      String text = isRequired ? required(name) : text(name);
      if (text == null) {
        return null;
      }
      int slash = text.indexOf('/');
      if (slash > 0 && slash < text.length() - 1) {
        return new Name(text.substring(0, slash), text.substring(slash + 1));
      }
      if (!text.isEmpty()) {
        problem(at(name), "is written DOMAIN/NAME");
      }
      return NOBODY;
    }

    List<String> texts(String name) {
      List<String> all = new ArrayList<>();
      for (Located item : items(name)) {
        String text = text(new Place(at(name).path(), item.line()), item);
        if (text != null) {
          all.add(text);
        }
      }
      return all;
    }

    Map<String, String> properties() {
      asked.add("properties");
      Located value = values.get("properties");
      if (value == null) {
        return Map.of();
      }
      Map<String, String> all = new LinkedHashMap<>();
      Entry properties = new Entry(at("properties").path(), value);
      for (String name : properties.values.keySet()) {
        String text = properties.text(name);
        if (text != null) {
          all.put(name, text);
        }
      }
      return Collections.unmodifiableMap(all);
    }

    void refuseOthers() {
      for (String name : values.keySet()) {
        if (!asked.contains(name)) {
          problem(at(name), "there is no such field; there is " + asked.stream().sorted().toList());
        }
      }
    }
  }
}
