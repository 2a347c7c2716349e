package dev.vitrine.server;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/** The sources of all modules, for tests of how they are written. */
@NullMarked
public final class Sources {
  public static final Path ROOT = Path.of("..");

  private static final List<String> MODULES =
      List.of("core", "postgres", "blobs", "client", "cli", "server", "bench", "conformance");

  private Sources() {}

  /**
   * Parsed, not compiled.
   *
   * @param kinds {@code main}, {@code test}
   */
  public static List<CompilationUnitTree> parse(String... kinds) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      for (String kind : kinds) {
        Path folder = ROOT.resolve(Path.of(module, "src", kind, "java"));
        if (Files.exists(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      return units;
    }
  }
}
