package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever INVARIANTS.md names is there: a rule whose test was renamed is a rule without a test.
 */
@NullMarked
class InvariantsTest {
  private static final Pattern NAMED = Pattern.compile("(quirk )?`([^`]+)`");

  /** The members of each class, also of those nested in others, by simple names. */
  private final Map<String, Set<String>> members = new HashMap<>();

  private final List<String> unknown = new ArrayList<>();
  private int resolved;

  @Test
  void eachNameInThemIsThere() throws IOException {
    Sources.parse("main", "test").forEach(unit -> new Declarations().scan(unit, null));
    String quirks = Files.readString(Sources.ROOT.resolve("docs/quirks.yaml"));
    String statements = read("postgres/src/main", ".sql") + read("postgres/src/main", ".java");
    Set<String> scripts = names("conformance", ".sh");

    for (String line : Files.readAllLines(Sources.ROOT.resolve("INVARIANTS.md"))) {
      String last = "";
      Matcher named = NAMED.matcher(line);
      while (named.find()) {
        String name = named.group(2);
        if (named.group(1) != null) {
          check(line, name, quirks.contains("- name: " + name + "\n"));
        } else if (name.endsWith(".sh")) {
          check(line, name, scripts.contains(name));
        } else if (name.matches("[A-Z]\\w+(\\.\\w+)*…?") && !name.matches("[A-Z_]+…?")) {
          List<String> parts = parts(name);
          last = parts.getFirst();
          check(line, name, isThere(parts));
        } else if (name.matches("\\.\\w+|[a-z]+[A-Z]\\w*")) {
          check(line, last + " " + name, isMember(last, name.replace(".", "")));
        } else if (name.matches("[a-z]+_[a-z_]+(\\.[a-z_]+)?")) {
          check(line, name, parts(name).stream().allMatch(statements::contains));
        }
      }
    }

    assertThat(resolved).as("names that were found").isGreaterThan(150);
    assertThat(unknown).as("names that are nowhere").isEmpty();
  }

  private void check(String line, String name, boolean isThere) {
    if (isThere) {
      resolved++;
    } else {
      unknown.add(name + " in: " + line.substring(0, Math.min(80, line.length())));
    }
  }

  private static List<String> parts(String name) {
    return List.of(name.split("\\.", -1));
  }

  private boolean isThere(List<String> parts) {
    if (!members.containsKey(parts.getFirst())) {
      return false;
    }
    for (int i = 1; i < parts.size(); i++) {
      if (!isMember(parts.get(i - 1), parts.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean isMember(String type, String name) {
    Set<String> of = members.getOrDefault(type, Set.of());
    return name.endsWith("…")
        ? of.stream().anyMatch(member -> member.startsWith(name.substring(0, name.length() - 1)))
        : of.contains(name);
  }

  private static String read(String folder, String end) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files(folder, end)) {
      all.append(Files.readString(file));
    }
    return all.toString();
  }

  private static Set<String> names(String folder, String end) throws IOException {
    Set<String> names = new HashSet<>();
    files(folder, end).forEach(file -> names.add(String.valueOf(file.getFileName())));
    return names;
  }

  private static List<Path> files(String folder, String end) throws IOException {
    try (Stream<Path> all = Files.walk(Sources.ROOT.resolve(folder))) {
      return all.filter(file -> file.toString().endsWith(end)).toList();
    }
  }

  private final class Declarations extends TreeScanner<@Nullable Void, @Nullable Void> {
    private String type = "";

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void none) {
      String outer = type;
      String name = tree.getSimpleName().toString();
      add(outer, name);
      type = name;
      members.computeIfAbsent(name, made -> new HashSet<>());
      super.visitClass(tree, null);
      type = outer;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void none) {
      add(type, tree.getName().toString());
      return super.visitMethod(tree, null);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void none) {
      add(type, tree.getName().toString());
      return super.visitVariable(tree, null);
    }

    private void add(String to, String name) {
      members.computeIfAbsent(to, made -> new HashSet<>()).add(name);
    }
  }
}
