package dev.vitrine.postgres.embedded;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file that PostgreSQL writes its messages to, and its predecessor.
 *
 * <p>PostgreSQL's log collector cannot bound the total size of logs, so we do. The server appends
 * ({@code O_APPEND}), so the file can be truncated while the server writes to it.
 */
record LogFile(Path path) {

  private static final System.Logger LOG = System.getLogger(LogFile.class.getName());

  private static final long FULL_BYTES = 8 << 20;
  private static final int LAST_WORDS_BYTES = 8 << 10;
  private static final int LAST_WORDS_LINES = 20;

  Redirect redirect() {
    return Redirect.appendTo(path.toFile());
  }

  /** The length in bytes, 0 if there is no file. */
  long size() {
    return path.toFile().length();
  }

  /** The last lines written since the file was {@code mark} bytes long. */
  String since(long mark) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long from = Math.max(mark, file.length() - LAST_WORDS_BYTES);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      List<String> lines = new String(bytes, UTF_8).lines().toList();
      int first = Math.max(0, lines.size() - LAST_WORDS_LINES);
      return String.join("\n", lines.subList(first, lines.size()));
    }
  }

  /** Keeps both files at about 8 MiB, plus what is written between two calls. */
  void keepSmall() {
    if (size() < FULL_BYTES) {
      return;
    }
    try {
      Files.copy(path, path.resolveSibling(path.getFileName() + ".1"), REPLACE_EXISTING);
      FileChannel.open(path, WRITE).truncate(0).close();
    } catch (IOException e) {
      LOG.log(WARNING, "Cannot truncate the log of PostgreSQL", e);
    }
  }
}
