package dev.vitrine.server.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.server.data.StartFailure;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the list of a backup's files, in the format of {@code sha512sum}.
 *
 * @param hash SHA-512 in lower-case hexadecimal
 * @param path below the folder of the backup
 */
record Sum(String hash, String path) {
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{128})  ([^\\\\\\x00]+)");

  /**
   * Reads a line. A list that was tampered with must not make a restore read or write elsewhere.
   *
   * @throws StartFailure if it is malformed, or its path leads out of the backup
   */
  static Sum parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new StartFailure("%s has a malformed line: %s".formatted(BackupFolder.SUMS, line));
    }
    Path path = Path.of(matcher.group(2));
    if (path.isAbsolute() || path.startsWith("..") || !path.equals(path.normalize())) {
      throw new StartFailure(
          "%s names a file that is not in the backup: %s".formatted(BackupFolder.SUMS, path));
    }
    return new Sum(matcher.group(1), path.toString());
  }

  byte[] line() {
    return "%s  %s\n".formatted(hash, path).getBytes(UTF_8);
  }
}
