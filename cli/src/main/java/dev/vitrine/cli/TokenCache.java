package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of earlier commands, in files that only the user can read. A server takes its time to
 * check a password, on purpose; a token it knows at once. Without a place to keep them, nothing is
 * kept.
 */
final class TokenCache {
  private final @Nullable Path folder;

  TokenCache(Shell shell) {
    this.folder = folder(shell);
  }

  private static @Nullable Path folder(Shell shell) {
    String home = shell.variable("HOME");
    String cache = shell.variable("XDG_CACHE_HOME");
    if ("off".equals(shell.variable("VITRINE_TOKEN_CACHE")) || (home == null && cache == null)) {
      return null;
    }
    Path caches = cache != null ? Path.of(cache) : Path.of(String.valueOf(home), ".cache");
    return caches.resolve("vitrine").resolve("tokens");
  }

  /** The token of an account, null without one; the server may not accept it any more. */
  @Nullable String get(Account account) {
    Path file = file(account);
    if (file == null) {
      return null;
    }
    try {
      String token = Files.readString(file).strip();
      return token.isEmpty() ? null : token;
    } catch (IOException e) {
      return null;
    }
  }

  /** Keeps a token. If that fails, the next command signs in again. */
  void put(Account account, String token) {
    Path file = file(account);
    if (file == null || folder == null) {
      return;
    }
    try {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
      // The new file is readable by its owner only.
      Path fresh = Files.createTempFile(folder, "new", "");
      Files.writeString(fresh, token);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // Nothing is lost but time.
    }
  }

  void remove(Account account) {
    Path file = file(account);
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // It will be refused again.
      }
    }
  }

  private @Nullable Path file(Account account) {
    String key = account.cacheKey();
    if (folder == null || key == null) {
      return null;
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
      return folder.resolve(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
