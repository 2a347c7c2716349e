package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The processes of this host, read from {@code /proc} (proc(5)). */
final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final double TICKS_A_SECOND = 100;
  private static final double PAGES_A_MIB = 256;
  private static final String LISTENING = "0A";
  private static final String ESTABLISHED = "01";
  private static final Set<String> ON_UNIX_SOCKETS = Set.of("mariadbd", "mysqld");
  private static final Set<String> DATABASES = Set.of("postgres", "mariadbd", "mysqld");

  private Processes() {}

  /**
   * Resource usage of processes so far.
   *
   * @param cpu seconds, in user and system mode, including ended children
   * @param resident resident memory now, MiB
   */
  record Usage(double cpu, double resident) {}

  /** One line of {@code /proc/PID/stat}. */
  private record Stat(long parent, long ticks, long pages) {
    static @Nullable Stat of(long process) {
      String line = read(PROC.resolve(process + "/stat"));
      if (line == null) {
        return null;
      }
      // The name, in parentheses, may contain any character.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int i = 11; i <= 14; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return new Stat(Long.parseLong(fields[1]), ticks, Long.parseLong(fields[21]));
    }
  }

  /** The usage of these processes and their descendants, without those of {@code others}. */
  static Usage usage(Collection<Long> roots, Collection<Long> others) {
    Map<Long, Stat> all = new HashMap<>();
    for (long process : all()) {
      Stat stat = Stat.of(process);
      if (stat != null) {
        all.put(process, stat);
      }
    }
    Set<Long> counted = descendants(roots, all);
    counted.removeAll(descendants(others, all));
    long ticks = 0;
    long pages = 0;
    for (long process : counted) {
      Stat stat = all.get(process);
      if (stat != null) {
        ticks += stat.ticks();
        pages += stat.pages();
      }
    }
    return new Usage(ticks / TICKS_A_SECOND, pages / PAGES_A_MIB);
  }

  private static Set<Long> descendants(Collection<Long> roots, Map<Long, Stat> all) {
    Set<Long> found = new HashSet<>(roots);
    boolean grew = !found.isEmpty();
    while (grew) {
      grew = false;
      for (var entry : all.entrySet()) {
        grew |= found.contains(entry.getValue().parent()) && found.add(entry.getKey());
      }
    }
    return found;
  }

  /** Busy seconds, summed over the cores of this host. */
  static double busy() {
    String line = read(PROC.resolve("stat"));
    if (line == null) {
      throw new IllegalStateException("no /proc/stat: this runs on Linux only");
    }
    String[] fields = line.substring(0, line.indexOf('\n')).trim().split(" +", -1);
    double ticks = 0;
    for (int i : new int[] {1, 2, 3, 6, 7}) {
      ticks += Double.parseDouble(fields[i]);
    }
    return ticks / TICKS_A_SECOND;
  }

  /** Processes that listen on a TCP port; several if a server's workers share it. */
  static Set<Long> listeningOn(int port) {
    Set<String> sockets = new HashSet<>();
    for (Socket socket : sockets()) {
      if (socket.state().equals(LISTENING) && socket.localPort() == port) {
        sockets.add("socket:[" + socket.inode() + "]");
      }
    }
    Set<Long> found = new TreeSet<>();
    for (long process : all()) {
      if (openFiles(process).stream().anyMatch(sockets::contains)) {
        found.add(process);
      }
    }
    return found;
  }

  /**
   * The databases on this host to which a server has TCP connections. If there are none, all
   * MariaDB and MySQL servers on this host: the server may use a Unix socket, and {@code /proc}
   * does not show its other end.
   */
  static Set<Long> databasesOf(Collection<Long> server) {
    Set<String> held = new HashSet<>();
    server.forEach(process -> held.addAll(openFiles(process)));
    Set<Integer> ports = new HashSet<>();
    for (Socket socket : sockets()) {
      if (socket.state().equals(ESTABLISHED) && held.contains("socket:[" + socket.inode() + "]")) {
        ports.add(socket.remotePort());
      }
    }
    Set<Long> found = new TreeSet<>();
    for (int port : ports) {
      listeningOn(port).stream().filter(process -> isOne(process, DATABASES)).forEach(found::add);
    }
    if (found.isEmpty()) {
      all().stream().filter(process -> isOne(process, ON_UNIX_SOCKETS)).forEach(found::add);
    }
    return found;
  }

  private static boolean isOne(long process, Set<String> names) {
    String name = read(PROC.resolve(process + "/comm"));
    return name != null && names.contains(name.trim());
  }

  private record Socket(int localPort, int remotePort, String state, String inode) {}

  private static List<Socket> sockets() {
    List<Socket> sockets = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      String text = read(PROC.resolve(table));
      if (text != null) {
        text.lines()
            .skip(1)
            .map(line -> line.trim().split("\\s+", -1))
            .map(f -> new Socket(port(f[1]), port(f[2]), f[3], f[9]))
            .forEach(sockets::add);
      }
    }
    return sockets;
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static Set<String> openFiles(long process) {
    Set<String> open = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(PROC.resolve(process + "/fd"))) {
      for (Path file : files) {
        open.add(Files.readSymbolicLink(file).toString());
      }
    } catch (IOException | RuntimeException goneOrNotOurs) {
      return open;
    }
    return open;
  }

  private static List<Long> all() {
    return ProcessHandle.allProcesses().map(ProcessHandle::pid).toList();
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException gone) {
      return null;
    }
  }
}
