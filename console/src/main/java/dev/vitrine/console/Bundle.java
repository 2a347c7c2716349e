package dev.vitrine.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.javascript.jscomp.CheckLevel;
import com.google.javascript.jscomp.CommandLineRunner;
import com.google.javascript.jscomp.CompilationLevel;
import com.google.javascript.jscomp.Compiler;
import com.google.javascript.jscomp.CompilerOptions;
import com.google.javascript.jscomp.CompilerOptions.LanguageMode;
import com.google.javascript.jscomp.DependencyOptions;
import com.google.javascript.jscomp.DiagnosticGroups;
import com.google.javascript.jscomp.ModuleIdentifier;
import com.google.javascript.jscomp.SourceFile;
import com.google.javascript.jscomp.deps.ModuleLoader.ResolutionMode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Bundles all modules into one script, names the script and the other assets by a hash of their
 * content, and compresses them once. The compiler is written in Java, so the build needs no
 * Node.js.
 */
final class Bundle {
  /** The place of npm packages in the jars of mvnpm: {@code lit/3.3.3/index.js}. */
  private static final Pattern PACKAGED =
      Pattern.compile("META-INF/resources/_static/([^/]+)/[^/]+/(.+)");

  /**
   * An import of a library by its name, as npm resolves it: {@code from"lit-html/directive.js"}.
   */
  private static final Pattern IMPORT =
      Pattern.compile("\\b(from|import)\\s*(['\"])(@lit/[\\w-]+|lit[\\w-]*)(/[\\w./-]+)?\\2");

  /** The file that a library's bare name resolves to. */
  private static final Map<String, String> ENTRIES =
      Map.of(
          "lit", "/index.js",
          "lit-html", "/lit-html.js",
          "lit-element", "/index.js",
          "@lit/reactive-element", "/reactive-element.js");

  /** Browser globals that the compiler knows only as properties of the window. */
  private static final List<String> GLOBALS =
      List.of(
          "addEventListener",
          "dispatchEvent",
          "innerHeight",
          "litPropertyMetadata",
          "localStorage",
          "removeEventListener",
          "scrollTo",
          "sessionStorage");

  /** Variants of the libraries that the console does not use. */
  private static final Pattern UNUSED = Pattern.compile("(development|node)/.*");

  /** The files of Swagger UI that a page needs. */
  private static final List<String> SWAGGER_UI = List.of("swagger-ui.css", "swagger-ui-bundle.js");

  /** Digits of the hash in a name; few suffice for the few files of the console. */
  private static final int NAME_DIGITS = 12;

  private final Path sources;
  private final Path target;
  private final Set<String> assets = new LinkedHashSet<>();

  private Bundle(Path sources, Path target) {
    this.sources = sources;
    this.target = target;
  }

  /**
   * Arguments: the folder of the sources, and that of the result. The class path has the libraries.
   */
  public static void main(String[] arguments) throws Exception {
    Bundle bundle = new Bundle(Path.of(arguments[0]), Path.of(arguments[1]));
    List<SourceFile> scripts = new ArrayList<>(bundle.ownScripts());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.contains("mvnpm")) {
        scripts.addAll(libraryScripts(Path.of(entry)));
      }
    }
    bundle.make(scripts);
  }

  private void make(List<SourceFile> scripts) throws IOException, GeneralSecurityException {
    Files.createDirectories(target);
    Path seal = target.resolveSibling("console.seal");
    String now = seal(scripts);
    if (Files.exists(seal) && Files.readString(seal).equals(now)) {
      return;
    }
    removeOld();
    String page = read("index.html");
    page = with(page, "main.js", compiled(scripts));
    page = with(page, "style.css", smaller(read("style.css")));
    page = with(page, "icon.svg", read("icon.svg"));
    Files.writeString(target.resolve("index.html"), page.replaceAll(">\\s+<", "><"));
    Files.writeString(target.resolve("api.html"), reader());
    Files.write(target.resolve("assets.txt"), assets);
    Files.writeString(seal, now);
  }

  /** The page to read and try the API: Swagger UI, which its makers have bundled already. */
  private String reader() throws IOException, GeneralSecurityException {
    String page = read("../api/api.html");
    for (String file : SWAGGER_UI) {
      page = with(page, file, swaggerUi(file));
    }
    page = with(page, "api.css", smaller(read("../api/api.css")));
    page = with(page, "api.js", read("../api/api.js"));
    return with(page, "icon.svg", read("icon.svg"));
  }

  private static String swaggerUi(String file) throws IOException {
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.contains("swagger-ui")) {
        try (ZipFile zip = new ZipFile(entry)) {
          for (ZipEntry one : zip.stream().toList()) {
            if (one.getName().endsWith("/" + file)) {
              return new String(zip.getInputStream(one).readAllBytes(), UTF_8);
            }
          }
        }
      }
    }
    throw new IllegalStateException(file);
  }

  /** A hash of all inputs: equal inputs give an equal result. */
  private String seal(List<SourceFile> scripts) throws IOException, GeneralSecurityException {
    StringBuilder all = new StringBuilder(read("index.html")).append(read("style.css"));
    all.append(read("icon.svg"));
    for (String file : List.of("api.html", "api.css", "api.js")) {
      all.append(read("../api/" + file));
    }
    for (String file : SWAGGER_UI) {
      all.append(swaggerUi(file));
    }
    for (SourceFile script : scripts) {
      all.append(script.getName()).append(script.getCode());
    }
    Path own = Path.of(Bundle.class.getResource("Bundle.class").getPath());
    return digest(all.toString().getBytes(UTF_8)) + digest(Files.readAllBytes(own));
  }

  private void removeOld() throws IOException {
    try (Stream<Path> old = Files.list(target)) {
      for (Path file : old.filter(file -> !file.toString().endsWith(".class")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Stores an asset under a name of its own, and refers the page to it. */
  private String with(String page, String name, String content)
      throws IOException, GeneralSecurityException {
    byte[] bytes = content.getBytes(UTF_8);
    String hash = digest(bytes).substring(0, NAME_DIGITS);
    String named = name.replace(".", "-" + hash + ".");
    Files.write(target.resolve(named), bytes);
    Files.write(target.resolve(named + ".gz"), compressed(bytes));
    assets.add(named);
    return page.replace("\"" + name + "\"", "\"/vitrine/console/" + named + "\"");
  }

  private List<SourceFile> ownScripts() throws IOException {
    List<SourceFile> scripts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".js")).sorted().toList()) {
        scripts.add(script(sources.relativize(file).toString(), Files.readString(file)));
      }
    }
    return scripts;
  }

  /** A module that imports libraries from {@code lib}. */
  private static SourceFile script(String path, String code) {
    String root = "./" + "../".repeat((int) path.chars().filter(c -> c == '/').count());
    String resolved =
        IMPORT
            .matcher(code)
            .replaceAll(
                found -> {
                  String file = found.group(4);
                  String entry = ENTRIES.get(found.group(3));
                  return "%s'%slib/%s%s'"
                      .formatted(found.group(1), root, found.group(3), file == null ? entry : file);
                });
    return SourceFile.fromCode(path, resolved);
  }

  /** The scripts of a library. */
  private static List<SourceFile> libraryScripts(Path jar) throws IOException {
    List<SourceFile> scripts = new ArrayList<>();
    // The jar's folder in the repository is named like the package, with or without a scope.
    String scope = jar.toString().contains("/at/lit/") ? "@lit/" : "";
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        var name = PACKAGED.matcher(entry.getName());
        if (name.matches() && isUsed(name.group(2))) {
          String code = new String(zip.getInputStream(entry).readAllBytes(), UTF_8);
          scripts.add(script("lib/%s%s/%s".formatted(scope, name.group(1), name.group(2)), code));
        }
      }
    }
    return scripts;
  }

  private static boolean isUsed(String file) {
    return file.endsWith(".js") && !UNUSED.matcher(file).matches();
  }

  private static String compiled(List<SourceFile> scripts) throws IOException {
    CompilerOptions options = new CompilerOptions();
    CompilationLevel.SIMPLE_OPTIMIZATIONS.setOptionsForCompilationLevel(options);
    options.setLanguageIn(LanguageMode.UNSTABLE);
    options.setLanguageOut(LanguageMode.ECMASCRIPT_NEXT);
    options.setOutputCharset(UTF_8);
    options.setModuleResolutionMode(ResolutionMode.BROWSER);
    options.setDependencyOptions(
        DependencyOptions.pruneForEntryPoints(List.of(ModuleIdentifier.forFile("main.js"))));
    options.setWarningLevel(DiagnosticGroups.UNDEFINED_VARIABLES, CheckLevel.ERROR);
    options.setWarningLevel(DiagnosticGroups.NON_STANDARD_JSDOC, CheckLevel.OFF);
    options.setWarningLevel(DiagnosticGroups.MISPLACED_TYPE_ANNOTATION, CheckLevel.OFF);
    options.setWarningLevel(DiagnosticGroups.CHECK_USELESS_CODE, CheckLevel.OFF);
    Compiler compiler = new Compiler(System.err);
    // A single thread, because the compiler's own threads would outlive it.
    compiler.disableThreads();
    var result = compiler.compile(browser(), scripts, options);
    if (!result.success) {
      throw new IllegalStateException("the console's scripts do not compile");
    }
    return compiler.toSource();
  }

  /** What a browser declares. */
  private static List<SourceFile> browser() throws IOException {
    List<SourceFile> declared =
        new ArrayList<>(CommandLineRunner.getBuiltinExterns(CompilerOptions.Environment.BROWSER));
    declared.add(SourceFile.fromCode("globals.js", "var " + String.join(", ", GLOBALS) + ";"));
    return declared;
  }

  /** Without comments and indentation. */
  private static String smaller(String css) {
    return css.replaceAll("(?s)/\\*.*?\\*/", "")
        .replaceAll("\\s+", " ")
        .replaceAll(" ?([{};]) ?", "$1")
        .replaceAll(": ", ":")
        .replace(";}", "}")
        .trim();
  }

  private String read(String name) throws IOException {
    return Files.readString(sources.resolve(name));
  }

  private static String digest(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new BestGzip(compressed)) {
      gzip.write(bytes);
    }
    return compressed.toByteArray();
  }

  /** At the highest level: it is compressed once, and sent often. */
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
