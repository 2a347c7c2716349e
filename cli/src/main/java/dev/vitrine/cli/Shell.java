package dev.vitrine.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a command.
 *
 * @param environment the variables of the process
 * @param directory in which relative paths begin
 * @param out for data
 * @param err for everything else
 * @param isTerminal whether a person watches
 */
record Shell(
    Map<String, String> environment,
    Path directory,
    PrintStream out,
    PrintStream err,
    boolean isTerminal,
    Texts texts) {

  /** That of this process. Output is UTF-8, whatever the locale. */
  static Shell ofProcess() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    // The launcher runs the JVM in a UTF-8 locale, so that arguments and file names are decoded.
    String language = System.getProperty("vitrine.language");
    if (language != null) {
      environment.put("LC_ALL", language);
    }
    return new Shell(
        environment,
        Path.of(""),
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(),
        Texts.of(environment));
  }

  private static PrintStream utf8(FileDescriptor to) {
    return new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
  }

  /** A variable's value, null if it is absent or empty. */
  @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Tells the user something that is not data. */
  void note(String key, Object... arguments) {
    err.println(texts.say(key, arguments));
  }

  /** What the user types without an echo; null if nobody is there. */
  @Nullable String password(String prompt) {
    return Optional.ofNullable(System.console())
        .filter(console -> isTerminal)
        .map(console -> console.readPassword("%s", prompt))
        .map(String::new)
        .orElse(null);
  }
}
