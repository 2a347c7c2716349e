package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** A command that was carried out in this process. */
record Run(int code, String out, String err) {
  static Run of(Map<String, String> environment, Path directory, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            environment,
            directory,
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            Texts.of(environment));
    int code = Main.run(shell, arguments);
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  static Shell shell(Map<String, String> environment, Path directory) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, UTF_8);
    return new Shell(environment, directory, nowhere, nowhere, false, Texts.of(environment));
  }
}
