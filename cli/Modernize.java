import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar the class file version of Java 21, with stack maps, in place. The JDK's AOT cache takes no
 * classes older than Java 6, as picocli's are; they would be verified at each run. Run by the launcher, after a build.
 */
final class Modernize {
  private static final int JAVA_21 = 65;

  private Modernize() {}

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path made = jar.resolveSibling(jar.getFileName() + ".new");
    try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(made))) {
      ClassFile format = ClassFile.of(
          StackMapsOption.GENERATE_STACK_MAPS,
          ClassHierarchyResolverOption.of(
              ClassHierarchyResolver.ofResourceParsing(classes).orElse(ClassHierarchyResolver.defaultResolver())));
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] bytes = in.readAllBytes();
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime()); // so that the same jar becomes the same jar
        out.putNextEntry(copy);
        out.write(isOld(entry.getName(), bytes) ? modern(format, bytes) : bytes);
      }
    }
    Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isOld(String name, byte[] bytes) {
    return name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.equals("module-info.class")
        && version(bytes) < JAVA_21;
  }

  /** The major version of the class file format. */
  private static int version(byte[] bytes) {
    return (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
  }

  private static byte[] modern(ClassFile format, byte[] bytes) {
    return format.transformClass(
        format.parse(bytes),
        ClassTransform.endHandler(made -> made.withVersion(JAVA_21, 0))
            .andThen(ClassTransform.transformingMethodBodies(CodeBuilder::with)));
  }
}
