package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.vitrine.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Uploads and downloads one large image, compared with MD5 and SHA-512 on a thread each, and with a
 * plain file sent over loopback. The client sends with {@code sendfile} and receives into one
 * buffer, so it costs almost nothing.
 */
final class Bytes {
  private static final int PIECE = 1 << 20;
  private static final double MIB = 1 << 20;
  private static final int AT_ONCE = 16;

  private final Options options;
  private final Report report;
  private final Table table = new Table("Bytes, MiB/s", "try", "what", "MiB/s");
  private final Map<String, List<Double>> speeds = new HashMap<>();

  private Bytes(Options options, Report report) {
    this.options = options;
    this.report = report;
  }

  static void measure(Options options, Report report, Lab lab, List<Server> servers)
      throws IOException {
    Bytes bytes = new Bytes(options, report);
    Path file = lab.folder("bytes");
    bytes.fill(file);
    for (Server server : servers) {
      bytes.warmUp(file, server);
    }
    for (int i = 1; i <= options.tries() + 1; i++) {
      bytes.measure(i, file, servers);
    }
    bytes.judge(servers);
    bytes.together(file, servers.getFirst());
    Files.delete(file);
  }

  /** The first uploads to a server are slower than later ones. */
  private void warmUp(Path file, Server server) throws IOException {
    report.progress("bytes: warming %s up for %d s".formatted(server.name(), options.warm()));
    Session owner = server.signInOwner();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.warm());
    do {
      String image = Stage.queued(owner);
      upload(owner, image, file, options.bytes());
      download(owner, image);
      delete(owner, image);
    } while (System.nanoTime() < end);
  }

  private void measure(int number, Path file, List<Server> servers) throws IOException {
    report.progress("bytes, try %d: hashes and loopback".formatted(number));
    settle();
    add(number, "MD5 and SHA-512 side by side", hashes(file));
    add(number, "loopback, a file and nothing else", loopback(file));
    for (Server server : servers) {
      Session owner = server.signInOwner();
      String image = Stage.queued(owner);
      settle();
      report.progress("bytes, try %d: up to %s".formatted(number, server.name()));
      add(number, server.name() + " up", upload(owner, image, file, options.bytes()));
      report.progress("bytes, try %d: down from %s".formatted(number, server.name()));
      add(number, server.name() + " down", download(owner, image));
      add(number, server.name() + " down again", download(owner, image));
      delete(owner, image);
    }
  }

  private static void delete(Session owner, String image) {
    owner.images().call("DELETE", "/v2/images/" + image, null);
  }

  /** Flushes dirty pages, so that one server's writes do not slow the other down. */
  private static void settle() throws IOException {
    try {
      new ProcessBuilder("sync").start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void add(int number, String what, double seconds) {
    double speed = options.bytes() / MIB / seconds;
    table.add(number, what, speed);
    speeds.computeIfAbsent(what, w -> new ArrayList<>()).add(speed);
  }

  private void judge(List<Server> servers) {
    report.add(table);
    String ours = servers.getFirst().name();
    double share = median(ours + " up") / median("MD5 and SHA-512 side by side");
    report.judge("upload: share of what the hashes allow", ">= 0.8", share, share >= 0.8);
    for (String when : List.of("down", "down again")) {
      Double times =
          servers.size() < 2
              ? null
              : median(ours + " " + when) / median(servers.getLast().name() + " " + when);
      report.judge(
          "download, " + when + ": times the other's",
          ">= 1.3",
          times,
          times == null ? null : times >= 1.3);
    }
  }

  /** Many uploads at once: their total speed and the peak of memory. */
  private void together(Path file, Server server) {
    report.progress("bytes: %d at once up to %s".formatted(AT_ONCE, server.name()));
    Session owner = server.signInOwner();
    long size = Math.max(1, options.bytes() / 4);
    List<String> images = Stream.generate(() -> Stage.queued(owner)).limit(AT_ONCE).toList();
    DoubleSupplier resident = server.resident();
    double most = 0;
    long begin = System.nanoTime();
    List<FutureTask<Double>> uploads =
        images.stream()
            .map(image -> new FutureTask<>(() -> upload(owner, image, file, size)))
            .toList();
    uploads.forEach(Thread.ofPlatform()::start);
    try {
      for (FutureTask<Double> upload : uploads) {
        while (!upload.isDone()) {
          most = Math.max(most, resident.getAsDouble());
          Thread.sleep(20);
        }
        upload.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    Table table = new Table("Images going up at once", "images", "MiB/s", "RSS MiB");
    table.add(AT_ONCE, AT_ONCE * size / MIB / seconds(begin), most);
    report.add(table);
    report.judge("RSS MiB while 16 images go up", "<= 350", most, most <= 350);
    images.forEach(image -> delete(owner, image));
  }

  private double median(String what) {
    return Figures.median(
        speeds.getOrDefault(what, List.of()).stream().mapToDouble(speed -> speed));
  }

  private void fill(Path file) throws IOException {
    byte[] piece = new byte[PIECE];
    Random random = new Random(1);
    try (var out = Files.newOutputStream(file)) {
      for (long left = options.bytes(); left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(left, piece.length));
      }
    }
  }

  private static double hashes(Path file) {
    FutureTask<byte[]> md5 = new FutureTask<>(() -> digest("MD5", file));
    FutureTask<byte[]> sha512 = new FutureTask<>(() -> digest("SHA-512", file));
    long begin = System.nanoTime();
    Thread.ofPlatform().start(md5);
    Thread.ofPlatform().start(sha512);
    try {
      md5.get();
      sha512.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return seconds(begin);
  }

  private static byte[] digest(String algorithm, Path file)
      throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance(algorithm);
    byte[] piece = new byte[PIECE];
    try (var in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    }
    return digest.digest();
  }

  private double loopback(Path file) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofPlatform().daemon().start(() -> sendAll(file, server));
      long begin = System.nanoTime();
      try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
        receive(channel);
      }
      return seconds(begin);
    }
  }

  private static void sendAll(Path file, ServerSocketChannel server) {
    try (SocketChannel client = server.accept();
        FileChannel bytes = FileChannel.open(file)) {
      transfer(bytes, bytes.size(), client);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void transfer(FileChannel bytes, long size, SocketChannel to) throws IOException {
    for (long sent = 0; sent < size; ) {
      sent += bytes.transferTo(sent, size - sent, to);
    }
  }

  /** Reads until the other side closes. */
  private void receive(SocketChannel channel) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    long received = 0;
    for (int read = channel.read(piece); read >= 0; read = channel.read(piece)) {
      received += read;
      piece.clear();
    }
    if (received < options.bytes()) {
      throw new IllegalStateException("only " + received + " bytes came");
    }
  }

  private static double upload(Session owner, String image, Path file, long size)
      throws IOException {
    try (SocketChannel channel = connect(owner.images().url());
        FileChannel bytes = FileChannel.open(file)) {
      long begin = System.nanoTime();
      send(
          channel,
          """
          PUT /v2/images/%s/file HTTP/1.1
          Host: bench
          X-Auth-Token: %s
          Content-Type: application/octet-stream
          Content-Length: %d
          Connection: close

          """
              .formatted(image, owner.token(), size));
      transfer(bytes, size, channel);
      ByteBuffer answer = ByteBuffer.allocate(PIECE);
      channel.read(answer);
      String head = new String(answer.array(), 0, answer.position(), ISO_8859_1);
      if (!head.startsWith("HTTP/1.1 204")) {
        throw new IllegalStateException(head);
      }
      return seconds(begin);
    }
  }

  private double download(Session owner, String image) throws IOException {
    try (SocketChannel channel = connect(owner.images().url())) {
      long begin = System.nanoTime();
      send(
          channel,
          """
          GET /v2/images/%s/file HTTP/1.1
          Host: bench
          X-Auth-Token: %s
          Connection: close

          """
              .formatted(image, owner.token()));
      receive(channel);
      return seconds(begin);
    }
  }

  private static SocketChannel connect(URI server) throws IOException {
    return SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
  }

  private static void send(SocketChannel channel, String head) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(head.replace("\n", "\r\n").getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
